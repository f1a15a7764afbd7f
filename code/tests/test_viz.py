import base64
import json

import numpy as np
import pytest

from u30.data.text import Vocabulary
from u30.papers.d01_char_rnn import init_params
from u30.viz import describe, glue, live_char_rnn, setup, slider_figure

VOCAB = Vocabulary("abc \n")
PARAMS = init_params(np.random.default_rng(0), len(VOCAB), 4)


def test_a_live_model_carries_its_weights_row_by_row_in_half_precision():
    bundle = live_char_rnn(PARAMS, VOCAB, alt="Type and see.", seed_text="ab ")._repr_mimebundle_()
    content = json.loads(json.dumps(bundle["application/vnd.u30.live+json"]))
    assert content["kind"] == "char-rnn" and content["alt"] == "Type and see."
    data = content["data"]
    assert data["vocab"] == VOCAB.chars and data["hidden"] == 4 and data["seed_text"] == "ab "
    for name, p in PARAMS.items():
        stored = np.frombuffer(base64.b64decode(data["weights"][name]), dtype="<f2")
        np.testing.assert_allclose(stored.reshape(p.shape), p, atol=2e-3)
    assert "Type and see." in bundle["text/plain"] and "Type and see." in bundle["text/html"]


@pytest.mark.parametrize(
    "change, message",
    [({"alt": " "}, "alternative text"), ({"seed_text": "x"}, "'x'"), ({"vocab": "ab"}, "2 char")],
)
def test_a_live_model_that_could_not_run_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        live_char_rnn(PARAMS, **{"vocab": VOCAB, "alt": "a", "seed_text": "ab", **change})


def test_glue_outside_a_notebook_does_nothing(capsys):
    glue("bpc", 1.5)
    assert capsys.readouterr().out == ""


def test_glue_in_a_notebook_stores_a_plain_number_and_shows_nothing(tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    book = nbformat.v4.new_notebook()
    code = "import numpy as np\nfrom u30.viz import glue\nglue('bpc', np.float32(1.5))"
    book.cells = [nbformat.v4.new_code_cell(code)]
    nbclient.NotebookClient(book, timeout=60).execute()
    (output,) = book.cells[0].outputs
    assert output["data"] == {"application/papermill.record/text/plain": "1.5"}
    assert output["metadata"]["scrapbook"]["name"] == "bpc"


def test_training_in_a_notebook_leaves_one_progress_line():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    book = nbformat.v4.new_notebook()
    code = (
        "from u30.train import progress\n"
        "with progress(3) as bar:\n"
        "    for i in (1, 2, 3):\n"
        "        bar.update(i, 'ok')"
    )
    book.cells = [nbformat.v4.new_code_cell(code)]
    nbclient.NotebookClient(book, timeout=60).execute()
    (output,) = book.cells[0].outputs
    assert output["data"]["text/plain"] == "training: 3/3 steps, ok"


def test_a_slider_figure_has_a_frame_and_a_step_for_each_label():
    go = pytest.importorskip("plotly.graph_objects")
    frames = [[go.Bar(x=["a", "b"], y=[i, 1])] for i in range(3)]
    figure = slider_figure(frames, [0.5, 1, 2], alt="Bars", prefix="τ = ", start=1, play=True)
    data = json.loads(figure.to_json())
    assert [frame["name"] for frame in data["frames"]] == ["0.5", "1", "2"]
    (slider,) = data["layout"]["sliders"]
    assert [step["args"][0] for step in slider["steps"]] == [["0.5"], ["1"], ["2"]]
    assert slider["active"] == 1 and list(figure.data[0].y) == [1, 1]
    assert data["layout"]["meta"] == {"alt": "Bars"}
    assert data["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"


def test_a_slider_figure_with_frames_that_do_not_match_is_refused():
    with pytest.raises(ValueError, match="2 frames but 1 label"):
        slider_figure([[], []], ["a"], alt="x")
    with pytest.raises(ValueError, match="same number of traces"):
        slider_figure([[1], [1, 2]], ["a", "b"], alt="x")


def test_a_figure_without_a_description_is_refused():
    go = pytest.importorskip("plotly.graph_objects")
    with pytest.raises(ValueError, match="alternative text"):
        describe(go.Figure(), "")


def test_figures_are_transparent_and_the_same_bytes_each_time(tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    with matplotlib.rc_context():
        setup()
        files = []
        for name in ("a.svg", "b.svg"):
            figure, axes = plt.subplots()
            axes.plot([1, 2, 3], label="bits")
            axes.legend()
            figure.savefig(tmp_path / name, metadata={"Date": None})
            plt.close(figure)
            files.append((tmp_path / name).read_text())
    assert files[0] == files[1]
    assert ">bits</text>" in files[0] and "<dc:date>" not in files[0]
