"""Python's side of the page, in an ordinary Python: checks, cells, and nothing that leaks."""

import builtins
import json
import random
import sys

import pytest

from u30.learn.check import check_source
from u30.learn.parse import load, load_all
from u30.page import begin, check, packages, prepare, pristine, run_cell
from u30.page.show import MOST

ANSWER = load("d01.1").solution
NAMES = ("exercise", "status", "seed", "message", "mistake", "index", "got", "want", "call")


@pytest.fixture(autouse=True)
def started():
    begin()
    yield
    pristine.restore()


def asked(source, **more):
    return json.loads(check(json.dumps({"id": "d01.1", "source": source, **more})))


def cell(source, number=0):
    return json.loads(run_cell(source, number))


def outputs(source):
    done = cell(source)
    assert done["ok"], done
    return [(output["mime"], output["data"]) for output in done["outputs"]]


def error(source, number=0):
    done = cell(source, number)
    assert not done["ok"]
    return done["outputs"][-1]["data"]


# Checks


def test_a_check_gives_the_terminal_s_report_and_its_html():
    source = "def softmax_xent(logits, y):\n    return 0.0, np.zeros_like(logits)"
    answer = asked(source, seed=5)
    same = check_source(load("d01.1"), source, 5).to_dict()
    assert {name: answer["report"][name] for name in NAMES} == {name: same[name] for name in NAMES}
    assert "<details>" in answer["html"]


def test_a_seed_that_failed_is_tried_first():
    answer = asked("def softmax_xent(logits, y):\n    return 0.0, logits", failing_seed=77)
    assert answer["report"]["status"] == "fail"
    assert answer["report"]["seed"] == 77 and answer["passed_seed"] is None


def test_after_a_failing_seed_passes_a_new_one_is_drawn():
    answer = asked(ANSWER, failing_seed=77)
    assert answer["report"]["status"] == "pass"
    assert answer["passed_seed"] == 77 and answer["report"]["seed"] != 77


def test_the_time_limit_is_the_exercise_s_own_times_the_factor():
    request = json.dumps({"id": "d01.1", "source": "", "factor": 3})
    prepared = json.loads(prepare(request))
    seconds = 3 * load("d01.1").timeout
    assert prepared["seconds"] == seconds
    assert prepared["late"]["report"]["status"] == "timeout"
    assert prepared["late"]["report"]["message"] == f"Stopped after {seconds:g} seconds."


@pytest.mark.parametrize(
    "how, words", [("exited", "whole process"), ("aborted", "SIGABRT"), ("crashed", "SIGSEGV")]
)
def test_an_answer_that_ends_python_gets_the_terminal_s_sentence(how, words):
    prepared = json.loads(prepare(json.dumps({"id": "d01.1", "source": ""})))
    report = prepared[how]["report"]
    assert report["status"] == "error" and words in report["message"]
    assert {case["status"] for case in report["cases"]} == {"skipped"}


# What one check does to Python does not reach the next

LEAKS = [
    "np.exp = np.log",
    "np.random.default_rng = None",
    "np.linalg.norm = None",
    "import numpy.random as r; r.Generator = None",
    "import builtins; builtins.sum = max",
    "import math; math.exp = math.log",
    "import random; random.random = None",
    "import u30.learn.check as c; c._run_cases = lambda *a: None",
    "np.set_printoptions(precision=1, threshold=3)",
    "import sys; sys.setrecursionlimit(50_000)",
]


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("inside", [False, True], ids=["outside", "inside"])
def test_what_an_answer_replaces_is_back_for_the_next_check(leak, inside):
    wrong = "def softmax_xent(logits, y):\n    return 0.0, logits"
    before = asked(wrong, seed=3)["report"]
    limit = sys.getrecursionlimit()
    if inside:
        asked(f"def softmax_xent(logits, y):\n    {leak}\n    return 0.0, logits", seed=3)
    else:
        asked(f"{leak}\n{wrong}", seed=3)
    after = asked(wrong, seed=3)["report"]
    assert before | {"seconds": 0} == after | {"seconds": 0}
    assert sys.getrecursionlimit() == limit
    assert asked(ANSWER, seed=3)["report"]["status"] == "pass"


@pytest.mark.parametrize("leak", LEAKS)
def test_what_a_cell_replaces_does_not_reach_a_check(leak):
    cell(f"import numpy as np\n{leak}")
    assert asked(ANSWER, seed=3)["report"]["status"] == "pass"


def test_variables_of_cells_do_not_reach_a_check():
    cell("helper = 3")
    report = asked("def softmax_xent(logits, y):\n    return helper", seed=3)["report"]
    assert report["message"].startswith("NameError")


def test_checks_of_right_answers_change_nothing_that_is_watched():
    for exercise in load_all():
        check(json.dumps({"id": exercise.id, "source": exercise.solution, "seed": 1}))
        assert pristine.restore() == [], exercise.id


def test_restoring_says_what_had_been_changed():
    builtins.sum, kept = max, builtins.sum
    random.seed(1)
    assert pristine.restore() == ["builtins.sum"]
    assert builtins.sum is kept


# Cells


def test_the_last_value_of_a_cell_is_shown():
    assert outputs("1 + 1") == [("text/plain", "2")]
    assert outputs("x = 2") == []
    assert outputs("None") == []
    assert outputs("x;") == []


def test_cells_share_their_names():
    cell("import numpy as np\nvalues = np.arange(3)")
    assert outputs("values") == [("text/plain", "array([0, 1, 2])")]


def test_outputs_come_in_the_order_in_which_they_were_made():
    made = outputs("print('a')\nprint('b')\ndisplay(1)\nprint('c')\n2")
    assert made == [
        ("stream", "a\nb\n"),
        ("text/plain", "1"),
        ("stream", "c\n"),
        ("text/plain", "2"),
    ]


def test_what_goes_to_stderr_is_seen():
    assert outputs("import sys; print('careful', file=sys.stderr)") == [("stream", "careful\n")]


def test_a_plotly_figure_is_its_json():
    code = (
        "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[1, 2]), {'template': 'none'})"
    )
    [(mime, figure)] = outputs(code)
    assert mime == "application/vnd.plotly.v1+json"
    assert figure["data"][0]["y"] == [1, 2]


def test_matplotlib_figures_are_pictures_and_are_closed():
    code = "import matplotlib\nmatplotlib.use('svg')\nimport matplotlib.pyplot as plt\n"
    [(mime, picture)] = outputs(f"{code}fig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()\nfig")
    assert mime == "image/svg+xml" and picture.rstrip().endswith("</svg>")
    assert outputs("plt.get_fignums()") == [("text/plain", "[]")]


def test_a_table_of_claims_keeps_its_own_form():
    code = "from u30.claims import *\nClaimTable(1, [Claim('a', 'b', 'c', True)])"
    [(mime, table)] = outputs(code)
    assert mime == "application/vnd.u30.claims+json"
    assert table["claims"][0]["holds"] is True


def test_a_live_demo_keeps_its_own_form():
    code = "from u30.viz.live import Live\nLive('char-rnn', 'what one sees', {'a': 1})"
    [(mime, demo)] = outputs(code)
    assert mime == "application/vnd.u30.live+json" and demo["data"] == {"a": 1}


def test_a_traceback_has_the_reader_s_lines_only():
    cell("def f(x):\n    return np.ones(3) @ x", 4)
    wrong = error("import numpy as np\nf(np.ones(2))", 5)
    assert wrong["name"] == "ValueError"
    assert [(line["cell"], line["line"]) for line in wrong["trace"]] == [(5, 2), (4, 2)]
    assert "last axis" in wrong["hint"]


def test_a_syntax_error_names_its_line():
    wrong = error("x = 1\ny = = 2", 7)
    assert wrong["name"] == "SyntaxError"
    assert wrong["trace"] == [{"cell": 7, "line": 2, "code": "y = = 2", "function": ""}]


@pytest.mark.parametrize(
    "source, words",
    [
        ("import torch_is_not_here", "Colab or Binder"),
        ("nothing_of_that_name", "cell that makes it"),
        ("import sys; sys.exit(3)", "leaves Python"),
        ("raise MemoryError", "more memory"),
        ("raise OSError(138, 'emscripten does not support processes.')", "other programs"),
    ],
)
def test_an_error_comes_with_a_sentence(source, words):
    assert words in error(source)["hint"]


def test_a_cell_that_failed_has_shown_what_it_printed():
    assert cell("print('so far')\n1 / 0")["outputs"][0]["data"] == "so far\n"


def test_large_outputs_are_cut():
    [(_, text)] = outputs("print('x' * 10_000_000)")
    assert len(text) < 70_000 and text.endswith("and 9,934,465 more characters")
    [(_, text)] = outputs("'x' * 10_000_000")
    assert len(text) < 70_000 and "more characters" in text
    code = f"class Big:\n    def _repr_html_(self):\n        return 'x' * {MOST + 1}\nBig()"
    [(mime, text)] = outputs(code)
    assert mime == "text/plain" and "too large" in text


def test_the_source_of_a_cell_s_function_can_be_read():
    cell("def f(x):\n    return x", 3)
    [(_, text)] = outputs("import inspect\nprint(inspect.getsource(f))")
    assert text.startswith("def f(x):")


# Packages


@pytest.mark.parametrize(
    "source, needed",
    [
        ("import numpy as np", []),
        ("import matplotlib.pyplot as plt", ["matplotlib"]),
        ("from plotly import graph_objects as go", ["plotly"]),
        ("def f():\n    import plotly", ["plotly"]),
        ("from u30 import viz", ["matplotlib", "plotly"]),
        ("from u30.viz.theme import setup", ["matplotlib"]),
        ("from u30.papers import d01_char_rnn", []),
        ("import (", []),
        ("import torch", []),
    ],
)
def test_charts_are_fetched_only_by_cells_that_draw(source, needed):
    assert json.loads(packages(json.dumps([source]))) == needed
