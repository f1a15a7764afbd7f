"""Only pinned files are kept, and where there are none, one line says so and nothing fails."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tools import fetch_pyodide

FILES = {"pyodide.mjs": b"core", "numpy.whl": b"numpy"}


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the files, with pins for FILES, and no way to fetch anything."""
    pins = tmp_path / "pins"
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in FILES.items()]
    pins.write_text("\n".join(lines), encoding="utf-8")
    target = tmp_path / "build" / "pyodide"
    monkeypatch.setattr(fetch_pyodide, "ROOT", tmp_path)
    monkeypatch.setattr(fetch_pyodide, "PINS", pins)
    monkeypatch.setattr(fetch_pyodide, "TARGET", target)
    for source in ("fetch_core", "wheels_from_release", "wheels_from_carrier"):
        monkeypatch.setattr(fetch_pyodide, source, unavailable)
    return target


def unavailable(folder: Path, names: object) -> None:
    raise fetch_pyodide.Unavailable("no network")


def bringing(**contents: bytes):
    def source(folder: Path, names: object) -> None:
        for name, content in contents.items():
            (folder / name.replace("_", ".")).write_bytes(content)

    source.__name__ = "wheels_from_test"
    return source


def test_files_of_an_earlier_run_are_used_again(target, capsys):
    target.mkdir(parents=True)
    for name, content in FILES.items():
        (target / name).write_bytes(content)
    assert fetch_pyodide.main([]) == 0
    assert capsys.readouterr().out == ""


def test_without_a_network_there_is_one_line_and_no_file(target, capsys):
    target.mkdir(parents=True)
    (target / "pyodide.mjs").write_bytes(b"something else")
    assert fetch_pyodide.main([]) == 0
    assert capsys.readouterr().out == "The site gets no Python runner: no network.\n"
    assert not target.exists()


def test_the_second_source_serves_where_the_first_does_not(target, monkeypatch, capsys):
    monkeypatch.setattr(fetch_pyodide, "fetch_core", bringing(pyodide_mjs=b"core", other=b"x"))
    monkeypatch.setattr(fetch_pyodide, "wheels_from_carrier", bringing(numpy_whl=b"numpy"))
    assert fetch_pyodide.main([]) == 0
    assert {path.name: path.read_bytes() for path in target.iterdir()} == FILES
    assert "from the test" in capsys.readouterr().out


def test_a_file_that_is_not_the_pinned_one_is_not_kept(target, monkeypatch, capsys):
    monkeypatch.setattr(fetch_pyodide, "fetch_core", bringing(pyodide_mjs=b"core"))
    monkeypatch.setattr(fetch_pyodide, "wheels_from_carrier", bringing(numpy_whl=b"another"))
    assert fetch_pyodide.main([]) == 0
    assert "no Python runner" in capsys.readouterr().out
    assert not target.exists()


def test_the_pins_agree_with_each_other():
    names = set(fetch_pyodide.pins())
    assert {"pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"} <= names
    for wheel in ("numpy-2.0.2", "matplotlib-3.8.4", "pillow-10.2.0"):
        assert len([name for name in names if name.startswith(wheel)]) == 1


def test_every_pinned_wheel_is_the_one_of_the_official_lock_file():
    lock = fetch_pyodide.TARGET / "pyodide-lock.json"
    if not lock.is_file():
        pytest.skip("build/pyodide is absent: run tools/fetch_pyodide.py")
    packages = json.loads(lock.read_text("utf-8"))["packages"].values()
    official = {package["file_name"]: package["sha256"] for package in packages}
    for name, digest in fetch_pyodide.pins().items():
        assert not name.endswith(".whl") or official[name] == digest
