"""The quick start of Day 4 as a user meets it: in a terminal, with mistakes, with Ctrl-C."""

import re
import sys

import pytest
from quickstarts import assert_one_sentence, interrupt

from u30.papers import d04_quickstart

SMALL = ["--steps", "120", "--inputs", "8"]


def command(*arguments):
    return [sys.executable, "-m", "u30.papers.d04_mdl_weights", *arguments]


@pytest.mark.parametrize("priors", ["1", "2"])
def test_a_run_says_what_it_learned_and_what_the_message_cost(capsys, priors):
    assert d04_quickstart.command_line([*SMALL, "--priors", priors]) == 0
    out = capsys.readouterr().out
    data, weights, total = (
        int(n) for n in re.search(r"(-?\d+) data bits \+ (\d+) weight bits = (-?\d+)", out).groups()
    )
    assert abs(data + weights - total) <= 1
    assert re.search(r"Test error 0\.\d+\. For comparison: 1 for guessing", out)
    assert "came out whole." in out


def test_the_inputs_that_matter_are_marked_and_come_first(capsys):
    assert d04_quickstart.command_line([]) == 0
    rows = re.findall(r"^  ([* ]) x(\d+)", capsys.readouterr().out, re.M)
    assert [mark for mark, _ in rows] == ["*"] * 5 + [" "] * 3
    assert {number for _, number in rows[:5]} == set("01234")


def test_weights_that_are_too_dear_say_nothing(capsys):
    assert d04_quickstart.command_line(["--beta", "5"]) == 0
    out = capsys.readouterr().out
    assert "+ 0 weight bits" in out and re.search(r"Test error (1\.0|0\.99)", out)


def test_ctrl_c_shows_what_there_is_and_sends_nothing(tmp_path):
    left = interrupt(command("--steps", "30000"), cwd=tmp_path)
    assert left.returncode == 130 and left.stderr == ""
    assert "Stopped early, so nothing is sent." in left.stdout and "Sent:" not in left.stdout


MISTAKES = {
    "unknown option": (["--nonsense"], "unrecognized"),
    "not a number": (["--steps", "many"], "invalid int"),
    "zero steps": (["--steps", "0"], "--steps must be at least 1"),
    "too few inputs": (["--inputs", "4"], "--inputs must be at least 5"),
    "beta zero": (["--beta", "0"], "--beta must be above 0"),
    "learning rate nan": (["--lr", "nan"], "--lr must be above 0"),
    "three priors": (["--priors", "3"], "--priors must be 1 or 2"),
    "negative seed": (["--seed", "-1"], "--seed must be at least 0"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_sentence_and_exit_code_2(capsys, mistake):
    arguments, message = MISTAKES[mistake]
    assert_one_sentence(d04_quickstart.command_line, arguments, message, capsys)
