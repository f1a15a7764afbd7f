"""The mutator makes the mistakes that people make, once each, as Python that runs."""

import ast

import numpy as np
import pytest

from u30.learn.mutate import mutants
from u30.learn.parse import load_all


def changed(expression, context="x, y"):
    """What the mutants of `return <expression>` return."""
    found = mutants(f"def f({context}):\n    return {expression}\n")
    texts = [mutant.what.split(" -> ")[1] for mutant in found]
    return {text.removeprefix("return ") for text in texts}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("x.sum(axis=1)", ["x.sum(axis=0)", "x.sum(axis=2)", "x.sum()", "x.mean(axis=1)", "x"]),
        ("x.max(1, keepdims=True)", ["x.max(1, keepdims=False)", "x.min(1, keepdims=True)"]),
        ("x.T", ["x"]),
        ("x @ y", ["y @ x", "x.T @ y", "x @ y.T", "x * y"]),
        ("x.T @ y", ["x @ y", "x.T @ y.T"]),
        ("x - y", ["y - x", "x + y", "x", "y"]),
        ("x + 2 * y", ["x - 2 * y", "x", "2 * y", "x + 3 * y", "x + 1 * y", "x + y"]),
        ("x ** 2", ["x * 2", "2 ** x", "x ** 3", "x ** 1"]),
        ("-x", ["x"]),
        ("x < y", ["x <= y", "x >= y"]),
        ("x and not y", ["x or not y", "x and y", "x"]),
        ("x[1:]", ["x[:]", "x[0:]", "x[2:]"]),
        ("x[::-1]", ["x[:]", "x[::1]"]),
        ("x, y", ["(y, x)"]),
        ("x if y else 0", ["x", "0", "0 if y else x"]),
        ("np.tanh(x)", ["x"]),
        ("np.where(x, y, 0)", ["np.where(x, 0, y)"]),
        ("x.copy()", ["x"]),
        ("[i for i in x if i]", ["[i for i in x]"]),
        ("list(range(x))", ["list(range(1, x))", "list(range(0, x - 1))"]),
        ("np.einsum('bij,bjk->bik', x, y)", ["np.einsum('bij,bjk->bki', x, y)"]),
        ("x['a'] + x['b']", ["x['b'] + x['b']", "x['a'] + x['a']"]),
        ("True", ["False"]),
        ("x + 1.5", ["x + 2.5", "x + 0.5", "y + 1.5"]),
    ],
)
def test_expressions(expression, expected):
    assert set(expected) <= changed(expression)


def test_statements_are_dropped():
    found = mutants("def f(x):\n    x = x + 1\n    x *= 2\n    for i in x:\n        g(i)\n")
    whats = [mutant.what for mutant in found]
    assert "x = x + 1 -> pass" in whats
    assert "x *= 2 -> pass" in whats
    assert "x *= 2 -> x = 2" in whats
    assert "g(i) -> pass" in whats
    assert "for i in x:; g(i) -> pass" in whats


def test_conditions_are_turned_round_and_removed():
    whats = [mutant.what for mutant in mutants("if x > 0:\n    y = 1\nelse:\n    y = 2\n")]
    assert "if x > 0: -> if not x > 0:" in whats
    assert "if x > 0: -> if x >= 0:" in whats
    assert any(what.endswith("-> if True:; y = 1") or "if True:" in what for what in whats)


def test_docstrings_formatted_texts_and_lengths_are_left_alone():
    source = 'def f(x, y):\n    """Add 1."""\n    return f"{x + 1}", len(x)\n'
    for mutant in mutants(source):
        assert '"""Add 1."""' in mutant.source
        assert "{x + 1}" in mutant.source
        assert "len(y)" not in mutant.source


def test_equal_changes_of_equal_lines_have_different_names():
    whats = [mutant.what for mutant in mutants("x = 1\nx = 1\n")]
    assert len(set(whats)) == len(whats)
    assert "x = 1 -> x = 2 (place 2)" in whats


@pytest.mark.parametrize("exercise", load_all(), ids=lambda exercise: exercise.id)
def test_mutants_of_every_solution_are_python_and_differ(exercise):
    found = mutants(exercise.solution)
    sources = {mutant.source for mutant in found}
    assert len(sources) == len({mutant.what for mutant in found}) == len(found) > 0
    assert ast.unparse(ast.parse(exercise.solution)) not in sources
    for source in sources:
        compile(source, "<mutant>", "exec")


def test_the_mutator_leaves_the_source_as_it_was():
    source = load_all()[0].solution
    assert mutants(source) == mutants(source)


def test_a_mutant_runs():
    (mutant,) = mutants("def f(x):\n    return x.T\n")
    space = {}
    exec(mutant.source, space)
    assert space["f"](np.zeros((2, 3))).shape == (2, 3)
