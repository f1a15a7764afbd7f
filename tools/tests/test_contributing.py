"""CONTRIBUTING.md speaks of what is there: files, names, blocks, and the words of the gates."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXTENSIONS = ROOT / "book/_ext/u30book"
CODE = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", TEXT)
FUTURE = re.compile(r"08|…|interlude_id|/id/")  # of the day that the text takes as its example
SECTION = TEXT[TEXT.index("## The gates and what they say") : TEXT.index("## What a page may say")]
ROWS = [line.split("|")[1] for line in SECTION.splitlines() if line.startswith("| ")]


def test_files_and_folders_exist():
    paths = {name for name in CODE if re.match(r"(book|code|tools|requirements)/[\w/.*-]+$", name)}
    paths = {name for name in paths if not FUTURE.search(name) and "_build" not in name}
    assert len(paths) > 15
    for name in paths:
        assert any(ROOT.glob(name.rstrip("/"))), name


def test_names_of_the_package_can_be_imported():
    names = {name for name in CODE if re.fullmatch(r"u30(\.\w+)+", name) and "d08" not in name}
    assert len(names) > 15
    for name in names:
        module, _, last = name.rpartition(".")
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), last), name


def test_what_a_module_is_said_to_have_it_has():
    rows = re.findall(r"^\|[^|]*\| `(u30\.\w+)`: (.*) \|$", TEXT, re.MULTILINE)
    assert {module for module, _ in rows} >= {"u30.data", "u30.functional", "u30.nn", "u30.viz"}
    for module, words in rows:
        for name in re.findall(r"`([\w.]+)`", words):
            inside, _, last = f"{module}.{name}".rpartition(".")
            assert hasattr(importlib.import_module(inside), last), f"{module}.{name}"


def test_every_block_of_ours_is_named():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in EXTENSIONS.glob("*.py"))
    blocks = re.findall(r'add_directive\("([\w-]+)"', sources)
    assert len(blocks) > 10
    for name in blocks:
        assert f"{{{name}}}" in TEXT or f"`{name}`" in TEXT, name


def test_the_gates_say_what_they_are_said_to_say():
    files = [*EXTENSIONS.glob("*.py"), *(ROOT / "tools").glob("*.py")]
    files += [*(ROOT / "code/u30/learn").glob("*.py"), ROOT / "code/tests/test_architecture.py"]
    said = "\n".join(path.read_text(encoding="utf-8") for path in files)
    said = re.sub(r'"\s*\n\s*f?"', "", said).replace("\\'", "'")  # a sentence over two lines
    quoted = [words for row in ROWS for words in re.findall(r'"([^"]+)"', row)]
    assert len(quoted) > 15
    for words in quoted:
        assert words in said, words


def test_links_lead_to_headings():
    headings = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}
    for anchor in re.findall(r"\]\(#([\w-]+)\)", TEXT):
        assert anchor in anchors, anchor
