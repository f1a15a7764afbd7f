"""The quick start of Day 6 as a user meets it."""

import re
import subprocess
import sys

import pytest

from u30.papers.d06_complexodynamics import main


def run(*arguments):
    command = [sys.executable, "-m", "u30.papers.d06_complexodynamics", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_run_prints_the_hump_and_a_picture():
    done = run("--steps", 120)
    assert done.returncode == 0 and done.stderr == ""
    rows = re.findall(r"^ +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)  #", done.stdout, re.M)
    structure = [int(row[4]) for row in rows]
    assert int(rows[-1][0]) == 120
    assert max(structure) > 10 * structure[0] > 10 * structure[-1]
    assert re.search(
        r"Structure: 26 bits at the start, \d+ at its peak, 14 at the end", done.stdout
    )


def test_without_stirring_there_is_less_structure(capsys):
    assert main(100, 32, 0).model.max() < main(100, 32, 4).model.max() / 1.5
    assert "left to diffuse" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--size", 60), "power of 2"),
        (("--size", 1024), "from 2 to 512"),
        (("--steps", -1), "--steps must be at least 0"),
        (("--stir-every", -2), "--stir-every must be at least 0"),
        (("--seed", -1), "--seed must be at least 0"),
    ],
)
def test_mistakes_end_with_one_sentence(options, part):
    done = run(*options)
    assert done.returncode == 2
    assert part in done.stderr and done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("size", [2, 4, 128])
def test_other_sizes(size, capsys):
    main(4, size)
    assert "Structure" in capsys.readouterr().out
