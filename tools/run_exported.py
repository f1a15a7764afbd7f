"""Run the exported notebooks as a reader does, in an environment that holds a kernel only.

The environment (build/exported/venv) has Jupyter's kernel and a runner. Everything the course needs
is what each notebook's first code cell installs with pip from the repository on GitHub; git's own
configuration leads that address to a snapshot of the working tree, so that what runs is what would
be published. Starters stay unsolved, and their checks must say so.

Only what changed runs again: a notebook, its day's paper or exercises; or all of them when the rest
of the package did.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

import nbformat

from u30.learn.parse import folder_of
from u30book.notebook_dependencies import dependencies
from u30book.notebook_pages import notebook_file, notebook_pages
from u30book.repository import find_repository

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
NOTEBOOKS = BOOK / "_build" / "notebooks"
REQUIREMENTS = ROOT / "requirements" / "notebook.txt"
BUILD = ROOT / "build" / "exported"
VENV = BUILD / "venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
RUN = BUILD / "run"
DONE = BUILD / "done.json"  # notebook -> hash of all that its run depends on
TIMEOUT = 300  # seconds a cell
UNSOLVED = (": to do", ": not yet right")


def package_files() -> list[Path]:
    """Return the package's files that a commit of the working tree would hold."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard", "--", "code"]
    listed = subprocess.run(command, capture_output=True, text=True, env=without_git())
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:  # no clone, but an unpacked archive
        found = [path for path in (ROOT / "code").rglob("*") if "__pycache__" not in path.parts]
    tests = ROOT / "code" / "tests"
    return sorted({path for path in found if path.is_file() and tests not in path.parents})


def inputs(name: str, package: list[Path]) -> list[Path]:
    """Return the files a notebook's results depend on: all of the package that serves every day,
    its own day's papers and exercises, and itself."""
    notebook = NOTEBOOKS / name
    pages = {notebook_file(page): BOOK / f"{page}.md" for page in notebook_pages(BOOK)}
    reached = dependencies(pages[name], ROOT / "code") if name in pages else set(package)
    checked = set(re.findall(r'u30\.check\(\\?"(\w+\.\d+)', notebook.read_text(encoding="utf-8")))
    own = {folder_of(exercise) for exercise in checked}
    papers, exercises = (ROOT / "code" / "u30" / folder for folder in ("papers", "exercises"))
    found = [notebook]
    for file in package:
        one_day = papers in file.parents or exercises in file.parents
        if not one_day or file in reached or file.parent in own:
            found.append(file)
    return found


def digest(*files: Path) -> str:
    """Return one hash of files, their names included."""
    total = hashlib.sha256(sys.version.encode())
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{os.path.relpath(file, ROOT)} {content}\n".encode())
    return total.hexdigest()


def snapshot(files: list[Path], target: Path) -> None:
    """Make a git repository with one commit of the files."""
    shutil.rmtree(target, ignore_errors=True)
    for file in files:
        copy = target / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    identity = ["-c", "user.name=snapshot", "-c", "user.email=snapshot@localhost"]
    commit = [*identity, "-c", "commit.gpgsign=false", "commit", "-q", "-m", "Working tree"]
    for command in (["init", "-q"], ["add", "-A", "-f"], commit):
        subprocess.run(["git", "-C", str(target), *command], check=True, env=without_git())


def without_git() -> dict[str, str]:
    """Return the environment without what a git hook leaves in it."""
    return {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}


def reader_environment(address: str, repository: Path) -> dict[str, str]:
    """Return variables: nothing of this project, one thread, and git led to the snapshot."""
    dropped = ("GIT_", "PYTHON", "JUPYTER", "VIRTUAL_ENV", "CONDA", "U30")
    env = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    env |= {f"{kind}_NUM_THREADS": "1" for kind in ("OPENBLAS", "OMP", "MKL")}
    folders = {"JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR"}
    env |= {name: str(BUILD / "settings" / name.lower()) for name in folders}
    env |= {
        "PATH": f"{PYTHON.parent}{os.pathsep}{env.get('PATH', '')}",
        "PYTHONNOUSERSITE": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    return env | redirect(os.environ, address, repository)


def redirect(env: Mapping[str, str], address: str, repository: Path) -> dict[str, str]:
    """Return git's variables with one more setting: the repository's address means the snapshot."""
    count = int(env.get("GIT_CONFIG_COUNT", "0"))
    known = {key: value for key, value in env.items() if key.startswith("GIT_CONFIG_")}
    return known | {
        "GIT_CONFIG_COUNT": str(count + 1),
        f"GIT_CONFIG_KEY_{count}": f"url.{repository.as_uri()}.insteadOf",
        f"GIT_CONFIG_VALUE_{count}": address,
    }


def make_environment(stamp: str) -> None:
    """Make the clean environment anew, unless it is the one of this stamp."""
    note = VENV / "stamp"
    if not note.exists() or note.read_text() != stamp:
        print("making a clean environment", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True)
        pip("install", "-qq", "--require-hashes", "-r", str(REQUIREMENTS))
        note.write_text(stamp)


def pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)


def run(notebooks: list[str], env: dict[str, str], workers: int) -> set[str]:
    """Run copies of notebooks; return those that failed."""
    for name in notebooks:
        shutil.copyfile(NOTEBOOKS / name, RUN / name)
    (RUN / "pytest.ini").write_text("[pytest]\n")  # not this project's settings
    options = ["-q", "-p", "no:cacheprovider", f"-n{workers}", "-c", "pytest.ini"]
    options += ["--nbmake", "--overwrite", f"--nbmake-timeout={TIMEOUT}"]
    command = [str(PYTHON), "-m", "pytest", *options, *notebooks]
    if subprocess.run(command, cwd=RUN, env=env).returncode == 0:
        return set()
    return {name for name in notebooks if not finished(RUN / name)}


def finished(file: Path) -> bool:
    """Say whether every code cell of a notebook ran without an error."""
    cells = [cell for cell in nbformat.read(file, 4).cells if cell.cell_type == "code"]
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    return "error" not in kinds and all(cell.execution_count for cell in cells if cell.source)


def wrong_checks(file: Path) -> list[str]:
    """Return a sentence for each check of an unsolved starter that does not say "to do"."""
    found = []
    for cell in nbformat.read(file, 4).cells:
        if cell.cell_type == "code" and cell.source.startswith("u30.check("):
            texts = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.outputs]
            if not any(words in text for text in texts for words in UNSOLVED):
                said = " ".join(texts).strip()
                found.append(f"{file.name}: {cell.source} on the starter said: {said}")
    return found


def main() -> None:
    names = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    if not names:
        sys.exit("There are no exported notebooks. Run tools/export_notebooks.py first.")
    package = package_files()
    environment = digest(REQUIREMENTS, ROOT / "code" / "pyproject.toml")
    rules = (REQUIREMENTS, Path(__file__).resolve())
    known = json.loads(DONE.read_text()) if DONE.exists() else {}
    want = {name: digest(*rules, *inputs(name, package)) for name in names}
    stale = [name for name in names if known.get(name) != want[name]]
    print(f"{len(stale)} of {len(names)} exported notebooks to run", flush=True)
    if not stale:
        return

    shutil.rmtree(RUN, ignore_errors=True)
    for folder in (RUN, BUILD / "settings"):
        folder.mkdir(parents=True, exist_ok=True)
    snapshot(package, BUILD / "repository")
    make_environment(environment)
    if list(VENV.glob("**/site-packages/u30")):
        pip("uninstall", "--quiet", "--yes", "u30")
    env = reader_environment(find_repository(ROOT).url, BUILD / "repository")
    failed = run(stale[:1], env, 0)  # alone: its first cell installs the package for all of them
    if subprocess.run([PYTHON, "-c", "import u30"], cwd=RUN, env=env).returncode:
        sys.exit(f"{stale[0]}: its first code cell did not install the package.")
    if stale[1:]:
        failed |= run(stale[1:], env, 2)

    mistakes = [f"{name} failed" for name in sorted(failed)]
    for name in stale:
        if name not in failed:
            found = wrong_checks(RUN / name)
            mistakes += found
            if not found:
                known[name] = want[name]
    DONE.write_text(json.dumps({name: known[name] for name in names if name in known}, indent=1))
    if mistakes:
        sys.exit("\n".join(mistakes))


if __name__ == "__main__":
    main()
