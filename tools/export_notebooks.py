"""Write every notebook page as a clean .ipynb, for download, Colab and Binder.

book/_build/notebooks/        <name>.ipynb, environment.yml, README.md: the generated branch
book/_build/html/notebooks/   the same notebooks and one zip of them all, where a site is built

Outputs are those of the book's last run (the cache that tools/execute.py fills). A directive or a
role that the export does not know is an error that names page and line.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import nbformat
from notebooks import bundle
from notebooks.build import build
from notebooks.citations import Bibliography
from notebooks.index import Index
from notebooks.outputs import NotExecuted
from notebooks.problem import PageError

from u30book.days import load_days
from u30book.notebook_pages import FOLDER, ZIP, notebook_file, notebook_pages

ROOT = Path(__file__).resolve().parent.parent


def export(book: Path, target: Path, cache: Path) -> list[str]:
    """Write all notebooks of a book into a folder; return the mistakes, one sentence each."""
    index = Index(book)
    course = load_days(book / "days.yml")
    library = Bibliography(index.bibliographies)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    names, mistakes = notebook_pages(book), []
    for name in names:
        try:
            notebook = build(index, course, library, name, cache)
        except PageError as problem:
            mistakes.append(str(problem))
        except NotExecuted:
            mistakes.append(f"{name}.md: its cells have not been run. Run tools/execute.py first.")
        else:
            nbformat.write(notebook, target / notebook_file(name))
    (target / "environment.yml").write_text(bundle.environment(index), encoding="utf-8")
    (target / "README.md").write_text(bundle.readme(index, names), encoding="utf-8")
    return mistakes


def publish(notebooks: Path, site: Path) -> None:
    """Copy the notebooks into the built site, with one zip of them all."""
    folder = site / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    bundle.write_zip(notebooks, folder / ZIP)
    for file in sorted(notebooks.glob("*.ipynb")):
        shutil.copyfile(file, folder / file.name)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--book", type=Path, default=ROOT / "book", help="folder of the pages")
    book: Path = parser.parse_args().book.resolve()
    target = book / "_build" / "notebooks"
    mistakes = export(book, target, book / "_build" / ".jupyter_cache")
    if mistakes:
        print("\n".join(mistakes), file=sys.stderr)
        sys.exit(1)
    site = book / "_build" / "html"
    if site.is_dir():
        publish(target, site)
    count = len(list(target.glob("*.ipynb")))
    print(f"{count} notebooks in {target.relative_to(book.parent)}")


if __name__ == "__main__":
    main()
