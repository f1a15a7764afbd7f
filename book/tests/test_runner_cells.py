"""Cells of a notebook page run in the page: text, figures, errors; and what the page cannot run."""

import json

import pytest

from .conftest import HTML, day_pages
from .runner import runner  # noqa: F401

FIRST = "import numpy as np\nimport matplotlib.pyplot as plt\nfrom u30 import viz\nviz.setup()"
CHART = "fig, ax = plt.subplots()\nax.plot([1, 3, 2])\nax.set(title='A chart')\nplt.show()"
PLOTLY = (
    "import plotly.graph_objects as go\nviz.describe(go.Figure(go.Bar(y=np.arange(3))), 'bars')"
)

FORGET = "for name in list(globals()):\n    if name[0] != '_':\n        del globals()[name]"


def kinds(cell):
    return [output["mime"] for output in cell["outputs"]]


def asked_for(runner, name):  # noqa: F811
    return [address for address in runner.requests if f"/{name}-" in address]


def test_numpy_alone_fetches_no_charts(runner):  # noqa: F811
    [cell] = runner.cells("import numpy as np\nnp.arange(3) + 1")
    assert cell["outputs"] == [{"mime": "text/plain", "data": "array([1, 2, 3])"}]
    assert not asked_for(runner, "matplotlib") and not asked_for(runner, "plotly")


def test_charts_are_fetched_when_a_cell_draws_and_shown_as_in_the_book(runner):  # noqa: F811
    first, chart = runner.cells(FIRST, CHART)
    assert first["ok"] and first["outputs"] == []
    assert kinds(chart) == ["image/svg+xml"]
    assert "A chart" in chart["outputs"][0]["data"]
    assert asked_for(runner, "matplotlib")


def test_a_plotly_figure_comes_as_a_figure(runner):  # noqa: F811
    cells = runner.cells(FIRST, PLOTLY)
    assert kinds(cells[1]) == ["application/vnd.plotly.v1+json"]
    figure = cells[1]["outputs"][0]["data"]
    assert figure["layout"]["meta"] == {"alt": "bars"} and figure["data"][0]["type"] == "bar"


def test_every_kind_of_trace_that_the_page_draws_can_be_made(runner):  # noqa: F811
    code = (
        "import plotly.graph_objects as go\n"
        "from plotly.subplots import make_subplots\n"
        "figure = make_subplots(rows=1, cols=2)\n"
        "kinds = (go.Bar, go.Box, go.Contour, go.Heatmap, go.Histogram, go.Histogram2d,\n"
        "  go.Histogram2dContour, go.Image, go.Pie, go.Scatter, go.Scatterternary, go.Violin)\n"
        "figure = go.Figure([kind() for kind in kinds])\n"
        "figure.update_layout(template='plotly_white', title='All')\n"
        "figure.add_heatmap(z=[[1, 2]], colorscale='RdBu_r')\n"
        "len(json.loads(figure.to_json())['data'])"
    )
    [cell] = runner.cells(f"import json\n{code}")
    assert cell["outputs"] == [{"mime": "text/plain", "data": "13"}], cell


def test_cells_run_in_order_and_stop_at_the_first_error(runner):  # noqa: F811
    seen = runner.page.evaluate(
        """async (cells) => {
          const seen = [];
          await python.runCells(cells, { onCell: ({ index, ok }) => seen.push([index, ok]) });
          return seen;
        }""",
        [{"index": n, "source": s} for n, s in enumerate(["a = 1", "a / 0", "a"])],
    )
    assert seen == [[0, True], [1, False]]


def test_an_error_shows_the_reader_s_lines(runner):  # noqa: F811
    [cell] = runner.cells("def f():\n    return 1 / 0\nf()", first=4)
    error = cell["outputs"][-1]["data"]
    assert error["name"] == "ZeroDivisionError"
    assert [line["line"] for line in error["trace"]] == [3, 2]


@pytest.mark.parametrize(
    "source, words",
    [
        ("import subprocess\nsubprocess.run(['ls'])", "cannot start other programs"),
        ("import torch", "Colab or Binder"),
        ("import plotly.express", "Colab or Binder"),
    ],
)
def test_what_the_page_does_not_have_is_said_in_a_sentence(runner, source, words):  # noqa: F811
    [cell] = runner.cells(source)
    assert words in cell["outputs"][-1]["data"]["hint"]


def test_cells_and_checks_do_not_see_each_other(runner):  # noqa: F811
    runner.cells("helper = 3\nimport numpy as np\nnp.exp = None")
    source = "def softmax_xent(logits, y):\n    return helper"
    report = runner.check("d01.1", source, seed=1)["report"]
    assert report["message"].startswith("NameError")
    [cell] = runner.cells("helper")
    assert cell["outputs"][0]["data"] == "3"


def test_a_cell_that_ends_python_is_reported_and_the_names_are_gone(runner):  # noqa: F811
    session = runner.page.evaluate("python.session")
    cells = [
        {"index": n, "source": s} for n, s in enumerate(["kept = 1", "import os; os._exit(1)"])
    ]
    done = runner.page.evaluate("(cells) => python.runCells(cells)", cells)
    assert done["broken"] == "exited" and len(done["cells"]) == 1
    [cell] = runner.cells("kept")
    assert cell["outputs"][-1]["data"]["name"] == "NameError"
    assert runner.page.evaluate("python.session") == session + 1


@pytest.mark.parametrize("page", day_pages())
def test_each_notebook_page_has_its_cells_and_the_first_one_runs(runner, page):  # noqa: F811
    path = HTML / "_static/u30/cells" / page.replace(".html", ".json")
    cells = json.loads(path.read_text("utf-8"))
    assert [cell["source"] for cell in cells if cell["needs"] == []]
    forgotten, first = runner.cells(FORGET, cells[0]["source"])  # later cells may train for long
    assert forgotten["ok"] and first["ok"], first
