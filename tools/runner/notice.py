"""The notice beside the runner's files: whose work they are, from the packages' own metadata."""

from __future__ import annotations

import email
import io
import json
import zipfile
from email.message import Message

BEGINNING = """\
Python in the page consists of other people's work and of this course's own package. Files are
served from here as they were released, unless it says otherwise below. Your browser fetches them
when you run something, and not before.

pyodide {version}
    licence  {license}, https://www.mozilla.org/MPL/2.0/
    sources  {sources}
    It holds CPython {python} (Python Software Foundation License, https://www.python.org/) and was
    compiled with Emscripten (MIT or NCSA, https://emscripten.org/).
"""
TRIMMED = {"plotly", "narwhals"}  # parts are left out, see tools/runner/plotly.py
SOURCES = ("source", "source code", "repository", "github", "homepage")


def notice(package: bytes, info: dict[str, str], wheels: list[bytes]) -> str:
    """package: Pyodide's package.json; info: of its lock file; wheels: all that are served."""
    about = json.loads(package)
    parts = [
        BEGINNING.format(
            version=about["version"],
            license=about["license"],
            sources=f"{about['homepage']}/tree/{about['version']}",
            python=info["python"],
        )
    ]
    return "\n".join(parts + sorted(map(_described, wheels), key=str.lower))


def metadata(wheel: bytes) -> Message:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        [name] = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name))


def licence(about: Message) -> str:
    """As an expression, or the last words of the classifiers."""
    classifiers = about.get_all("Classifier", [])
    named = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License")]
    return about.get("License-Expression") or " or ".join(named)


def sources(about: Message) -> str:
    """Where the package's sources are."""
    links = [link.partition(", ") for link in about.get_all("Project-URL", [])]
    known = {name.lower(): address for name, _, address in links}
    found = [known[name] for name in SOURCES if name in known]
    return found[0] if found else about["Home-page"]


def _described(wheel: bytes) -> str:
    about = metadata(wheel)
    name = about["Name"]
    lines = [f"{name} {about['Version']}", f"    licence  {licence(about)}"]
    lines.append(f"    sources  {sources(about)}")
    if name in TRIMMED:
        lines.append("    Some of its modules are left out here.")
    return "\n".join(lines) + "\n"
