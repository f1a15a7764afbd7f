"""The book's own Sphinx extensions: each module is one idea, with a `setup(app)` of its own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

MODULES = (
    "element",
    "course",
    "day_card",
    "day_grid",
    "paper_map",
    "callouts",
    "derivation",
    "depth",
    "recall",
    "recall_cards",
    "flashcards",
    "in_browser",
    "package_source",
    "exercise",
    "claims_table",
    "notebook_dependencies",
    "page_lint",
    "launch",
    "plotly_figure",
    "figure_pictures",
    "live",
    "try_it",
    "runner",
    "page_cells",
    "assets",
    "code_spans",
    "a11y",
)


def fingerprint() -> str:
    """Return a hash of our own sources: when they change, Sphinx reads every page again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def setup(app: Any) -> dict[str, Any]:
    """Switch on every idea of the book."""
    for name in MODULES:
        app.setup_extension(f"{__name__}.{name}")
    return {
        "version": "1",
        "env_version": fingerprint(),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
