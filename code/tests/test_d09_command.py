"""The quick start of Day 9 as a user meets it: in a terminal, with mistakes, with Ctrl-C."""

import re
import subprocess
import sys

import pytest
from quickstarts import assert_one_sentence, interrupt

from u30.papers import d09_quickstart
from u30.papers.d09_resnet import main

SMALL = ["--n", "1", "--steps", "40"]


def command(*arguments):
    return [sys.executable, "-m", "u30.papers.d09_resnet", *map(str, arguments)]


def test_a_run_compares_plain_and_residual_with_guessing():
    done = subprocess.run(command(*SMALL), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == ""
    assert "Guessing: 2.30 nats" in done.stdout
    for label in ("plain", "residual, shortcut A"):
        assert re.search(rf"^{label}: 8 layers, 4,934 numbers; after 40 steps", done.stdout, re.M)


def test_one_kind_and_the_bottleneck_can_be_chosen(capsys):
    arguments = ["--n", "1", "--kind", "B", "--block", "bottleneck", "--width", "8", "--steps", "2"]
    assert d09_quickstart.command_line(arguments) == 0
    out = capsys.readouterr().out
    assert "residual, shortcut B: 11 layers" in out and "plain:" not in out


def test_ctrl_c_stops_with_the_result_so_far():
    left = interrupt(command("--steps", 100000), lines=2)
    assert left.returncode == 130 and left.stderr == ""
    assert "plain: 20 layers" in left.stdout and left.stdout.strip().endswith("Stopped.")


MISTAKES = {
    "unknown option": (["--nonsense"], "unrecognized"),
    "unknown kind": (["--kind", "elephant"], "plain, A, B, C or all"),
    "unknown block": (["--block", "brick"], "basic or bottleneck"),
    "no blocks": (["--n", "0"], "--n must be at least 1"),
    "width that cannot be quartered": (
        ["--block", "bottleneck", "--width", "6"],
        "multiple of 4",
    ),
    "no steps": (["--steps", "0"], "--steps must be at least 1"),
    "a batch larger than the data": (["--batch", "5000"], "--batch must be at most 1500"),
    "learning rate nan": (["--lr", "nan"], "--lr must be above 0"),
    "negative seed": (["--seed", "-1"], "--seed must be at least 0"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_sentence_and_exit_code_2(mistake, capsys):
    arguments, message = MISTAKES[mistake]
    assert_one_sentence(d09_quickstart.command_line, arguments, message, capsys)


def test_main_in_a_notebook_returns_the_runs():
    (run,) = main(kind="plain", n=1, steps=3)
    assert run.steps == 3 and run.net.depth == 8
    with pytest.raises(ValueError, match="at least 1"):
        main(n=0)
