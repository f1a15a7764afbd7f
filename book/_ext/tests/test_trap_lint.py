"""Traps: found in the package and in pages, and not where there is none."""

from pathlib import Path

import pytest
from course_files import day_page

import u30
from u30book.page_lint import lint
from u30book.trap_lint import traps

PACKAGE = Path(u30.__file__).parent
MODULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if not {"exercises", "cli"} & set(path.relative_to(PACKAGE).parts)
]  # exercises are checked in WebAssembly itself; the command `u30` is for terminals
MEANT = {
    "runtime.py": "process_time",  # here, where cpu_seconds() is made
    "learn/serve.py": "np.random.seed",  # for learners who use the global state
    "page/checks.py": "np.random.seed",
}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_walks_into_a_trap(path):
    meant = MEANT.get(path.relative_to(PACKAGE).as_posix(), "nothing")
    assert [said for said in traps(path.read_text("utf-8")) if meant not in said[1]] == []


@pytest.mark.parametrize(
    "source",
    [
        "n = np.bincount(labels)",
        "n = np.bincount(labels, minlength=10)",
        "y = np.take(x, labels, axis=0)",
        "np.put(x, labels, 1)",
        "y = np.choose(labels, choices)",
        "s = np.add.reduceat(x, starts)",
        "def f(k):\n    k = k + 1\n    return np.bincount(k)",
        "def f(k):\n    k = k.astype(np.intp)\n\ndef g(k):\n    return np.bincount(k)",
        "for k in rows:\n    np.bincount(k)",
    ],
)
def test_an_index_that_may_be_too_wide_is_found(source):
    ((number, sentence),) = traps(source)
    assert "refuses int64 in the browser" in sentence and ".astype(np.intp)" in sentence
    assert number == len(source.splitlines())


@pytest.mark.parametrize(
    "source",
    [
        "n = np.bincount(labels.astype(np.intp))",
        "n = np.bincount(np.asarray(labels, dtype=np.intp), minlength=10)",
        "labels = labels.astype(np.intp)\nn = np.bincount(labels)",
        "a, b = x.astype(np.intp), y.astype(np.intp)\nn = np.bincount(a)",
        "n = np.bincount(order)  # argsort gives np.intp",
        "order = np.argsort(x)  # np.intp\nn = np.bincount(order)",
        "for k in rows:  # np.intp\n    np.bincount(k)",
        "n = np.bincount([0, 1, 1])",
        "y = np.take(x, -1)",
        "y = x[labels]",
        "np.add.at(x, labels, 1)",
        "y = np.repeat(x, H)",
    ],
)
def test_an_index_that_is_seen_to_fit_is_no_trap(source):
    assert list(traps(source)) == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("fig.tight_layout()", 'layout="constrained"'),
        ("plt.tight_layout()", 'layout="constrained"'),
        ('fig, ax = plt.subplots(layout="tight")', 'layout="constrained"'),
        ('fig.set_layout_engine("tight")', 'layout="constrained"'),
        ("t = time.process_time()", "runtime.cpu_seconds()"),
        ("t = time.process_time_ns()", "runtime.cpu_seconds()"),
        ("rng = np.random.default_rng()", "without a seed"),
        ("x = np.random.normal(size=3)", "global state"),
        ("np.random.seed(0)", "global state"),
        ("import urllib.request", "network"),
        ("def f():\n    from http.client import HTTPConnection", "network"),
        ("y = x**3", "`x * x * x`"),
        ("y = (a + b) ** 3", "`x * x * x`"),
    ],
)
def test_other_traps_are_found(source, said):
    ((_, sentence),) = traps(source)
    assert said in sentence


@pytest.mark.parametrize(
    "source",
    [
        'fig, ax = plt.subplots(layout="constrained")',
        "t = runtime.cpu_seconds()",
        "rng = np.random.default_rng(seed)",
        "x = rng.normal(size=3)",
        "y = x * x * x + 10**3 + x**2",
        "import subprocess",
    ],
)
def test_what_is_right_is_left_alone(source):
    assert list(traps(source)) == []


def test_a_trap_in_a_cell_is_told_with_the_line_of_the_page(tmp_path):
    cell = "```{code-cell} ipython3\n:tags: [hide-input]\n\n%time\nx = 1\ny = x**3\n```"
    text = day_page(1).replace("## Build it\n", f"## Build it\n\n{cell}\n")
    path = tmp_path / "day01_char_rnn.md"
    path.write_text(text, encoding="utf-8")
    (problem,) = lint(path)
    line = text.splitlines().index("y = x**3") + 1
    assert problem.startswith(f"{line}: `x**3` takes thirty times")
