"""Where the built site is published: GitHub Pages of the repository, or what U30_SITE_URL says."""

from __future__ import annotations

import os

from .repository import Repository


def site_address(repository: Repository) -> str:
    """Return the site's address with a slash at its end."""
    chosen = os.environ.get("U30_SITE_URL", "")
    if chosen:
        return chosen.rstrip("/") + "/"
    owner, name = repository.name.split("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"
