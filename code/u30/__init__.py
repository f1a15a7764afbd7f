"""Thirty papers of deep learning, in plain NumPy.

Importing `u30` costs nothing: no NumPy, no plotting library, no data. Import what you need from it,
for example `from u30.kernels.rnn import rnn_forward`.
"""

from __future__ import annotations

import os

__version__ = "0.1.0"

# One thread for NumPy's matrix products, unless the user chose otherwise. At our sizes a second
# thread spends its time waiting. OpenBLAS reads this once, when NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def check(exercise: str) -> None:
    """Check an exercise from a notebook, for example `u30.check("d01.1")`."""
    from u30.learn import notebook

    notebook.check(exercise)


def hint(exercise: str) -> None:
    """The next hint for an exercise: `u30.hint("d01.1")`."""
    from u30.learn import notebook

    notebook.hint(exercise)


def solution(exercise: str, show: bool = False) -> None:
    """The solution of an exercise; before it is passed, ask twice or say `show=True`."""
    from u30.learn import notebook

    notebook.solution(exercise, show)


def debug(exercise: str) -> None:
    """Make variables of the inputs that failed in the last check, and of `got` and `want`."""
    import sys

    from u30.learn import notebook

    notebook.debug(exercise, sys._getframe(1).f_globals)
