"""Tests that share something dear run in one process; all others are spread."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOOLS))

import spread_tests  # noqa: E402

pytest_plugins = ["pytester"]
USE = f"""
import sys
sys.path.insert(0, {str(TOOLS)!r})
from spread_tests import pytest_xdist_make_scheduler
import spread_tests
from pathlib import Path
spread_tests.ROOT = Path(__file__).parent
"""
TESTS = """
import os, pytest
@pytest.fixture(scope="SCOPE")
def made():
    open("made", "a").write(f"{os.getpid()}\\n")
@pytest.mark.parametrize("n", range(8))
def test_it(made, n):
    import time
    time.sleep(0.1)  # so that the other process is ready and takes its share
"""


@pytest.mark.parametrize(("scope", "times"), [("module", 1), ("session", 2)])
def test_what_a_file_shares_is_made_once(pytester, scope, times):
    pytester.makeconftest(USE)
    pytester.makepyfile(test_shared=TESTS.replace("SCOPE", scope))
    result = pytester.runpytest_subprocess("-n2", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=8)
    assert len((pytester.path / "made").read_text().split()) == times


@pytest.mark.parametrize(
    ("file", "shared"),
    [
        ("code/tests/test_d03.py", True),
        ("book/tests/test_cell_panel.py", True),
        ("book/tests/test_runner_accidents.py", True),
        ("book/tests/test_pages.py", False),
        ("book/tests/test_runner_verdicts.py", False),
        ("code/tests/test_exercise_proofs.py", False),
        ("no/such/file.py", False),
    ],
)
def test_files_that_share_and_files_that_do_not(file, shared):
    assert spread_tests.together(f"{file}::test_it[1]") == (
        file if shared else f"{file}::test_it[1]"
    )
