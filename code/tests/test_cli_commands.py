"""Every command once: its exit code, what it says, and that nothing of the learner's is lost."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from u30.cli import completion
from u30.cli.main import main
from u30.cli.parser import command_names, make_parser
from u30.cli.workspace import starter_file
from u30.learn.parse import load, load_all
from u30.learn.report import Report
from u30.learn.state import State

FIRST = load("d01.1")
HEAD = starter_file(FIRST).split("# %% your work")[0]
RIGHT = HEAD + FIRST.solution
ANSWERS = {
    "starter": (starter_file(FIRST), 1),
    "right": (RIGHT, 0),
    "wrong": (RIGHT.replace("/ len(y)", ""), 1),
    "syntax error": ("def softmax_xent(:\n", 3),
    "exception": ("def softmax_xent(logits, y):\n    return 1 / 0\n", 3),
    "exit": ("import os\nos._exit(0)\n", 3),
    "empty": ("", 3),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    before = Path.cwd()
    os.chdir(place)
    try:
        assert main(["init"]) == 0
    finally:
        os.chdir(before)
    return place / "u30-course"


@pytest.fixture
def course(made, tmp_path, monkeypatch):
    """A fresh copy of the folder, and we are in it."""
    folder = tmp_path / "kürs π 1" / "u30-course"  # a path with spaces and beyond ASCII
    for path in made.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(made)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    (folder / ".u30").mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    return folder


def answer(course, text, exercise=FIRST, **how):
    path = course / exercise.path.parent.name / exercise.path.name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(**how))
    return path


def progress(course):
    return State(course / ".u30" / "state.json")


@pytest.mark.parametrize("name", ANSWERS)
def test_exit_code_of_a_check(course, name, capsys):
    text, code = ANSWERS[name]
    answer(course, text)
    assert main(["check", "d01.1"]) == code
    printed = capsys.readouterr()
    assert "d01.1 The loss" in printed.out
    assert "Traceback" not in printed.out + printed.err
    assert "\x1b" not in printed.out


def test_exit_code_of_several_is_the_worst(course, capsys):
    for exercise in load_all():
        head = starter_file(exercise).split("# %% your work")[0]
        answer(course, head + exercise.solution, exercise)
    assert main(["check", "--all"]) == 0
    assert f"{len(load_all())} of {len(load_all())} exercises passed" in capsys.readouterr().out
    answer(course, starter_file(FIRST))
    assert main(["check", "1"]) == 1
    assert "4 of 5 exercises passed" in capsys.readouterr().out
    answer(course, "1 / 0\n")
    assert main(["check", "1.1", "1.2"]) == 3


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("nonsense", 2, '"nonsense" is not a command'),
        ("chekc", 2, "Did you mean `u30 check`?"),
        ("check 9.9", 2, 'There is no exercise "9.9"'),
        ("check 31", 2, "days go from 1 to 30"),
        ("check 29", 2, "Day 29 has no exercises yet"),
        ("check --seed x", 2, "a seed is a whole number"),
        ("check --frobnicate", 2, "See u30"),
        ("hint 1.1 --number 4", 2, "hints 1 to 3"),
        ("goto", 2, "required: ID"),
        ("undo", 2, "nothing has been replaced yet"),
        ("debug", 2, "needs a terminal"),
        ("sync", 2, "required: way"),
        ("sync import rubbish", 2, ""),
        ("train 29", 2, "Day 29 has no model yet"),
        ("claims x", 2, "is not a day"),
        ("notebook 29", 2, "has no exercises yet"),
        ("completion tcsh", 2, "tcsh"),
        ("open 29", 2, "Day 29 has no page yet"),
        ("solution", 1, ""),
    ],
)
def test_what_cannot_be_done_is_one_sentence(course, capsys, line, code, says):
    assert main(line.split()) == code
    printed = capsys.readouterr()
    assert says in printed.err
    assert len(printed.err.splitlines()) == (code == 2)
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--help", "Start here"),
        ("help", "Start here"),
        ("help check", "u30 check 1.1 1.2"),
        ("check --help", "the inputs of an earlier check"),
        ("dev --help", "prove exercises"),
        ("--version", "u30 0."),
        ("list", "d01.5  What counting can do"),
        ("list 1", "Day 1: RNNs that write"),
        ("next", "d01.2  The network reads"),
        ("goto 1", "d01.1  The loss"),
        ("goto D1.3", "d01.3  Blame"),
        ("task day01/ex2_rnn_forward.py", "d01.2  The network reads"),
        ("hint 1.4", "Hint 1 for d01.4"),
        ("progress", "exercises passed. "),
        ("list engine", "engine.1  The walk back"),
        ("goto engine", "engine.1  The walk back"),
        ("task engine.2", "engine.2"),
        ("task engine/ex3_vjp.py", "engine.3"),
        ("open engine", "interlude_engine.html"),
        ("open 1.2", "day01_char_rnn.html#exercise-d01-2"),
        ("open 1", "day01_char_rnn.html"),
        ("reset", "is the starter"),
        ("claims", "RNNs that write"),
        ("init", "is complete already"),
    ],
)
def test_what_can_be_done(course, capsys, line, says):
    try:
        code = main(line.split())
    except SystemExit as end:  # argparse leaves after its help
        code = end.code
    assert code == 0
    printed = capsys.readouterr()
    assert says in printed.out
    assert not printed.err
    assert "\x1b" not in printed.out


def test_doctor_finds_everything_in_order(course, capsys):
    assert main(["doctor"]) == 0
    assert "Everything works." in capsys.readouterr().out


def test_outside_a_course_folder_the_next_step_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for line in ([], ["check"], ["list"], ["--course", str(tmp_path), "list"]):
        assert main(line) == 2
        assert "`u30 init` makes one" in capsys.readouterr().err
    assert main(["train", "29"]) == 2, "a day's model needs no folder"


def test_a_folder_that_is_named_wins_over_the_variable(course, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("U30_COURSE", str(course))
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 0
    assert main(["--course", str(tmp_path / "nowhere"), "list"]) == 2


def test_nobody_at_a_terminal_gets_one_check(course, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main([]) == 1
    assert "This is no terminal: checked once." in capsys.readouterr().out


def test_init_touches_nothing_that_is_there(course, capsys):
    path = answer(course, "# mine\n")
    other = course / "day01" / "ex2_rnn_forward.py"
    other.unlink()
    assert main(["init"]) == 0
    assert "Added 1 new" in capsys.readouterr().out
    assert path.read_text() == "# mine\n"
    assert other.exists()


def test_init_into_a_file_is_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("")
    assert main(["init", "taken"]) == 2
    assert "is in the way" in capsys.readouterr().err


def test_reset_and_undo_keep_every_version(course):
    path = answer(course, "# first\n")
    assert main(["reset", "1.1"]) == 0
    assert path.read_text(encoding="utf-8") == starter_file(FIRST)
    path.write_text("# second\n")
    assert main(["reset", "1.1"]) == 0
    assert main(["undo", "1.1"]) == 0
    assert path.read_text() == "# second\n"
    assert main(["undo", "1.1"]) == 0
    assert path.read_text(encoding="utf-8") == starter_file(FIRST)
    copies = sorted((course / ".u30" / "copies" / "d01.1").iterdir())
    assert [copy.read_text() for copy in copies] == ["# first\n", "# second\n"]


def test_a_missing_file_says_how_to_get_it_back(course, capsys):
    answer(course, "").unlink()
    assert main(["check"]) == 2
    assert "`u30 reset d01.1` brings its starter back" in capsys.readouterr().err
    assert main(["reset"]) == 0
    assert main(["check"]) == 1


@pytest.mark.parametrize(
    "data",
    [
        RIGHT.replace("\n", "\r\n").encode(),
        RIGHT.replace("\n", "\r").encode(),
        RIGHT.encode("utf-8-sig"),
        RIGHT.encode("utf-16"),
        (RIGHT + '\n\nprint("ünïcødé ✓ 日本")\n').encode(),
        (RIGHT + "\n\x0c\n").encode(),
    ],
    ids="CRLF CR BOM UTF-16 Unicode form-feed".split(),
)
def test_files_as_editors_write_them(course, data):
    answer(course, data)
    assert main(["check", "1.1"]) == 0


@pytest.mark.parametrize(
    ("data", "code"), [(b"x = '\xe9'\n", 2), (b"a" * 1_000_001, 2), (b"x\x00y", 3)]
)
def test_files_that_are_no_python_text(course, capsys, data, code):
    answer(course, data)
    assert main(["check", "1.1"]) == code
    assert "Traceback" not in (printed := capsys.readouterr()).err + printed.out


def test_line_numbers_are_those_of_the_file(course, capsys):
    path = answer(course, HEAD + "def softmax_xent(logits, y):\n    return 1 / 0\n")
    assert main(["check"]) == 3
    line = path.read_text(encoding="utf-8").splitlines().index("    return 1 / 0") + 1
    assert f"{FIRST.path.name}:{line}" in capsys.readouterr().out


def test_every_starter_is_python():
    for exercise in load_all():
        compile(starter_file(exercise), exercise.id, "exec")


def test_json_is_one_report_a_line(course, capsys):
    answer(course, RIGHT)
    assert main(["check", "1.1", "1.2", "--json"]) == 1
    lines = capsys.readouterr().out.splitlines()
    reports = [Report.from_dict(json.loads(line)) for line in lines]
    assert [report.status for report in reports] == ["pass", "todo"]


def test_a_failing_seed_comes_first_until_it_passes(course, capsys):
    answer(course, ANSWERS["wrong"][0])
    main(["check"])
    seed = progress(course).seed("d01.1")
    assert seed is not None
    capsys.readouterr()
    main(["check"])
    assert f"seed {seed}" in capsys.readouterr().out
    answer(course, RIGHT)
    assert main(["check"]) == 0
    assert progress(course).seed("d01.1") is None


def test_the_solution_counts_as_help(course, capsys):
    assert main(["solution", "1.1", "--yes"]) == 0
    assert "log_p = s" in capsys.readouterr().out
    assert progress(course).entry("d01.1").helped
    answer(course, RIGHT)
    assert main(["check", "1.1"]) == 0
    assert "h d01.1" in main_output(capsys, "list")


def main_output(capsys, line):
    capsys.readouterr()
    main(line.split())
    return capsys.readouterr().out


def test_progress_travels_as_text(course, tmp_path, monkeypatch, capsys):
    answer(course, RIGHT)
    assert main(["check", "1.1"]) == 0
    text = main_output(capsys, "sync export").strip()
    assert "\n" not in text
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert main(["init"]) == 0
    assert main(["sync", "import", text]) == 0
    assert progress(elsewhere / "u30-course").entry("d01.1").done


def test_a_broken_progress_file_is_kept_and_said(course, capsys):
    (course / ".u30" / "state.json").write_text("{broken")
    assert main(["list"]) == 0
    assert capsys.readouterr().err.startswith("u30: ")
    assert (course / ".u30" / "state.broken-1.json").read_text() == "{broken"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_one_sentence(course, capsys):
    (course / ".u30").chmod(0o500)
    try:
        assert main(["next"]) == 4
    finally:
        (course / ".u30").chmod(0o700)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_notebook_of_a_day(course, capsys):
    assert main(["notebook", "1"]) == 0
    path = course / "day01" / "day01_exercises.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in book["cells"]]
    assert 'u30.check("d01.5")' in sources
    for cell, source in zip(book["cells"], sources):
        if cell["cell_type"] == "code":
            compile(source, "cell", "exec")
    path.write_text("mine")
    assert main(["notebook", "1"]) == 0
    assert path.read_text() == "mine"
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(book)


def test_train_passes_options_and_exit_code_on(course):
    run = [sys.executable, "-m", "u30.cli", "train", "1"]
    done = subprocess.run([*run, "--steps", "nonsense"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--steps" in done.stderr
    done = subprocess.run([*run, "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "learning rate" in done.stdout


def test_claims_run_the_experiment(course):
    done = subprocess.run(
        [sys.executable, "-m", "u30.cli", "claims", "1"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "[holds]" in done.stdout


def test_edit_uses_the_editor_that_is_named(course, monkeypatch, capsys):
    monkeypatch.delenv("VISUAL", raising=False)
    write = "import sys; open(sys.argv[1], 'a').write('# edited')"
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" -c "{write}"')
    assert main(["edit", "1.2"]) == 0
    assert (course / "day01" / "ex2_rnn_forward.py").read_text(encoding="utf-8").endswith("edited")
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert main(["edit", "1.2"]) == 4
    assert "cannot be started" in capsys.readouterr().err


def test_a_pipe_that_closes_is_no_error(course):
    command = f'"{sys.executable}" -m u30.cli list | head -1'
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert done.stdout.startswith("Day 1")
    assert not done.stderr


def test_without_rich_everything_works(course, tmp_path):
    (tmp_path / "rich.py").write_text("raise ImportError('not here')\n")
    paths = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-m", "u30.cli", "goto", "1.1"],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "coin flip" in done.stdout


def test_ascii_output_is_ascii(course, capsys):
    for line in ("task 1.3", "progress", "hint 1.3", "list"):
        assert main(["--ascii", *line.split()]) == 0
        assert (out := capsys.readouterr().out).isascii(), out


@pytest.mark.parametrize("shell", sorted(completion.SCRIPTS))
def test_completion_names_every_command_and_id(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for name in [*command_names(make_parser()), "d01.1"]:
        assert name in script


def test_bash_completes(tmp_path, capsys):
    main(["completion", "bash"])
    script = tmp_path / "u30.bash"
    script.write_text(capsys.readouterr().out)
    ask = (
        f'. "{script}"; COMP_WORDS=(u30 check d01.4); COMP_CWORD=2; _u30; echo "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True)
    assert done.stdout.strip() == "d01.4", done.stderr


def test_help_names_every_command():
    from u30.cli.parser import HELP

    for name in command_names(make_parser()):
        assert f"u30 {name}" in HELP or name == "watch"
    assert max(map(len, HELP.splitlines())) <= 80


def test_readme_shows_what_the_command_says(course, capsys):
    readme = Path(__file__).resolve().parents[2] / "README.md"
    shown = readme.read_text(encoding="utf-8").split("```text\n")[1].split("```")[0]
    sums = FIRST.solution.replace(".mean()", ".sum()").replace("/ len(y)", "")
    answer(course, HEAD + sums)
    assert main(["check", "1.1", "--seed", "7"]) == 1
    assert shown in capsys.readouterr().out


def test_the_page_names_commands_that_exist():
    import re

    root = Path(__file__).resolve().parents[2]
    names = set(command_names(make_parser()))
    for page in ("README.md", "book/pages/how_to_use.md"):
        text = (root / page).read_text(encoding="utf-8")
        used = set(re.findall(r"(?:`|^)u30 ([a-z]+)", text, re.MULTILINE))
        assert used <= names
