"""The quick start of Day 7 as a user meets it."""

import re
import subprocess
import sys

import pytest
from quickstarts import assert_one_sentence, interrupt

from u30.papers import d07_quickstart
from u30.papers.d07_coffee import main


def command(*arguments):
    return [sys.executable, "-m", "u30.papers.d07_coffee", *map(str, arguments)]


def test_all_cups_are_mixed_and_compared_with_chance(tmp_path):
    done = subprocess.run(
        command("--size", 24, "--sweeps", 60, "--grain", 5),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and done.stderr == ""
    for dynamics in ("interacting", "independent", "stirred"):
        assert f"\n{dynamics}\n" in done.stdout
    peaks = r"Naive complexity: \d+ at the start, \d+ at its peak, \d+ at the end. Chance peaks at"
    assert len(re.findall(peaks, done.stdout)) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size, sweeps", [(2, 1), (9, 3), (40, 5)])
def test_small_and_odd_cups_are_mixed_too(capsys, size, sweeps):
    main(dynamics="stirred", size=size, sweeps=sweeps, grain=3)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) < 110
    assert any(line.startswith("t = 0") for line in lines)


def test_the_same_seed_prints_the_same(capsys):
    printed = []
    for seed in (1, 1, 2):
        main(dynamics="independent", size=16, sweeps=20, grain=5, seed=seed)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != printed[2]


def test_ctrl_c_stops_with_one_line(tmp_path):
    to_the_first_reading = 6
    left = interrupt(command("--size", 200, "--sweeps", 100000), to_the_first_reading, tmp_path)
    assert "\n      0" in left.stdout
    assert left.returncode == 130
    assert left.stderr.strip() == "u30.papers.d07_coffee: stopped."


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--dynamics", "shaken"], "must be one of interacting"),
        (["--size", "1"], "--size must be from 2"),
        (["--sweeps", "0"], "--sweeps must be at least 1"),
        (["--grain", "8"], "--grain must be odd"),
        (["--seed", "-1"], "--seed must be at least 0"),
        (["--size", "big"], "invalid int"),
    ],
)
def test_a_mistake_gives_one_sentence_and_exit_code_2(capsys, arguments, message):
    assert_one_sentence(d07_quickstart.command_line, arguments, message, capsys)
