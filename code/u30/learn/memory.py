"""A memory limit for this process, where the system has one (Linux; elsewhere a no-op)."""

import os
import sys
from pathlib import Path


def limit_memory(more: int) -> bool:
    """Allow `more` bytes beyond what this process has. NumPy then raises MemoryError, where without
    a limit the machine would begin to swap. True where that worked."""
    if not sys.platform.startswith("linux"):
        return False
    import resource

    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = pages * os.sysconf("SC_PAGE_SIZE") + more
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash writes no file
    except (OSError, ValueError):
        return False
    return True
