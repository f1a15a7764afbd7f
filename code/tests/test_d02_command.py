"""The quick start of Day 2 as a user meets it: in a terminal, with mistakes, with Ctrl-C."""

import re
import subprocess
import sys

import pytest
from quickstarts import assert_one_sentence, interrupt

from u30.papers import d02_quickstart
from u30.papers.d02_lstm import main

SMALL = ["--gap", "4", "--hidden", "12", "--steps", "60"]


def command(*arguments):
    return [sys.executable, "-m", "u30.papers.d02_lstm", *map(str, arguments)]


def test_a_run_compares_three_cells_with_guessing():
    done = subprocess.run(command(*SMALL), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == ""
    assert "25%" in done.stdout
    assert re.search(r"begin with\? [ABCD][w-z]{4}\?\n", done.stdout)
    for cell in ("RNN", "GRU", "LSTM"):
        assert re.search(rf"^{cell}: \d+% right on new sequences", done.stdout, re.M)


def test_one_cell_can_be_chosen_and_its_half_life_is_told(capsys):
    code = d02_quickstart.command_line([*SMALL, "--cell", "lstm", "--bias", "0"])
    out = capsys.readouterr().out
    assert code == 0
    assert "GRU" not in out and "loses half in 1.0 steps" in out


def test_a_long_gap_is_printed_on_one_short_line(capsys):
    assert d02_quickstart.command_line(["--gap", "200", "--steps", "1", "--cell", "rnn"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 110


def test_ctrl_c_stops_with_the_result_so_far():
    left = interrupt(command("--steps", 100000, "--gap", 300, "--cell", "rnn"), lines=2)
    assert left.returncode == 130 and left.stderr == ""
    assert "RNN:" in left.stdout and left.stdout.strip().endswith("Stopped.")


MISTAKES = {
    "unknown option": (["--nonsense"], "unrecognized"),
    "unknown cell": (["--cell", "elephant"], "lstm, gru, rnn or all"),
    "no gap": (["--gap", "0"], "--gap must be at least 1"),
    "no steps": (["--steps", "0"], "--steps must be at least 1"),
    "learning rate nan": (["--lr", "nan"], "--lr must be above 0"),
    "bias inf": (["--bias", "inf"], "--bias must be a number"),
    "negative seed": (["--seed", "-1"], "--seed must be at least 0"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_sentence_and_exit_code_2(mistake, capsys):
    arguments, message = MISTAKES[mistake]
    assert_one_sentence(d02_quickstart.command_line, arguments, message, capsys)


def test_main_in_a_notebook_returns_the_runs():
    (run,) = main(cell="gru", gap=3, steps=5, hidden=6)
    assert run.cell == "gru" and run.steps == 5
    with pytest.raises(ValueError, match="at least 1"):
        main(gap=0)
