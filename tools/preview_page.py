"""Build one page of the book and show every warning about it. Much faster than the whole site.

python tools/preview_page.py 9                  a day
python tools/preview_page.py engine             an interlude
python tools/preview_page.py pages/glossary     any page

The page goes to build/preview/<page>, beside the glossary and the pages it links to; days it links
to are empty pages there. Its cells run again only if they, or something they import, have changed.
The exit status is 1 if there is a warning: the site is built with warnings as errors.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from execute import fingerprint

from u30book.days import load_days
from u30book.notebook_pages import is_notebook

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
PREVIEWS = ROOT / "build" / "preview"
PLACED = re.compile(r"^(?P<file>\S+?\.(?:md|py))(?::\d+)?: (?:WARNING|ERROR)")
SAID = re.compile(r"WARNING|ERROR|Error\b")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
NOISE = "[IPKernelApp]"  # the kernel's own remarks, which no page can change
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}


def page_of(name: str) -> str:
    """The page's name in the book, such as "days/day09_resnet"; SystemExit with a sentence."""
    name = name.removeprefix("book/").removesuffix(".md")
    if (BOOK / f"{name}.md").is_file():
        return name
    try:
        lesson = load_days(BOOK / "days.yml").lesson(name)
    except KeyError:
        raise SystemExit(f'There is no day, interlude or page "{name}".') from None
    if not lesson.written(BOOK):
        raise SystemExit(f"book/{lesson.page}.md is not written yet: make day DAY={name}")
    return lesson.page


def linked(page: str) -> set[str]:
    """The pages that a page links to, as far as they exist."""
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")
    targets = re.findall(r"\{doc\}`(?:[^<`]*<)?([^>`]+)>?`", text)
    targets += re.findall(r"\]\(([^)#:]+)\.md(?:#[^)]*)?\)", text)
    folder = PurePosixPath(page).parent
    found = {os.path.normpath(folder / target) for target in targets}
    return {name for name in found if (BOOK / f"{name}.md").is_file()} - {page}


def gather(page: str, source: Path) -> None:
    """Put the page and what it needs into a small book; what is equal there is left alone."""
    others = sorted({"pages/glossary", *linked(page)} - {page, "intro"})
    config = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["config"]["u30_code_dir"] = str(ROOT / "code")
    chapters = [{"file": name} for name in (page, *others) if name != "intro"]
    toc = {"format": "jb-book", "root": "intro", "chapters": chapters}
    texts: dict[str, bytes] = {"_config.yml": dump(config), "_toc.yml": dump(toc)}
    whole = ["days.yml", "references.bib", "intro.md", f"{page}.md"]
    for name in others:
        if is_notebook(BOOK / f"{name}.md"):
            texts[f"{name}.md"] = b"# Not part of this preview\n"
        else:
            whole.append(f"{name}.md")
    for name in whole:
        texts[name] = (BOOK / name).read_bytes()
    for folder in ("_static", "_build/terminal"):
        for path in (BOOK / folder).glob("*.*"):
            texts[path.relative_to(BOOK).as_posix()] = path.read_bytes()
    for old in [*source.glob("days/*.md"), *source.glob("pages/*.md")]:
        if old.relative_to(source).as_posix() not in texts:
            old.unlink()
    for name, text in texts.items():
        path = source / name
        if not path.is_file() or path.read_bytes() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)


def dump(value: Any) -> bytes:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).encode()


def forget_stale(page: str, source: Path) -> None:
    """Drop the results of the page's cells if something that they import has changed."""
    path = BOOK / f"{page}.md"
    now = fingerprint(path) if is_notebook(path) else ""
    stamp = source / "_build" / "fingerprint"
    if not stamp.is_file() or stamp.read_text() != now:
        shutil.rmtree(source / "_build" / ".jupyter_cache", ignore_errors=True)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(now)


def build(source: Path) -> tuple[int, list[str]]:
    """Build the small book; return the exit status and all lines it printed."""
    programs = Path(sys.executable).parent
    done = subprocess.run(
        [str(programs / "jb"), "build", str(source), "-n", "--keep-going"],
        env={**os.environ, **ONE_THREAD, "PATH": f"{programs}:{os.environ.get('PATH', '')}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout.splitlines()


def failure(lines: list[str]) -> list[str]:
    """The cell that failed with its traceback; where no cell did, the last lines."""
    bare = [COLOUR.sub("", line) for line in lines]
    starts = [at for at, line in enumerate(bare) if "CellExecutionError: An error" in line]
    if not starts:
        return bare[-30:]
    rest = bare[starts[0] :]
    return rest[: next((at for at, line in enumerate(rest) if "[mystnb.exec]" in line), 60)]


def warnings(lines: list[str], page: str, source: Path) -> list[str]:
    """Warnings about the page, with its place in book/, and those that name no page."""
    kept = []
    bare = (COLOUR.sub("", line).replace(f"{source}/", "book/") for line in lines)
    for line in dict.fromkeys(bare):
        file = found["file"] if (found := PLACED.match(line)) else ""
        elsewhere = file.startswith("book/") and file != f"book/{page}.md"
        if SAID.search(line) and not elsewhere and NOISE not in line:
            kept.append(line)
    return kept


def main(argv: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("page", help="a day's number, an interlude's id, or a page's name")
    page = page_of(parser.parse_args(argv).page)
    source = PREVIEWS / page.rpartition("/")[2]
    gather(page, source)
    forget_stale(page, source)
    start = time.perf_counter()
    status, lines = build(source)
    said = warnings(lines, page, source)
    print("\n".join(failure(lines) if status else said) or "no warnings")
    html = source / "_build" / "html" / f"{page}.html"
    if status or not html.is_file():
        return 1
    size = html.stat().st_size / 1000
    print(f"{time.perf_counter() - start:.0f} s, {size:.0f} kB of HTML: {html}")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
