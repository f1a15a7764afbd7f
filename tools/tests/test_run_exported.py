"""The clean run of exported notebooks: what git is told, and what counts as a mistake."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

TOOLS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOOLS))

import run_exported  # noqa: E402

ADDRESS = "https://github.com/Ada/course"


def test_git_takes_the_snapshot_for_the_repository(tmp_path):
    files = [TOOLS.parent / "code" / "pyproject.toml"]
    run_exported.snapshot(files, tmp_path / "repository")
    env = run_exported.reader_environment(ADDRESS, tmp_path / "repository")
    subprocess.run(["git", "clone", "-q", ADDRESS, str(tmp_path / "clone")], check=True, env=env)
    assert (tmp_path / "clone" / "code" / "pyproject.toml").read_bytes() == files[0].read_bytes()


def test_git_keeps_the_settings_it_has(tmp_path):
    known = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b", "GIT_CONFIG_VALUE_0": "c"}
    env = run_exported.redirect(known, ADDRESS, tmp_path)
    assert env["GIT_CONFIG_COUNT"] == "2" and env["GIT_CONFIG_KEY_0"] == "a.b"
    assert env["GIT_CONFIG_KEY_1"] == f"url.{tmp_path.as_uri()}.insteadOf"
    assert env["GIT_CONFIG_VALUE_1"] == ADDRESS


def test_the_reader_has_nothing_of_the_project(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    env = run_exported.reader_environment(ADDRESS, tmp_path)
    assert "PYTHONPATH" not in env and env["OPENBLAS_NUM_THREADS"] == "1"
    assert env["PATH"].startswith(str(run_exported.VENV))


def test_the_snapshot_holds_the_package_and_no_caches():
    names = {path.relative_to(TOOLS.parent).as_posix() for path in run_exported.package_files()}
    assert {"code/pyproject.toml", "code/u30/__init__.py"} <= names
    assert not any("__pycache__" in name or name.startswith(".venv") for name in names)


def executed(tmp_path, *outputs, exercise="d01.1"):
    cell = new_code_cell(f'u30.check("{exercise}")', outputs=list(outputs), execution_count=1)
    file = tmp_path / "day.ipynb"
    nbformat.write(new_notebook(cells=[cell]), file)
    return file


def test_an_unsolved_starter_must_be_to_do(tmp_path):
    said = new_output("display_data", {"text/plain": "d01.1 The loss: to do\n  ..."})
    file = executed(tmp_path, said)
    assert run_exported.wrong_checks(file) == [] and run_exported.finished(file)


def test_a_starter_that_passes_is_a_mistake(tmp_path):
    said = new_output("display_data", {"text/plain": "d01.1 The loss: passed"})
    found = run_exported.wrong_checks(executed(tmp_path, said))
    assert found == ['day.ipynb: u30.check("d01.1") on the starter said: d01.1 The loss: passed']


def test_an_error_is_a_failure(tmp_path):
    error = new_output("error", ename="ValueError", evalue="no", traceback=[])
    assert not run_exported.finished(executed(tmp_path, error))


def test_a_notebook_depends_on_its_own_day_and_on_what_serves_all(tmp_path, monkeypatch):
    monkeypatch.setattr(run_exported, "NOTEBOOKS", tmp_path)
    executed(tmp_path).rename(tmp_path / "day01_char_rnn.ipynb")
    root = TOOLS.parent
    other = root / "code" / "u30" / "papers" / "d99_other.py"
    found = run_exported.inputs("day01_char_rnn.ipynb", [*run_exported.package_files(), other])
    names = {Path(file).name for file in found}
    assert {"day01_char_rnn.ipynb", "runtime.py", "check.py", "d01_char_rnn.py"} <= names
    assert "ex1_softmax_cross_entropy.py" in names and "d99_other.py" not in names


def test_the_notebook_of_an_interlude_depends_on_its_own_exercises(tmp_path, monkeypatch):
    monkeypatch.setattr(run_exported, "NOTEBOOKS", tmp_path)
    executed(tmp_path, exercise="engine.1").rename(tmp_path / "interlude_engine.ipynb")
    monkeypatch.setattr(run_exported, "notebook_pages", lambda book: ["days/interlude_engine"])
    monkeypatch.setattr(run_exported, "dependencies", lambda page, code: set())
    found = run_exported.inputs("interlude_engine.ipynb", run_exported.package_files())
    exercises = {file.parent.name for file in found if "exercises" in Path(file).parts}
    assert exercises == {"engine"}
