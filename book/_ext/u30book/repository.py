"""Where the source lives: every fork's links lead to the fork, without a setting to change."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PLACEHOLDER = "30u30/30u30"
DEFAULT_BRANCH = "main"
GITHUB_REMOTE = re.compile(r"github\.com[:/](?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?$")


@dataclass(frozen=True)
class Repository:
    """A repository on GitHub."""

    name: str
    branch: str

    @property
    def url(self) -> str:
        return f"https://github.com/{self.name}"

    def file(self, path: str, first: int | None = None, last: int | None = None) -> str:
        """Return the address of a file of the repository, or of some lines in it."""
        lines = f"#L{first}-L{last}" if first else ""
        return f"{self.url}/blob/{self.branch}/{path}{lines}"


def name_in_remote(remote: str) -> str | None:
    """Return "owner/name" for the address of a GitHub remote, or None."""
    found = GITHUB_REMOTE.search(remote.strip())
    return found["name"] if found else None


def _origin(root: Path) -> str:
    command = ["git", "-C", str(root), "remote", "get-url", "origin"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


@lru_cache
def find_repository(root: Path) -> Repository:
    """Find it from GitHub's own variables, else from the remote, else take the placeholder."""
    name = os.environ.get("GITHUB_REPOSITORY") or name_in_remote(_origin(root)) or PLACEHOLDER
    on_branch = os.environ.get("GITHUB_REF_TYPE") == "branch"
    branch = os.environ.get("GITHUB_REF_NAME", "") if on_branch else ""
    if not branch or branch.endswith("/merge"):  # a pull request's merge is no branch
        branch = DEFAULT_BRANCH
    return Repository(name, branch)
