"""Numbers for the prose: `glue("bpc", 1.38)` in a cell, {glue:text}`bpc:.2f` in the text."""

from __future__ import annotations

import sys
from typing import Any

_PREFIX = "application/papermill.record/"


def glue(name: str, value: Any) -> None:
    """Store a value for the page's text. Shows nothing, and does nothing outside a notebook."""
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        return
    if hasattr(
        value, "item"
    ):  # a NumPy number prints as "np.float32(1.38)", a Python one as "1.38"
        value = value.item()
    display(
        {f"{_PREFIX}text/plain": repr(value)},
        metadata={"scrapbook": {"name": name, "mime_prefix": _PREFIX}},
        raw=True,
    )
