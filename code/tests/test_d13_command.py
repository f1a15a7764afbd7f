"""The quick start of Day 13 as a user meets it: in a terminal, with mistakes, with Ctrl-C."""

import re
import subprocess
import sys

import pytest
from quickstarts import assert_one_sentence, interrupt

from u30.papers import d13_quickstart
from u30.papers.d13_attention import main

SMALL = ["--jobs", "SR", "--layers", "1", "--longest", "4", "--steps", "30"]


def command(*arguments):
    return [sys.executable, "-m", "u30.papers.d13_attention", *map(str, arguments)]


def test_a_run_shows_what_the_model_writes():
    done = subprocess.run(command(*SMALL), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == ""
    assert "To learn: sort, reverse strings of 3 to 4 letters." in done.stdout
    assert re.search(r"[\d,]+ weights, 30 steps, loss \d\.\d\d -> \d\.\d\d\.", done.stdout)
    for job in ("sort", "reverse"):
        assert re.search(rf"^{job}: \d+% of new strings exactly right", done.stdout, re.M)
    assert len(re.findall(r"^  [SR][a-j]+ -> .*(right|wrong: [a-j]+\$)", done.stdout, re.M)) == 6
    assert done.stdout.count("8 letters, more than it has ever seen") == 2


def test_ctrl_c_stops_with_the_result_so_far():
    left = interrupt(command("--steps", 100000))
    assert left.returncode == 130 and left.stderr == ""
    assert "weights" in left.stdout and left.stdout.strip().endswith("Stopped.")


MISTAKES = {
    "unknown option": (["--nonsense"], "unrecognized"),
    "unknown job": (["--jobs", "RX"], "letters out of RSC"),
    "a job twice": (["--jobs", "RR"], "each once"),
    "no job": (["--jobs", ""], "letters out of RSC"),
    "no steps": (["--steps", "0"], "--steps must be at least 1"),
    "no layer": (["--layers", "0"], "--layers must be at least 1"),
    "too short": (["--longest", "2"], "--longest must be at least 3"),
    "heads that do not fit": (["--heads", "5"], "--width 24 cannot be divided among --heads 5"),
    "negative seed": (["--seed", "-1"], "--seed must be at least 0"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_sentence_and_exit_code_2(mistake, capsys):
    arguments, message = MISTAKES[mistake]
    assert_one_sentence(d13_quickstart.command_line, arguments, message, capsys)


def test_main_in_a_notebook_returns_the_run():
    run = main(jobs="C", steps=3, layers=1, longest=4)
    assert run.steps == 3 and set(run.exact) == {"C"}
    with pytest.raises(ValueError, match="at least 3"):
        main(longest=1)
