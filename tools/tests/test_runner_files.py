"""The runner's files: complete, named after their content, the same bytes on any day."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import runner_files
from runner import plotly
from runner.notice import licence, metadata, sources
from runner.wheels import file_name, wheel

FILES = {"thing/__init__.py": b"x = 1\n", "thing/data.txt": b"text"}


def made(files=FILES):
    return wheel("thing", "1.2", files, "MIT", "https://example.org/thing", b"Do as you like.")


def names(content: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return set(archive.namelist())


def test_the_same_files_give_the_same_bytes_in_any_order():
    assert made() == made(dict(reversed(FILES.items())))
    assert made() != made(FILES | {"thing/data.txt": b"other"})


def test_another_content_has_another_name():
    other = made(FILES | {"thing/data.txt": b"other"})
    assert file_name("thing", "1.2", made()) != file_name("thing", "1.2", other)


def test_a_wheel_can_be_installed(tmp_path):
    path = tmp_path / file_name("thing", "1.2", made())
    path.write_bytes(made())
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*pip, "--target", tmp_path / "place", path], check=True)
    assert (tmp_path / "place/thing/__init__.py").read_bytes() == FILES["thing/__init__.py"]
    about = metadata(made())
    assert licence(about) == "MIT" and sources(about) == "https://example.org/thing"
    assert "thing-1.2.dist-info/licenses/LICENSE" in names(made())


def test_the_package_s_wheel_holds_what_the_package_holds():
    [(name, content)] = runner_files.u30_wheel().items()
    held = {n for n in names(content) if n.startswith("u30/")}
    root = runner_files.CODE
    skipped = ("__pycache__", ".egg-info")
    there = {
        path.relative_to(root).as_posix()
        for path in (root / "u30").rglob("*")
        if path.is_file() and not any(part in str(path) for part in skipped)
    }
    assert held == there
    assert name.startswith("u30-") and name.endswith("-py3-none-any.whl")


def test_plotly_for_the_page_draws_without_the_rest(tmp_path):
    for content in plotly.wheels().values():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(tmp_path)
    kinds = [kind for kind in plotly.TRACES if kind != "scatter"]
    code = f"""
import sys, json
sys.path.insert(0, {str(tmp_path)!r})
import plotly, numpy as np, plotly.graph_objects as go
assert plotly.__file__.startswith({str(tmp_path)!r})
figure = go.Figure([dict(type=kind) for kind in {kinds}])
figure.add_scatter(y=np.arange(3))
figure.add_heatmap(z=np.eye(2), colorscale="RdBu_r")
for template in ("plotly", "plotly_white", "seaborn", "none"):
    figure.update_layout(template=template)
print(len(json.loads(figure.to_json())["data"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == str(len(plotly.TRACES) + 1), done.stderr


@pytest.fixture(scope="module")
def assembled():
    if any(not (runner_files.PYODIDE / name).is_file() for name in runner_files.pins()):
        pytest.skip("build/pyodide is absent: run tools/fetch_pyodide.py")
    return runner_files.assemble()


def test_the_manifest_describes_every_file(assembled):
    files, manifest = assembled
    assert set(files) == {file["path"] for file in manifest["files"]} | {"NOTICE.txt"}
    for file in manifest["files"]:
        assert file["sha256"] == hashlib.sha256(files[file["path"]]).hexdigest()
        assert file["size"] == len(files[file["path"]]) >= file["packed"] > 0
    assert manifest["worker"] in files and manifest["core"] + manifest["lock"] in files


def test_every_package_of_the_lock_file_is_there_with_its_hash(assembled):
    files, manifest = assembled
    lock = json.loads(files[manifest["core"] + manifest["lock"]])
    for name, package in lock["packages"].items():
        content = files[manifest["core"] + package["file_name"]]
        assert package["sha256"] == hashlib.sha256(content).hexdigest()
        assert set(package["depends"]) <= set(lock["packages"]), name
        assert manifest["packages"][name] == package["depends"]


def test_the_start_needs_no_charts(assembled):
    _, manifest = assembled
    core = [file["path"] for file in manifest["files"] if file["group"] == "core"]
    assert not any("matplotlib" in path or "plotly" in path for path in core)
    assert len(core) == 8  # Pyodide's four, NumPy, u30, the lock file, the worker


def test_the_notice_names_everything(assembled):
    files, manifest = assembled
    text = files["NOTICE.txt"].decode()
    lock = json.loads(files[manifest["core"] + manifest["lock"]])
    for name, package in lock["packages"].items():
        assert f"\n{name} {package['version']}\n" in text
    assert "None" not in text and "licence  \n" not in text
    assert "MPL-2.0" in text and "https://github.com/pyodide/pyodide" in text


def test_both_sides_of_the_worker_speak_the_same_protocol():
    script = (runner_files.WORKER.parent / "python.js").read_text("utf-8")
    assert f"const PROTOCOL = {runner_files.PROTOCOL};" in script


def test_two_runs_write_the_same_and_the_second_one_nothing(
    assembled, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(runner_files, "TARGET", tmp_path / "runner")
    assert runner_files.main() == 0
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert "put Python for the page together" in capsys.readouterr().out
    assert runner_files.main() == 0
    assert capsys.readouterr().out == ""
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}


def test_without_pyodide_there_is_no_runner_and_nothing_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(runner_files, "PYODIDE", tmp_path / "nothing")
    monkeypatch.setattr(runner_files, "TARGET", tmp_path / "runner")
    (tmp_path / "runner").mkdir()
    assert runner_files.main() == 0
    assert not (tmp_path / "runner").exists()
