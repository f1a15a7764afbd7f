import os
import resource
import subprocess
import sys

import numpy as np
import pytest

from u30 import runtime
from u30.papers.d01_char_rnn import new_training, train_step


def test_both_matrix_products_agree(monkeypatch):
    a, b = np.random.default_rng(0).standard_normal((2, 5, 5))
    native = runtime.mm(a, b)
    monkeypatch.setattr(runtime, "IS_WASM", True)
    np.testing.assert_allclose(runtime.mm(a, b), native)


COUNT_THREADS = """
import numpy, u30.runtime, ctypes, pathlib
folder = pathlib.Path(numpy.__file__).parent
for library in [*folder.parent.glob("numpy.libs/*openblas*"), *folder.glob(".dylibs/*openblas*")]:
    print(ctypes.CDLL(str(library)).scipy_openblas_get_num_threads64_())
"""


@pytest.mark.parametrize("setting, threads", [(None, "1"), ("2", "2")])
def test_blas_runs_on_one_thread_unless_the_user_says_otherwise(setting, threads):
    if os.cpu_count() == 1:
        pytest.skip("one processor has one thread in any case")
    environment = {name: value for name, value in os.environ.items() if "THREADS" not in name}
    if setting:
        environment["OPENBLAS_NUM_THREADS"] = setting
    done = subprocess.run(
        [sys.executable, "-c", COUNT_THREADS], capture_output=True, text=True, env=environment
    )
    if not done.stdout:
        pytest.skip("this NumPy has no OpenBLAS of its own")
    assert done.stdout.split() == [threads]


@pytest.mark.skipif(not runtime.keep_large_temporaries(), reason="needs glibc")
def test_a_training_step_asks_the_kernel_for_no_new_memory_after_warming_up():
    from u30.data.text import Vocabulary

    run = new_training(Vocabulary("abcdefgh"), hidden=96, batch=32, lr=1e-3, seed=0)
    X, Y = np.random.default_rng(0).integers(8, size=(2, 64, 32))
    for _ in range(5):
        train_step(run, X, Y, 1.0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        train_step(run, X, Y, 1.0)
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    assert faults < 20 * 5
