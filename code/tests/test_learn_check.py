"""The check as a whole, on the first exercise: every kind of accident becomes a report."""

import dataclasses
import json

import numpy as np
import pytest
from html_tags import Tags

from u30.learn.calls import Call
from u30.learn.check import check_source
from u30.learn.parse import load
from u30.learn.report import Report

FIRST = load("d01.1")
SUM = """
def softmax_xent(logits, y):
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    loss = 0
    for i, right in enumerate(y):
        loss = loss - np.log(p[i, right])
        p[i, right] -= 1
    return loss, p
"""


def check(body, seed=7):
    return check_source(FIRST, f"def softmax_xent(logits, y):\n    {body}\n", seed)


def test_mistake_is_recognised_whatever_the_style():
    report = check_source(FIRST, SUM, 7)
    assert (report.status, report.mistake) == ("fail", "sum_not_mean")
    assert report.where == "loss"
    assert report.failed_case and report.failed_case.name == "mean"


def test_passing_shows_what_it_was_in_the_paper():
    report = check_source(FIRST, FIRST.solution)
    assert report.passed
    assert report.after == FIRST.after


def test_the_same_seed_gives_the_same_report():
    first, again = check("return logits", 3), check("return logits", 3)
    first.seconds = again.seconds = 0
    assert first == again


def test_unwritten_is_todo_and_not_a_failure():
    report = check_source(FIRST, FIRST.starter)
    assert report.status == "todo"
    assert "`softmax_xent` is not written yet" in report.message


def test_syntax_error_names_the_line():
    report = check_source(FIRST, "def softmax_xent(logits, y):\n    return (1\n")
    assert (report.status, report.line) == ("error", 2)
    assert report.trace[0].code == "return (1"


def test_traceback_has_only_the_learners_lines():
    report = check("return np.linalg.inv(logits)")
    assert (report.status, report.line) == ("error", 2)
    assert [line.code for line in report.trace] == ["return np.linalg.inv(logits)"]


def test_missing_helper_is_explained():
    report = check("return helper(logits)")
    assert "`helper` does not exist where the check runs your code" in report.diagnosis
    assert "`np`" in report.diagnosis


def test_forgotten_keepdims_is_explained():
    source = FIRST.solution.replace("logits.max(axis=1, keepdims=True)", "logits.max(axis=1)")
    report = check_source(FIRST, source)
    assert report.failed_case and report.failed_case.name == "mean"
    assert "keepdims=True" in report.diagnosis


def test_missing_function_is_named():
    report = check_source(FIRST, "def softmax(logits, y):\n    return 1\n")
    assert report.status == "error"
    assert "does not define `softmax_xent`" in report.message


def test_changing_an_input_is_its_own_message():
    source = FIRST.solution.replace("s = logits -", "logits -= 1; s = logits -")
    report = check_source(FIRST, source)
    assert report.status == "fail"
    assert "changed its input `logits`" in report.message


def test_endless_loop_is_stopped():
    hurried = dataclasses.replace(FIRST, timeout=0.2)
    report = check_source(hurried, "def softmax_xent(logits, y):\n    while True:\n        pass\n")
    assert report.status == "timeout"
    assert report.line in (2, 3)


def test_only_the_failing_case_s_prints_are_shown():
    assert check("print(len(y)); return None").output == "1\n"


@pytest.mark.parametrize(
    "body",
    ["raise SystemExit", "import sys; sys.exit(3)", "1 / 0", "return softmax_xent(logits, y)"],
)
def test_leaving_and_crashing_are_reports(body):
    report = check(body)
    assert report.status == "error"
    assert len(report.trace) <= 5


def test_a_number_in_place_of_the_function_is_named():
    report = check_source(FIRST, "softmax_xent = 3")
    assert "should be a function, but it is the number 3" in report.message


def test_calls_of_the_notebook_are_left_out():
    source = FIRST.solution + '\nu30.check("d01.1")\nget_ipython().run_line_magic("timeit", "")\n'
    assert check_source(FIRST, source).passed


@pytest.mark.parametrize(
    "source", [FIRST.solution, FIRST.starter, SUM, "def f(:", "x = 1", "raise ValueError('<b>')"]
)
def test_reports_survive_json_and_render(source):
    report = check_source(FIRST, source, 1)
    again = Report.from_dict(json.loads(report.to_json()))
    assert again == report
    assert report.exercise in str(report)
    page = report._repr_html_()
    tags = Tags()
    tags.feed(page)
    assert tags.seen <= {"div", "b", "i", "span", "pre", "code", "details", "summary"}
    assert not tags.open
    assert "class=" not in page
    assert "<b>'" not in page


def test_check_does_not_touch_numpy_s_error_settings():
    before = np.geterr()
    check("return np.exp(1e9), y")
    assert np.geterr() == before


def test_the_place_is_shown_even_if_the_message_has_the_same_digits():
    """ "the largest error is 0.638" has in it what was got, 0.638, and what was wanted, 0."""
    report = check("return 0.0, logits")
    report.message, report.index = "`out`: the largest error is 0.638.", [0, 1]
    report.got, report.want = "0.638", "0"
    assert "at [0, 1]: got 0.638, want 0" in str(report)
    report.index = None
    assert "got 0.638" not in str(report)


def test_a_call_with_a_whole_model_says_what_it_is():
    block = {f"weight{i}": np.ones((9, 9)) for i in range(12)}
    names = ("params", "xs", "mask")
    few = Call("f", (block, [np.ones(3)], np.ones((7, 9))), {}, names)
    assert "weight11: float64 (9, 9)" in few.text()
    many = Call("f", ({"blocks": [block] * 4} | block, [np.ones(3)], np.ones((7, 9))), {}, names)
    assert many.text() == "f(params=a dict of 13, xs=a list of 1, mask=float64 (7, 9))"
