"""The quick start of Day 5 as a user meets it."""

import re
import subprocess
import sys

import pytest

from u30.papers.d05_mdl_tutorial import main


def run(*arguments):
    command = [sys.executable, "-m", "u30.papers.d05_mdl_tutorial", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_run_prints_the_bills_and_the_choices():
    done = run("--n", 2000)
    assert done.returncode == 0 and done.stderr == ""
    rows = re.findall(r"^ +(\d) ((?: +[\d.]+[* ]){6})", done.stdout, re.M)
    assert [row[0] for row in rows] == list("012345")
    assert all(sum(row[1].split()[i].endswith("*") for row in rows) == 1 for i in range(6))
    choices = dict(re.findall(r"^ +(\S+): order (\d)", done.stdout, re.M))
    assert choices["ML"] == "5" and choices["KT"] == choices["BIC"] == "2"
    assert float(re.search(r"saves ([\d.]+)\.$", done.stdout, re.M).group(1)) > 200


def test_a_typed_string(capsys):
    bills = main(text="01 " * 40, max_order=2)
    assert len(bills) == 3
    assert "KT: order 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--text", "01201"), "zeros and ones, but has '2'"),
        (("--text", "0101"), "needs more than --max-order"),
        (("--max-order", 11), "from 0 to 10"),
        (("--n", 0), "--n must be from 1"),
        (("--seed", -1), "--seed must be at least 0"),
    ],
)
def test_mistakes_end_with_one_sentence(options, part):
    done = run(*options)
    assert done.returncode == 2
    assert part in done.stderr and done.stderr.count("\n") == 1
