"""Where the course's pages are: the site built in this checkout, else the published one.

A fork's pages are found without a setting: pip remembers where the package came from.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import u30
from u30.learn.parse import INTERLUDES, Exercise

DEFAULT = "30u30/30u30"
PACKAGE = Path(u30.__file__).resolve().parent
CHECKOUT = PACKAGE.parent.parent  # where it is a checkout of the repository


@lru_cache(maxsize=64)
def module_of(series: str) -> str:
    """The module that implements a page, such as "d01_char_rnn" or "engine"; "" if there is none.

    Of the files of a day it is the one that offers both `main` and `claims`.
    """
    folder = PACKAGE / "papers"
    for path in [folder / f"{series}.py", *sorted(folder.glob(f"{series}_*.py"))]:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if all(re.search(rf"^def {name}\(", text, re.MULTILINE) for name in ("main", "claims")):
            return path.stem
    return ""


def with_module() -> list[str]:
    """The days and interludes whose model can be run, as the learner types them: "1", "engine"."""
    every = [f"d{day:02d}" for day in range(1, 31)] + list(INTERLUDES)
    return [typed(series) for series in every if module_of(series)]


def typed(series: str) -> str:
    """ "1" for "d01"; an interlude's own name."""
    return series if series in INTERLUDES else str(int(series[1:]))


def page_address(series: str, base: str | None = None) -> str:
    module = module_of(series)
    name = f"interlude_{series}" if series in INTERLUDES else f"day{module[1:]}"
    return (base or published()) + (f"days/{name}.html" if module else "index.html")


def exercise_address(exercise: Exercise, base: str | None = None) -> str:
    return f"{page_address(exercise.series, base)}#exercise-{exercise.id.replace('.', '-')}"


def local() -> str | None:
    """The site built in this checkout, as an address."""
    html = CHECKOUT / "book" / "_build" / "html"
    return html.as_uri() + "/" if (html / "index.html").is_file() else None


def published() -> str:
    """The published site, with a slash at its end."""
    chosen = os.environ.get("U30_SITE_URL", "")
    if chosen:
        return chosen.rstrip("/") + "/"
    owner, name = repository().split("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


@lru_cache(maxsize=1)
def repository() -> str:
    """ "owner/name" on GitHub: where pip got the package, else the checkout's remote."""
    try:
        text = metadata.distribution("u30").read_text("direct_url.json") or "{}"
        source = json.loads(text).get("url", "")
    except (metadata.PackageNotFoundError, json.JSONDecodeError):
        source = ""
    return _github(source) or _github(_remote()) or DEFAULT


def _remote() -> str:
    if not (CHECKOUT / ".git").exists():
        return ""
    command = ["git", "-C", str(CHECKOUT), "remote", "get-url", "origin"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _github(address: str) -> str:
    found = re.search(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$", address)
    return found[1] if found and (urlsplit(address).scheme or "@" in address) else ""
