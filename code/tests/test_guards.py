"""What keeps training fast, without a clock: few graph nodes, no new memory from the kernel."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from u30 import runtime

BENCH = Path(__file__).parent / "bench"
CODE = Path(__file__).parents[1]

# Nodes of the graph of one loss: operations, not parameters or inputs.
NODES = {"LSTM": 4, "CNN": 9, "Transformer": 40, "MLP": 4}

MEASURE = """
import resource, sys
from engines import ours, workloads
from u30.graph import nodes

name = sys.argv[1]
forward, learn = ours.loss_and_step(name, *workloads.arrays(name))
print(sum(bool(node._parents) for node in nodes(forward())))
for step in range(25):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    learn(forward())
    if step >= 5:  # warm by then
        print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.fixture(scope="module")
def measured():
    """name -> graph nodes of a step, page faults of each of twenty steps; a process for each."""
    environment = {**os.environ, "PYTHONPATH": f"{CODE}:{BENCH}", "OPENBLAS_NUM_THREADS": "1"}
    found = {}
    for name in NODES:
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, name], capture_output=True, text=True, env=environment
        )
        assert done.returncode == 0, done.stderr
        found[name] = [int(line) for line in done.stdout.split()]
        assert len(found[name]) == 21
    return found


@pytest.mark.parametrize("name", NODES)
def test_a_step_has_no_more_graph_nodes_than_it_had(name, measured):
    assert measured[name][0] <= NODES[name]


@pytest.mark.skipif(not runtime.keep_large_temporaries(), reason="needs glibc")
@pytest.mark.parametrize("name", NODES)
def test_a_step_asks_the_kernel_for_no_new_memory(name, measured):
    faults = measured[name][1:]
    assert statistics.median(faults) == 0, f"page faults in each step: {faults}"
