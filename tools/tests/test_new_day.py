"""A started day works at once, passes its gates, overwrites nothing, and cannot be published."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from u30book.page_lint import lint

ROOT = Path(__file__).resolve().parents[2]
DAY, STEM = 14, "d14_annotated_transformer"  # the longest name, so that lines break elsewhere
PAGE = "days/day14_annotated_transformer"
TITLES = ["A first one", "Two", "Three", "Four", "Five"]
TOC = """\
format: jb-book
root: intro
parts:
  - caption: Start here
    chapters:
      - file: pages/how_to_use
  - caption: Reference
    chapters:
      - file: pages/glossary
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The repository before any day, and what starting Day 14 printed."""
    root = tmp_path_factory.mktemp("checkout")
    made = shutil.ignore_patterns("__pycache__", "d[0-9]*.py", "day[0-9]*", "*.egg-info", "_build")
    for folder in ("code/u30", "tools", "book/pages", "book/_static", "requirements"):
        shutil.copytree(ROOT / folder, root / folder, ignore=made)
    for name in (
        "code/tests/conftest.py",
        "code/tests/quickstarts.py",
        "pyproject.toml",
        "README.md",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "tools/day_template", root / "tools/day_template", dirs_exist_ok=True)
    for name in ("_config.yml", "days.yml", "intro.md", "references.bib"):
        shutil.copy(ROOT / "book" / name, root / "book" / name)
    (root / "book/days").mkdir()
    (root / "book/_toc.yml").write_text(TOC)
    (root / "CHANGELOG.md").write_text("# Changelog\n\n### Added\n\n- The command `u30`.\n")
    done = run(root, "tools/new_day.py", DAY, *TITLES)
    assert done.returncode == 0, done.stderr
    return root, done.stdout


def run(root: Path, *command: object) -> subprocess.CompletedProcess[str]:
    """Run Python on a file of the checkout, with the checkout's own package."""
    env = os.environ | {"PYTHONPATH": f"{root / 'code'}:{ROOT / 'book/_ext'}"}
    words = [sys.executable, *map(str, command)]
    return subprocess.run(words, cwd=root, env=env, capture_output=True, text=True, timeout=300)


def state(root: Path) -> dict[str, str]:
    """Every file of the checkout with a hash of its content."""
    files = [path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_everything_a_day_consists_of_is_there_and_listed(checkout):
    root, said = checkout
    exercises = ["1_a_first_one", "2_two", "3_three", "4_four", "5_five"]
    for name in [
        *[f"code/u30/papers/{stem}.py" for stem in (STEM, "d14_headline", "d14_quickstart")],
        "code/tests/test_d14.py",
        "code/tests/test_d14_command.py",
        *[f"code/u30/exercises/day14/ex{name}.py" for name in exercises],
        f"book/{PAGE}.md",
    ]:
        assert name in said and (root / name).is_file(), name
    assert f"- file: {PAGE}\n" in (root / "book/_toc.yml").read_text()
    assert f"](book/{PAGE}.md)" in (root / "README.md").read_text()
    assert "- Day 14: *The Annotated Transformer*" in (root / "CHANGELOG.md").read_text()
    page = (root / f"book/{PAGE}.md").read_text()
    assert "rush2018annotated" in page and "rush2018annotated" in (
        root / "book/references.bib"
    ).read_text(encoding="utf-8")


def test_nothing_of_the_template_is_left_over(checkout):
    root, _ = checkout
    for path in [*root.glob("code/**/*14*"), root / f"book/{PAGE}.md"]:
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for left in ("d00", "Day 0", "<<", "day-card} 0\n", "{id}", "{title}"):
                assert left not in text, f"{path.name}: {left}"


def test_it_passes_ruff_and_the_page_lint(checkout):
    root, _ = checkout
    for arguments in (["check"], ["format", "--check"]):
        done = run(root, "-m", "ruff", *arguments, "--no-cache", "code")
        assert done.returncode == 0, done.stdout
    assert lint(root / f"book/{PAGE}.md") == []


def test_its_own_tests_pass(checkout):
    root, _ = checkout
    names = ("code/tests/test_d14.py", "code/tests/test_d14_command.py")
    done = run(root, "-m", "pytest", "-q", "-p", "no:xdist", *names)
    assert done.returncode == 0, done.stdout


def test_its_exercises_are_proven(checkout):
    root, _ = checkout
    done = run(root, "-m", "u30.cli", "dev", "check", "day14")
    assert "5 of 5 proven" in done.stdout, done.stdout


def test_its_page_builds_without_a_warning_and_its_figures_are_told(checkout):
    root, _ = checkout
    if not (ROOT / "build/web/static").is_dir():
        pytest.skip("build/web is absent: run tools/fetch_web.py")
    done = run(root, "tools/preview_page.py", DAY)
    assert done.returncode == 0 and done.stdout.startswith("no warnings\n"), done.stdout
    html = root / f"build/preview/{PAGE.rpartition('/')[2]}/_build/html/{PAGE}.html"
    assert str(html) in done.stdout
    assert "1 of 1 claim holds" in html.read_text(encoding="utf-8")
    told = run(root, "tools/day_figures.py", DAY).stdout
    for words in ("seconds\n", "kB\n", "words\n", "1 of 1 hold\n", "d14_headline "):
        assert words in told, told


def test_it_cannot_be_published(checkout):
    root, _ = checkout
    done = run(root, "tools/drafts.py")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    line = 1 + (root / f"book/{PAGE}.md").read_text().splitlines().index("## In one sentence")
    assert any(
        said.startswith(f"book/{PAGE}.md:{line + 2}: still a draft: the claim") for said in lines
    )
    for part in ("code/u30/papers/", "code/u30/exercises/day14/", "code/tests/", "book/references"):
        assert any(said.startswith(part) for said in lines), part
    assert lines[-1].endswith("files are still drafts: write them, drop the mark.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([14], "Day 14 has been started: there is code/u30/papers/d14_annotated_transformer.py."),
        ([31], "days.yml has no day 31; it has 30 days."),
        ([15, "One title"], "A day has 5 exercises; titles given: 1."),
        (["engine"], "invalid int value: 'engine'"),
    ],
)
def test_a_day_that_cannot_be_started_gives_one_sentence_and_changes_nothing(
    checkout, arguments, sentence
):
    root, _ = checkout
    before = state(root)
    done = run(root, "tools/new_day.py", *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines()[-1].endswith(sentence)
    assert state(root) == before


@pytest.mark.parametrize(
    "name",
    [
        "code/u30/papers/d15_other.py",
        "code/u30/exercises/day15/ex3_mine.py",
        "code/tests/test_d15.py",
        "book/days/day15_bahdanau.md",
    ],
)
def test_what_somebody_has_begun_is_not_overwritten(checkout, name):
    root, _ = checkout
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine\n")
    before = state(root)
    done = run(root, "tools/new_day.py", 15)
    assert done.returncode == 2
    assert done.stderr == f"Day 15 has been started: there is {name}.\n"
    assert state(root) == before
    path.unlink()


def test_another_checkouts_package_is_noticed(checkout):
    """Else the exercises would be written there."""
    root, _ = checkout
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'code'}:{ROOT / 'book/_ext'}"}
    words = [sys.executable, "tools/new_day.py", "15"]
    done = subprocess.run(words, cwd=root, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "not from this checkout" in done.stderr
