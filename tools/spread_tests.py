"""How pytest-xdist spreads tests over processes, for the `conftest.py` of the test folders.

Tests of a file that share something dear (an experiment, a page with Python started) stay together,
so that it is made once. All others go to whichever process is free.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = re.compile(r'scope="module"|^from \.runner import runner\b', re.MULTILINE)


@cache
def shares(file: str) -> bool:
    """Say whether tests of this file share a fixture of the file."""
    path = ROOT / file
    return path.is_file() and bool(SHARED.search(path.read_text(encoding="utf-8")))


def together(test: str) -> str:
    """Return what a test goes with: its file, or nothing but itself."""
    file = test.split("::")[0]
    return file if shares(file) else test


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class Spread(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return Spread(config, log)
