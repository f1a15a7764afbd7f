"""Lets the tests share `html_tags` and `quickstarts`, and one process run a file's experiment."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools")]

from spread_tests import pytest_xdist_make_scheduler  # noqa: E402, F401
