"""Execute the book's notebooks, in parallel, into the cache that the build reads.

A notebook runs again when its code cells changed, or when something they depend on did: a module
of `u30` that they import, data it ships, the lock file. The cache itself sees only the cells, so
this script keeps a fingerprint of the rest beside it and drops the results that went stale.
"""

import argparse
import hashlib
import json
import logging
import sys
import time
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor

from u30.claims import MIME
from u30book.notebook_dependencies import dependencies
from u30book.notebook_pages import notebook_pages

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
CACHE = BOOK / "_build" / ".jupyter_cache"
RUN = BOOK / "_build" / "run"
CELL_TIMEOUT = 300  # seconds


def fingerprint(page):
    """A hash of all that the notebook's results depend on, other than its own cells."""
    digest = hashlib.sha256()
    for file in sorted({*dependencies(page, ROOT / "code"), ROOT / "requirements" / "site.txt"}):
        digest.update(f"{file.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def read_json(path):
    return json.loads(path.read_text()) if path.exists() else {}


def write_json(path, value):
    """Write only what differs, so that pages made from the file are rebuilt only then."""
    text = json.dumps(value, indent=1, sort_keys=True) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def claims_in(notebook):
    """The claim tables that a run of the notebook left in its outputs, by day."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    tables = [output.get("data", {}).get(MIME) for output in outputs]
    return {str(table["day"]): table["claims"] for table in tables if table}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="run every notebook again")
    force = parser.parse_args().force

    cache = get_cache(CACHE)
    known = read_json(RUN / "fingerprints.json")
    notebooks = [BOOK / f"{name}.md" for name in notebook_pages(BOOK)]
    pages = {str(page): fingerprint(page) for page in notebooks}

    for record in cache.list_project_records():
        if record.uri not in pages:
            cache.remove_nb_from_project(record.uri)
    for page, now in pages.items():
        cache.add_nb_to_project(page, read_data={"name": "myst_nb_md", "type": "plugin"})
        result = cache.get_cached_project_nb(page)
        if result and (force or known.get(page) != now):
            cache.remove_cache(result.pk)

    stale = [record.uri for record in cache.list_unexecuted()]
    print(f"{len(stale)} of {len(pages)} notebooks to run", flush=True)
    failed = []
    if stale:
        start = time.perf_counter()
        logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
        log = logging.getLogger("execute")
        run = load_executor("local-parallel", cache, log).run_and_cache(timeout=CELL_TIMEOUT)
        print(f"{len(run.succeeded)} ran in {time.perf_counter() - start:.0f} s", flush=True)
        failed = run.excepted + run.errored
        for page in failed:
            trace = cache.get_project_record(page).traceback
            print(f"\n{Path(page).relative_to(ROOT)} failed:\n{trace}", file=sys.stderr)
    done = {page: now for page, now in pages.items() if page not in failed}
    write_json(RUN / "fingerprints.json", done)
    if failed:
        sys.exit(1)

    claims: dict[str, list] = {}
    for page in done:
        claims |= claims_in(cache.get_cache_bundle(cache.get_cached_project_nb(page).pk).nb)
    write_json(RUN / "claims.json", claims)


if __name__ == "__main__":
    main()
