"""What every module needs to know about the machine: float type, matrix product, threads, memory.

Three settings are made once, when this module is imported. None changes a result:
- BLAS uses one thread, unless OPENBLAS_NUM_THREADS, OMP_NUM_THREADS or MKL_NUM_THREADS says more;
- glibc keeps the memory of large temporaries instead of handing it back to the kernel each time
  (without it, a training step spends up to half of its time in page faults);
- in WebAssembly (Pyodide) there is neither, and einsum makes the faster matrix product.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path

import numpy as np

FLOAT = np.float32
IS_WASM = sys.platform == "emscripten"

_THREAD_SETTINGS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # names and numbers from glibc's malloc.h


def mm(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Matrix product of two matrices, the fastest way this platform has: (N,D), (D,M) -> (N,M)."""
    if IS_WASM:
        return np.einsum("nd,dm->nm", a, b)
    return a @ b


def cpu_seconds() -> float:
    """Seconds of CPU time of this process. WebAssembly has no such clock: wall time there."""
    return time.perf_counter() if IS_WASM else time.process_time()


def keep_large_temporaries() -> bool:
    """Ask glibc to reuse the memory of large arrays. True where that worked, a no-op elsewhere."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):  # another C library, such as musl
        return False
    for size in (1 << 30, 1 << 25):  # older versions accept at most 32 MiB
        if mallopt(_M_MMAP_THRESHOLD, size):
            return bool(mallopt(_M_TRIM_THRESHOLD, size))
    return False


def limit_blas_threads() -> bool:
    """Set the OpenBLAS that came with NumPy to one thread. True where it was found.

    `u30/__init__.py` sets OPENBLAS_NUM_THREADS for a NumPy that is imported later. This function is
    for the notebook in which NumPy came first.
    """
    folder = Path(np.__file__).parent
    names = ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_")
    for library in [
        *folder.parent.glob("numpy.libs/*openblas*"),
        *folder.glob(".dylibs/*openblas*"),
    ]:
        try:
            blas = ctypes.CDLL(str(library))
        except OSError:
            continue
        for name in names:
            if hasattr(blas, name):
                getattr(blas, name)(ctypes.c_int(1))
                return True
    return False


def _tune() -> None:
    if IS_WASM:
        return
    keep_large_temporaries()
    # "1" is also what u30 itself puts there; any other value is the user's choice.
    if all(os.environ.get(name, "1") == "1" for name in _THREAD_SETTINGS):
        limit_blas_threads()


_tune()
