"""Put together what Python in the page consists of, in build/runner; the book's `runner` extension
copies it to `_static/u30/python`.

    manifest.json        version, and every file with its sizes, its SHA-256 and when it is needed
    NOTICE.txt           whose work the files are, their licences, where their sources are
    <pyodide>/           Pyodide and its wheels, byte for byte as released
    <pyodide>/u30-…whl   this package; plotly and narwhals, trimmed
    <pyodide>/lock-….json, worker-….js

All of them but manifest.json and the notice never change: another content has another name. So a
browser may keep them for ever, and two versions of the site never mix.

tools/fetch_pyodide.py comes first. Where it found nothing, there is no runner, and nothing fails.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

from fetch_pyodide import TARGET as PYODIDE
from fetch_pyodide import pins
from runner import plotly
from runner.notice import metadata, notice
from runner.wheels import file_name, wheel

from u30book.repository import find_repository

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "runner"
CODE = ROOT / "code"
WORKER = ROOT / "book" / "_ext" / "u30book" / "web" / "python_worker.js"

PROTOCOL = 1  # of the messages between python.js and python_worker.js, which has the same number
CORE = ["pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"]
CHARTS = ["matplotlib", "contourpy", "cycler", "kiwisolver", "packaging", "pillow"]
CHARTS += ["pyparsing", "python-dateutil", "six"]
AT_START = ("numpy", "u30")
DEPENDS = {"u30": ["numpy"], "plotly": ["narwhals", "numpy", "packaging"], "narwhals": []}


def u30_files() -> dict[str, bytes]:
    """The files of the package, as its pyproject.toml lists them."""
    settings = tomllib.loads((CODE / "pyproject.toml").read_text("utf-8"))
    patterns = ["**/*.py", *settings["tool"]["setuptools"]["package-data"]["u30"]]
    paths = {path for pattern in patterns for path in (CODE / "u30").glob(pattern)}
    return {path.relative_to(CODE).as_posix(): path.read_bytes() for path in sorted(paths)}


def u30_wheel() -> dict[str, bytes]:
    """The package's wheel, by its file name."""
    project = tomllib.loads((CODE / "pyproject.toml").read_text("utf-8"))["project"]
    name, version = project["name"], project["version"]
    address, text = find_repository(ROOT / "book").url, (ROOT / "LICENSE-CODE").read_bytes()
    data = wheel(name, version, u30_files(), project["license"], address, text)
    return {file_name(name, version, data): data}


def entry(file: str, content: bytes) -> dict[str, Any]:
    """A package of ours as Pyodide's lock file describes packages."""
    about = metadata(content)
    return {
        "name": about["Name"],
        "version": about["Version"],
        "file_name": file,
        "install_dir": "site",
        "sha256": hashlib.sha256(content).hexdigest(),
        "package_type": "package",
        "imports": [about["Name"]],
        "depends": DEPENDS[about["Name"]],
        "unvendored_tests": False,
    }


def lock_file(official: dict[str, Any], ours: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Pyodide's lock file with the packages that are served here, and no others."""
    packages = {name: dict(official["packages"][name]) for name in ["numpy", *CHARTS]} | ours
    for package in packages.values():
        package["depends"] = [name for name in package["depends"] if name in packages]
    return {"info": official["info"], "packages": packages}


def packed(name: str, content: bytes) -> int:
    """How many bytes a server sends that compresses what is not compressed yet."""
    return len(content if name.endswith((".whl", ".zip")) else gzip.compress(content, 6))


def hashed(name: str, content: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"


def assemble() -> tuple[dict[str, bytes], dict[str, Any]]:
    """Every file by its path, and the manifest."""
    official = json.loads((PYODIDE / "pyodide-lock.json").read_text("utf-8"))
    files = {name: (PYODIDE / name).read_bytes() for name in CORE}
    group = dict.fromkeys(CORE, "core")

    ours = u30_wheel() | plotly.wheels()
    files |= ours
    entries = [entry(file, content) for file, content in ours.items()]
    lock = lock_file(official, {package["name"]: package for package in entries})
    for name, package in lock["packages"].items():
        file = package["file_name"]
        if file not in files:
            files[file] = (PYODIDE / file).read_bytes()
        group[file] = "core" if name in AT_START else name

    lock_text = json.dumps(lock, separators=(",", ":")).encode()
    lock_name, worker_name = (
        hashed("lock.json", lock_text),
        hashed("worker.js", WORKER.read_bytes()),
    )
    files |= {lock_name: lock_text, worker_name: WORKER.read_bytes()}
    group |= {lock_name: "core", worker_name: "core"}

    core = f"pyodide-{official['info']['version']}"
    described = [
        {
            "path": f"{core}/{name}",
            "size": len(data),
            "packed": packed(name, data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "group": group[name],
        }
        for name, data in sorted(files.items())
    ]
    manifest = {
        "version": hashlib.sha256(json.dumps(described).encode()).hexdigest()[:16],
        "protocol": PROTOCOL,
        "core": f"{core}/",
        "lock": lock_name,
        "worker": f"{core}/{worker_name}",
        "packages": {name: one["depends"] for name, one in lock["packages"].items()},
        "files": described,
    }
    placed = {f"{core}/{name}": data for name, data in files.items()}
    wheels = [data for name, data in files.items() if name.endswith(".whl")]
    about = (PYODIDE / "package.json").read_bytes()
    placed["NOTICE.txt"] = notice(about, official["info"], wheels).encode()
    return placed, manifest


def write(files: dict[str, bytes], manifest: dict[str, Any], target: Path) -> None:
    """Write the files, the manifest last: it says that all of them are there."""
    shutil.rmtree(target, ignore_errors=True)
    for name, data in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def main() -> int:
    if any(not (PYODIDE / name).is_file() for name in pins()):
        shutil.rmtree(TARGET, ignore_errors=True)
        return 0
    files, manifest = assemble()
    known = TARGET / "manifest.json"
    if known.is_file() and json.loads(known.read_text("utf-8")) == manifest:
        return 0
    write(files, manifest, TARGET)
    core = sum(file["size"] for file in manifest["files"] if file["group"] == "core")
    total = sum(len(data) for data in files.values())
    print(f"put Python for the page together: {core / 1e6:.1f} MB, {total / 1e6:.1f} with charts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
