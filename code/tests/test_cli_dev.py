"""`u30 dev`: the commands of those who write exercises."""

import argparse

import pytest

from u30.cli import dev
from u30.cli.codes import NOT_PASSED, PASSED, USAGE, Stop
from u30.learn import golden, parse

EXERCISE = "day30/ex9_a_trial.py"


@pytest.fixture
def run(capsys, monkeypatch):
    """Run one command; its exit code and what it printed."""
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*words):
        parser = argparse.ArgumentParser()
        dev.add_commands(parser)
        args = parser.parse_args(words)
        return args.run(args), capsys.readouterr().out

    return run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty course, and no golden texts."""
    monkeypatch.setattr(parse, "FOLDER", tmp_path / "exercises")
    monkeypatch.setattr(golden, "FOLDER", tmp_path / "golden")
    return tmp_path / "exercises"


def test_new_writes_an_exercise_that_only_lacks_words(run, folder):
    code, out = run("new", "d30.9", 'A "trial"')
    path = folder / EXERCISE
    assert code == PASSED
    assert str(path) in out
    assert parse.read(path).title == "A 'trial'"
    assert (folder / "day30" / "__init__.py").exists()
    code, out = run("check", "d30.9")
    assert code == NOT_PASSED
    assert "nobody has read" in out
    assert "mutant" not in out


def test_new_knows_the_interludes(run, folder):
    assert run("new", "engine.9", "A trial")[0] == PASSED
    assert parse.read(folder / "engine" / "ex9_a_trial.py").series == "engine"


@pytest.mark.parametrize("id", ["d2.1", "2.1", "d02", "d02.0", "d02.x"])
def test_new_explains_what_an_id_is(run, folder, id):
    with pytest.raises(Stop, match="ids look like") as stop:
        run("new", id)
    assert stop.value.code == USAGE
    assert not folder.exists()


def test_new_never_overwrites(run, folder):
    run("new", "d30.9", "A trial")
    with pytest.raises(Stop, match="already"):
        run("new", "d30.9", "Another")
    assert [path.name for path in folder.glob("day30/ex*.py")] == ["ex9_a_trial.py"]


def test_check_accepts_feedback_once_it_is_told_to(run, folder):
    run("new", "d30.9", "A trial")
    assert "nobody has read" in run("check", "d30.9", "--only", "golden")[1]
    assert run("check", "d30.9", "--only", "golden", "--accept")[0] == PASSED
    assert (folder.parent / "golden" / "d30.9.txt").exists()
    code, out = run("check", "d30.9", "--only", "golden")
    assert (code, "proven" in out) == (PASSED, True)
    path = folder / EXERCISE
    path.write_text(path.read_text().replace("mean of each row", "mean of a row"))
    code, out = run("check", "d30.9", "--only", "golden")
    assert code == NOT_PASSED
    assert "mean of a row" in out


def test_mutate_lists_survivors_with_their_reasons(run):
    code, out = run("mutate", "d01.4")
    assert code == PASSED
    assert "35 of 36 mutants rejected" in out
    assert "because a NumPy integer" in out


def test_mutate_asks_for_a_reason(run, folder):
    run("new", "d30.9", "A trial")
    path = folder / EXERCISE
    text = path.read_text().replace("ref.centred(x), N=N, D=D", "you.centred(x)")
    path.write_text(text)
    code, out = run("mutate", "d30.9")
    assert code == NOT_PASSED
    assert dev.HELP in out


def test_preview_shows_everything_a_learner_can_see(run):
    code, out = run("preview", "d01.4")
    exercise = parse.load("d01.4")
    assert code == PASSED
    assert "Hint 3 for d01.4" in out
    assert "One worked number" in out
    assert all(f"Feedback on: {wrong.name}" in out for wrong in exercise.wrongs)
    assert "\x1b" not in out


def test_preview_reads_a_file_that_is_not_in_the_course(run, folder):
    run("new", "d30.9", "A trial")
    assert "A trial" in run("preview", str(folder / EXERCISE))[1]
    with pytest.raises(Stop):
        run("preview", str(folder / "day30" / "ex8_none.py"))


def test_a_file_that_cannot_be_read_is_named_with_its_line(run, folder):
    run("new", "d30.9", "A trial")
    path = folder / EXERCISE
    path.write_text(path.read_text().replace("minutes", "minuets"))
    with pytest.raises(Stop, match='6: unknown key "minuets"'):
        run("check")


def test_an_installed_package_has_no_golden_texts(run, monkeypatch, tmp_path):
    monkeypatch.setattr(golden, "FOLDER", tmp_path / "none" / "golden")
    with pytest.raises(Stop, match="works in a checkout"):
        run("check", "d01.1")
