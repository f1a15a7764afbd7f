"""The quick start of Day 0 as a user meets it: in a terminal, with mistakes, with Ctrl-C.

DRAFT: what your quick start prints, and its own options.
"""

import subprocess
import sys

import pytest
from quickstarts import assert_one_sentence, interrupt

from u30.papers import d00_quickstart
from u30.papers.d00_template import main


def command(*arguments):
    return [sys.executable, "-m", "u30.papers.d00_template", *map(str, arguments)]


def test_a_run_says_what_it_learned():
    done = subprocess.run(command("--steps", 50), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == ""
    assert "right on new points after 50 steps" in done.stdout


def test_ctrl_c_stops_with_the_result_so_far():
    left = interrupt(command("--steps", 10_000_000))
    assert left.returncode == 130 and left.stderr == ""
    assert "right on new points" in left.stdout and left.stdout.strip().endswith("Stopped.")


MISTAKES = {
    "unknown option": (["--nonsense"], "unrecognized"),
    "no steps": (["--steps", "0"], "--steps must be at least 1"),
    "no hidden units": (["--hidden", "0"], "--hidden must be at least 1"),
    "learning rate nan": (["--lr", "nan"], "--lr must be above 0"),
    "negative seed": (["--seed", "-1"], "--seed must be at least 0"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_sentence_and_exit_code_2(mistake, capsys):
    arguments, message = MISTAKES[mistake]
    assert_one_sentence(d00_quickstart.command_line, arguments, message, capsys)


def test_main_in_a_notebook_returns_the_run():
    run = main(steps=5, hidden=6)
    assert run.steps == 5 and not run.interrupted
    with pytest.raises(ValueError, match="at least 1"):
        main(steps=0)
