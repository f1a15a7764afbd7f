"""The quick start of Day 3 as a user meets it: in a terminal, with mistakes, with Ctrl-C."""

import re
import subprocess
import sys

import pytest
from quickstarts import assert_one_sentence, interrupt

from u30.papers import d03_quickstart
from u30.papers.d03_rnn_regularization import main

SMALL = ["--hidden", "8", "--steps", "40"]


def command(*arguments):
    return [sys.executable, "-m", "u30.papers.d03_rnn_regularization", *map(str, arguments)]


def test_a_run_compares_two_networks_with_three_baselines():
    done = subprocess.run(command(*SMALL), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert re.search(
        r"guessing 3\.18, counting pairs 1\.\d\d, knowing the source 1\.\d\d\.", done.stdout
    )
    assert "no regulariser:" in done.stdout and "dropout 0.5 between:" in done.stdout
    assert done.stdout.count("<- early stopping keeps this") == 2
    assert len(re.findall(r"one would stop at step \d+", done.stdout)) == 2


def test_the_chosen_regularisers_are_named(capsys):
    code = d03_quickstart.command_line([*SMALL, "--place", "none", "--decay", "0.3", "--norm", "1"])
    assert code == 0
    assert "weight decay 0.3, layer norm:" in capsys.readouterr().out


def test_nothing_chosen_is_said(capsys):
    assert d03_quickstart.command_line([*SMALL, "--place", "none"]) == 0
    assert "no regulariser, again:" in capsys.readouterr().out


def test_ctrl_c_stops_with_the_result_so_far():
    left = interrupt(command("--steps", 3000), lines=4)  # the last is a line about progress
    assert left.returncode == 130
    assert left.stdout.strip().endswith("Stopped.")


MISTAKES = {
    "unknown option": (["--nonsense"], "unrecognized"),
    "unknown place": (["--place", "elbow"], "--place must be one of none, between"),
    "p of one": (["--p", "1"], "--p must be at least 0 and below 1"),
    "p nan": (["--p", "nan"], "--p must be"),
    "negative decay": (["--decay", "-1"], "--decay must be at least 0"),
    "decay inf": (["--decay", "inf"], "--decay must be at least 0"),
    "norm of two": (["--norm", "2"], "--norm must be 0 or 1"),
    "no steps": (["--steps", "0"], "--steps must be at least 1"),
    "short text": (["--symbols", "100"], "--symbols must be at least 168"),
    "no patience": (["--patience", "0"], "--patience must be at least 1"),
    "negative seed": (["--seed", "-1"], "--seed must be at least 0"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_sentence_and_exit_code_2(mistake, capsys):
    arguments, message = MISTAKES[mistake]
    assert_one_sentence(d03_quickstart.command_line, arguments, message, capsys)


def test_the_shortest_text_that_is_allowed_works(capsys):
    assert d03_quickstart.command_line([*SMALL, "--symbols", "168"]) == 0


def test_main_in_a_notebook_returns_both_runs():
    run = main(place="cell", steps=3, hidden=4)
    assert run.plain.recipe.place == "none" and run.chosen.recipe.place == "cell"
    assert not run.interrupted
    with pytest.raises(ValueError, match="at least 1"):
        main(hidden=0)
