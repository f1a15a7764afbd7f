"""The interlude's exercises say what is true: of the package, of the numbers, of the experiment."""

import numpy as np
import pytest

from u30 import graph
from u30.functional import layer_norm_simple
from u30.kernels.norm import layer_norm_backward, layer_norm_forward
from u30.learn import spaces
from u30.learn.check import check_source
from u30.learn.parse import load
from u30.tensor import Tensor, fit


def solved(number):
    return spaces.reference(load(f"engine.{number}"))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_worked_numbers_are_what_the_solutions_return():
    assert solved(1)["gradient"](lambda a, b: a * b + a, [2, 3]).tolist() == [4, 2]

    g = np.array([[1.0, 2, 3], [10, 20, 30]])
    unbroadcast = solved(2)["unbroadcast"]
    assert unbroadcast(g, (3,)).tolist() == [11, 22, 33]
    assert unbroadcast(g, (2, 1)).tolist() == [[6], [60]]
    assert unbroadcast(g, ()) == 66

    dA, dB = solved(3)["matmul_vjp"](*(np.array([[n]]) for n in (3, 2, 5)))
    assert (dA.tolist(), dB.tolist()) == ([[15]], [[6]])
    x = np.array([[-1.0, 0, 1]])
    assert round(x.std(), 4) == 0.8165
    dx = solved(3)["standardise_vjp"](np.array([[1.0, 0, 0]]), x, 0)
    assert dx.round(4).tolist() == [[0.2041, -0.4082, 0.2041]]

    cube = (lambda x: x**3, lambda x: 3 * x**2)
    assert round(solved(5)["check_error"](*cube, np.ones(1), 0.5, "float64"), 4) == 0.0833


def test_the_walk_agrees_with_the_engine(rng):
    def f(a, b, c):
        s = a * b + c
        return s.tanh() * s + (s + a).tanh()

    x = rng.normal(size=3)
    tensors = [Tensor(np.array(number), requires_grad=True) for number in x]
    f(*tensors).backward()
    assert np.allclose(solved(1)["gradient"](f, x), [float(t.grad) for t in tensors])


@pytest.mark.parametrize("shape", [(), (4,), (3, 4), (1, 4), (3, 1), (1, 1, 1), (2, 1, 4)])
def test_unbroadcast_is_the_engine_s_fit(rng, shape):
    g = rng.normal(size=(2, 3, 4))
    assert np.allclose(solved(2)["unbroadcast"](g, shape), fit(g, shape))


def test_standardise_is_layer_norm_without_scale_and_shift(rng):
    x, d, one = rng.normal(size=(3, 5)), rng.normal(size=(3, 5)), np.ones(5)
    _, cache = layer_norm_forward(x, one, 0 * one, 1e-5)
    assert np.allclose(solved(3)["standardise_vjp"](d, x, 1e-5), layer_norm_backward(d, cache)[0])


def test_standardising_in_primitives_is_about_ten_nodes(rng):
    x = Tensor(rng.normal(size=(2, 5)), requires_grad=True)
    y = layer_norm_simple(x, Tensor(np.ones(5)), Tensor(np.zeros(5)))
    steps = [node for node in graph.nodes(y) if node.name]
    assert 8 <= len(steps) - 2 <= 12  # without the product with gamma and the sum with beta


def test_the_broken_engine_has_the_symptoms_that_the_prompt_shows():
    exercise = load("engine.4")
    space = spaces.learner(exercise, exercise.starter)

    def gradients(f, *numbers):
        xs = [np.array([float(number)]) for number in numbers]
        return tuple(float(g[0]) for g in space["gradients"](f, xs))

    assert gradients(lambda a, b: a + b, 2, 3) == (1, 1)
    assert gradients(lambda a, b: a + b + a, 2, 3) == (2, 2)
    assert gradients(lambda a, b: a + b.relu(), 2, -1) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sums[parent] = g", "sums[parent] = g.copy()"),
        ("lambda d: (d, d)", "lambda d: (d, d.copy())"),
    ],
)
def test_other_repairs_of_the_broken_engine_are_accepted(old, new):
    exercise = load("engine.4")
    assert exercise.starter.count(old) == 1
    report = check_source(exercise, exercise.starter.replace(old, new), seed=3)
    assert report.passed, str(report)


def test_the_experiment_with_steps_comes_out_as_its_text_says():
    space = solved(5)
    x, steps = np.linspace(-3, 3, 601), tuple(10.0**-k for k in range(1, 13))
    pair = space["softplus"], space["sigmoid"]
    best, error = space["experiment"](*pair, x, "float64", steps)
    assert best == 1e-5 and 1e-11 < error < 1e-10  # 10 or 11 digits
    best, error = space["experiment"](*pair, x, "float32", steps)
    assert best == 1e-2 and 1e-5 < error < 1e-4  # four or five
    assert 0.005 < space["check_error"](*pair, x, 1e-5, "float32") < 0.02
    assert space["check_error"](*pair, x[x > 1], 1e-9, "float32") == 1


def test_walks_that_are_too_much_work_are_told_why():
    exercise = load("engine.1")
    head, tail = exercise.solution.split("    found, todo")[0], "    return np.array"
    tail += exercise.solution.split(tail)[1]
    paths = """
    def push(node, blame):
        node.grad += blame
        for parent, slope in zip(node.parents, node.slopes):
            push(parent, slope * blame)

    push(root, 1.0)
"""
    assert "Visit each node once" in check_source(exercise, head + paths + tail, seed=0).message
    recursive = """
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    root.grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope * node.grad
"""
    report = check_source(exercise, head + recursive + tail, seed=0)
    assert "calls itself once for each node" in report.message
    nudges = """def gradient(f, x):
    eye = 1e-6 * np.eye(len(x))
    def y(x):
        return f(*[Value(number) for number in x]).data
    return np.array([(y(x + e) - y(x - e)) / 2e-6 for e in eye])
"""
    assert "One call, and one walk back" in check_source(exercise, nudges, seed=0).message
