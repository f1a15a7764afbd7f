"""Python's side of the page: what the Web Worker of the site calls. Texts of JSON in and out.

    begin()               note how NumPy and Python themselves are, before anybody's code has run
    prepare(request)      what to tell the learner if the check that follows never comes back
    check(request)        check an answer
    packages(sources)     which packages beyond NumPy these cells need
    run_cell(source, n)   run a cell in the notebook's namespace

Nothing here knows of JavaScript or Pyodide: the tests run it in an ordinary Python.
"""

from u30.page.cells import run_cell
from u30.page.checks import check, prepare
from u30.page.needs import packages
from u30.page.pristine import begin

__all__ = ["begin", "check", "packages", "prepare", "run_cell"]
