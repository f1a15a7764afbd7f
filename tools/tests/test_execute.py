"""What makes a notebook run again: what it imports and reads changed, or the lock file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOOLS))

import execute  # noqa: E402

FILES = {
    "requirements/site.txt": "numpy==2\n",
    "code/u30/__init__.py": "",
    "code/u30/runtime.py": "THREADS = 1\n",
    "code/u30/viz/__init__.py": "from u30.viz.plots import describe\nfrom u30.viz.cup import cup\n",
    "code/u30/viz/plots.py": "def describe():\n    from u30 import runtime\n",
    "code/u30/viz/cup.py": "",
    "code/u30/data/__init__.py": "",
    "code/u30/data/text.py": 'NAME = "fables.txt"\n',
    "code/u30/data/fables.txt": "Once.\n",
    "code/u30/data/digits.py": 'NAME = "digits.txt"\n',
    "code/u30/data/digits.txt": "0 1\n",
}
PAGE = """\
```{code-cell} python3
from u30 import viz
from u30.data import text

viz.describe()
```
"""


@pytest.fixture
def edited(tmp_path, monkeypatch):
    """edited(name): is the page's fingerprint another one after an edit of this file?"""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    monkeypatch.setattr(execute, "ROOT", tmp_path)

    def edit(name: str, more: str = "# edited\n") -> bool:
        before = execute.fingerprint(page)
        (tmp_path / name).write_text(FILES[name] + more)
        return execute.fingerprint(page) != before

    return edit


@pytest.mark.parametrize(
    "name",
    [
        "requirements/site.txt",
        "code/u30/__init__.py",
        "code/u30/viz/plots.py",
        "code/u30/runtime.py",  # of a module that the page imports
        "code/u30/data/text.py",
        "code/u30/data/fables.txt",
    ],
)
def test_an_edit_of_what_the_page_uses_runs_it_again(edited, name):
    assert edited(name)


@pytest.mark.parametrize(
    "name", ["code/u30/viz/cup.py", "code/u30/data/digits.py", "code/u30/data/digits.txt"]
)
def test_an_edit_of_something_else_leaves_it_alone(edited, name):
    assert not edited(name)


def test_another_name_that_a_package_hands_on_leaves_it_alone(edited):
    assert not edited("code/u30/viz/__init__.py", "from u30.viz.cup import saucer\n")


def test_a_name_that_moved_to_another_module_runs_it_again(edited):
    assert edited("code/u30/viz/__init__.py", "from u30.viz.cup import describe\n")
