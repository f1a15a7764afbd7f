"""`u30.check`, `hint`, `solution` and `debug`, as a notebook calls them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from html_tags import Tags

import u30
from u30.learn import contained, notebook
from u30.learn.cells import find_answer
from u30.learn.html_parts import markdown
from u30.learn.parse import load
from u30.learn.state import State

FIRST = load("d01.1")
SUM = FIRST.solution.replace("].mean()", "].sum()").replace("/ len(y)", "* 1")


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(notebook, "_state", State())
    monkeypatch.setattr(notebook, "_last", {})
    monkeypatch.setattr(notebook, "_asked", set())


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, in order."""
    displayed = []
    monkeypatch.setattr(notebook, "show", displayed.append)
    monkeypatch.setattr(notebook, "_display", displayed.append)
    return displayed


@pytest.fixture
def run(monkeypatch):
    """Run cells, as far as their text counts."""
    return lambda *cells: monkeypatch.setattr(notebook, "history", lambda: ["", *cells])


@pytest.fixture(scope="module", autouse=True)
def one_worker():
    yield
    if contained._worker:
        contained._worker.close()
        contained._worker = None


def test_the_last_cell_that_defines_the_answer_counts():
    cells = ["", "def softmax_xent(a, b): return 1", "x = 2", "def softmax_xent(a, b): return 2"]
    assert find_answer(FIRST, cells) == cells[3]
    assert find_answer(FIRST, [*cells, "def softmax_xent(a, b: broken"]) != cells[3]
    assert find_answer(FIRST, ["x = 1"]) is None


def test_cells_are_joined_when_the_answer_is_in_several():
    fifth = load("d01.5")
    cells = ["def ngram_bpc(): pass", "y = 1", "def experiment(): pass"]
    assert find_answer(fifth, cells) == f"{cells[0]}\n{cells[2]}"


def test_check_shows_the_report_and_repeats_the_failing_seed(run, shown):
    run(SUM)
    u30.check("d01.1")
    u30.check("d01.1")
    assert [report.mistake for report in shown] == ["sum_not_mean"] * 2
    assert shown[0].seed == shown[1].seed
    run(SUM, FIRST.solution)
    u30.check("d01.1")
    assert shown[2].passed
    assert notebook.state().entry("d01.1").tries == 3


def test_variables_of_other_cells_do_not_help(run, shown):
    run("helper = 3", "def softmax_xent(logits, y):\n    return helper")
    u30.check("d01.1")
    assert "`helper` does not exist" in shown[0].diagnosis


def test_a_cell_that_ends_python_does_not_end_the_notebook(run, shown):
    run("def softmax_xent(logits, y):\n    import os\n    os._exit(1)")
    u30.check("d01.1")
    assert "ended its whole process" in shown[0].message


def test_outside_a_notebook_check_says_what_to_do(capsys):
    u30.check("d01.1")
    u30.check("d77.1")
    printed = capsys.readouterr().out
    assert "`softmax_xent`" in printed
    assert "there is no exercise" in printed


@pytest.mark.parametrize("verb", [u30.check, u30.hint, u30.solution, u30.debug])
def test_an_unknown_id_is_a_sentence(verb, capsys):
    verb("exercise 1")
    assert "ids look like" in capsys.readouterr().out


def test_every_call_shows_the_next_hint(shown):
    for _ in range(4):
        u30.hint("d01.1")
    assert [f"hint {n} of 3" in card.text for n, card in zip((1, 2, 3, 3), shown)] == [True] * 4
    assert "<details>" not in shown[0].html
    assert shown[2].html.count("<details>") == 2
    assert "u30.hint" in shown[0].text
    assert "u30.hint" not in shown[2].text


def test_the_solution_is_shown_when_asked_for_twice(shown):
    u30.hint("d01.1")
    u30.solution("d01.1")
    u30.solution("d01.1")
    _, question, answer = shown
    assert "have not passed" in question.text
    assert "2 hints" in question.text
    assert "log_p" not in question.html
    assert FIRST.solution.strip() in answer.text
    entry = notebook.state().entry("d01.1")
    assert (entry.status, entry.helped) == ("helped", True)
    assert entry.review in answer.text


def test_the_solution_is_never_locked(shown):
    u30.solution("d01.1", show=True)
    assert FIRST.solution.strip() in shown[0].text


def test_after_passing_the_solution_is_simply_shown(run, shown):
    run(FIRST.solution)
    u30.check("d01.1")
    u30.solution("d01.1")
    assert FIRST.solution.strip() in shown[1].text
    assert notebook.state().entry("d01.1").status == "passed"
    assert "review" not in shown[1].text


def test_debug_puts_the_failing_values_into_the_caller_s_namespace(run, shown):
    run(SUM)
    u30.check("d01.1")
    space = {}
    exec("import u30\nu30.debug('d01.1')", space)
    logits, y, got, want = (space[name] for name in ("logits", "y", "got", "want"))
    assert np.isclose(got[0], want[0] * len(y))
    assert logits.shape == want[1].shape
    assert "`logits`, `y`, `got`, `want` are variables now" in shown[1].text


def test_debug_has_the_error_where_there_is_one(run, shown):
    run("def softmax_xent(logits, y):\n    return logits @ logits")
    u30.check("d01.1")
    space = {}
    exec("import u30\nu30.debug('d01.1')", space)
    assert isinstance(space["error"], ValueError)
    assert space["got"] is None


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (None, "nothing has been checked"),
        (FIRST.solution, "it passed"),
        (FIRST.starter, "did not get as far"),
        ("def softmax_xent(logits, y):\n    import os\n    os._exit(0)", "did not get as far"),
        ("softmax_xent = (", "did not get as far"),
    ],
    ids=["unchecked", "passed", "todo", "gone", "syntax"],
)
def test_debug_says_why_there_is_nothing_to_see(run, shown, cell, said):
    if cell:
        run(cell if "= (" not in cell else f"{cell}\ndef softmax_xent(")
        u30.check("d01.1")
    u30.debug("d01.1")
    assert said in shown[-1].text


def test_cards_are_html_that_survives_in_every_notebook(shown, run):
    for _ in range(3):
        u30.hint("d01.1")
    u30.solution("d01.1")
    u30.solution("d01.1")
    run("def softmax_xent(logits, y):\n    return '<b>'")
    u30.check("d01.1")
    u30.debug("d01.1")
    assert len(shown) == 7
    for card in shown:
        page = card._repr_mimebundle_()["text/html"]
        tags = Tags()
        tags.feed(page)
        assert tags.seen <= {"div", "b", "i", "span", "pre", "code", "details", "summary"}
        assert not tags.open
        assert "class=" not in page
        assert "<b>'" not in page


def test_code_in_hints_is_a_block():
    page = markdown("Look at *this*:\n\n```python\nx < `y`\n\nz\n```")
    assert "<i>this</i>" in page
    assert "x &lt; `y`\n\nz</pre>" in page


def test_in_a_real_shell_the_cells_are_found_and_html_is_displayed():
    pytest.importorskip("IPython")
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "from IPython.utils.capture import capture_output\n"
        "from u30.learn.parse import load\n"
        "shell = InteractiveShell.instance()\n"
        "cells = [load('d01.1').solution.replace('/ len(y)', ''), 'import u30',\n"
        "         'u30.check(\"d01.1\")', 'u30.debug(\"d01.1\")',\n"
        "         'assert got[1].shape == want[1].shape']\n"
        "with capture_output() as seen:\n"
        "    for cell in cells:\n"
        "        assert shell.run_cell(cell, store_history=True).success\n"
        "pages = [output.data['text/html'] for output in seen.outputs]\n"
        "assert 'not yet right' in pages[0] and 'are variables now' in pages[1], seen.outputs\n"
    )
    env = os.environ | {"PYTHONPATH": str(Path(u30.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
