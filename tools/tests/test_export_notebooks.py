"""Exported notebooks: clean Markdown, cells that run, the results of the book's own run."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.read import read_myst_markdown_notebook
from nbformat.v4 import new_output

TOOLS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOOLS))

from export_notebooks import export, publish  # noqa: E402
from notebooks import outputs, package_code  # noqa: E402

from u30.kernels import rnn  # noqa: E402

CODE = TOOLS.parent / "code"
FIXTURE = (Path(__file__).parent / "pages" / "every_directive.md").read_text(encoding="utf-8")
HEAD = FIXTURE.split("# Day 1")[0]
SITE = "https://ada.github.io/course/"

DAY = """\
  - {{day: {day}, slug: {slug}, title: The Title, short: Short, authors: Ada Author, year: 2015,
     links: {{paper: "https://example.org/paper", code: "https://example.org/code"}}, unit: 1,
     idea: Guess what follows, difficulty: 2, minutes: 60, builds_on: {builds_on}}}
"""
INTERLUDE = """\
interludes:
  - {id: engine, before: 2, title: The Engine, short: Engine, idea: Go back, difficulty: 3,
     minutes: 60, builds_on: [1], links: {survey: "https://example.org/survey"}}
"""
BIB = r"""
@misc{karpathy2015, author = {Karpathy, Andrej}, title = {Unreasonable}, year = 2015,
  url = {https://example.org/k}}
@article{hinton1993, author = {Hinton, Geoffrey and van Camp, Drew}, title = {Simple}, year = 1993,
  doi = {10.1/xyz}}
@misc{zaremba2014, author = {Zaremba, W. and Sutskever, I. and Viny{\"a}ls, O.}, title = {Nets},
  year = 2014, eprint = {1409.2329}}
"""
GLOSSARY = "# Glossary\n\n(elsewhere)=\n## Over there\n\n```{math}\n:label: other\nx\n```\n"


def glue(name, text):
    data = {"application/papermill.record/text/plain": text}
    meta = {"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}}
    return new_output("display_data", data, metadata=meta)


RESULTS = [
    new_output("stream", name="stdout", text="[0 1 2]\n"),
    new_output("stream", name="stderr", text="a warning"),
    glue("loss", "1.2345"),
    glue("share", "0.5"),
    glue("steps", "'ten'"),
    new_output(
        "display_data", {outputs.PLOTLY: {"data": []}, "image/png": "aGk=", "text/plain": "x"}
    ),
    new_output("display_data", {"text/html": "x" * 300_000}),
    new_output("display_data", {outputs.LIVE: {"kind": "k"}, "text/plain": "<Live>"}),
]


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A small book with one notebook page, not yet run."""
    monkeypatch.setenv("GITHUB_REPOSITORY", "Ada/course")
    book = tmp_path / "book"
    for folder in ("days", "pages"):
        (book / folder).mkdir(parents=True)
    (tmp_path / "code").symlink_to(CODE)
    (book / "_config.yml").write_text(
        "parse: {myst_enable_extensions: [colon_fence, deflist, dollarmath, amsmath]}\n"
        "bibtex_bibfiles: [references.bib]\n"
    )
    (book / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nparts:\n"
        "  - caption: Days\n    chapters: [{file: days/day01_first}, {file: pages/glossary}]\n"
    )
    (book / "days.yml").write_text(
        "units:\n  - {id: 1, title: Memory, about: It.}\ndays:\n"
        + DAY.format(day=1, slug="first", builds_on="[]")
        + DAY.format(day=2, slug="second", builds_on="[1]")
        + INTERLUDE
    )
    (book / "references.bib").write_text(BIB)
    (book / "intro.md").write_text("# Welcome\n")
    (book / "pages" / "glossary.md").write_text(GLOSSARY)
    (book / "days" / "picture.svg").write_text("<svg/>")
    return book


def run(book, text, results=()):
    """Store a run of the page in the cache, then export; return (notebook or None, mistakes)."""
    page = book / "days" / "day01_first.md"
    page.write_text(text, encoding="utf-8")
    notebook = read_myst_markdown_notebook(text)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if cells:
        cells[0].outputs = list(results)
    cache = get_cache(book / "_build" / ".jupyter_cache")
    bundle = CacheBundleIn(notebook, str(page))
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    mistakes = export(book, book / "_build" / "notebooks", book / "_build" / ".jupyter_cache")
    file = book / "_build" / "notebooks" / "day01_first.ipynb"
    return (nbformat.read(file, 4) if file.exists() else None), mistakes


@pytest.fixture
def notebook(book):
    notebook, mistakes = run(book, FIXTURE, RESULTS)
    assert mistakes == []
    return notebook


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_no_reader_meets_a_directive_a_role_or_a_label(notebook):
    text = re.sub(r"```python\n.*?```", "", markdown(notebook), flags=re.DOTALL)
    text = text.replace("`x = {eq}`", "")
    assert not re.search(r"^\W*(`{3,}|:{3,})\{", text, re.MULTILINE)
    assert not re.search(r"\{[a-z:]+\}`", text)
    assert not re.search(r"^\(.*\)=$", text, re.MULTILINE)
    assert "% a comment" not in text and "[^one]" not in text


def test_the_notebook_is_valid_and_its_cells_have_the_same_ids_each_time(book, notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    again, _ = run(book, FIXTURE, RESULTS)
    assert [cell.id for cell in again.cells] == [cell.id for cell in notebook.cells]


def test_title_and_card_come_first_then_the_install_cell(notebook):
    head = notebook.cells[0].source
    assert head.startswith("# Day 1: Every directive\n\n**Day 1** · Unit 1: Memory")
    assert "[The Title](https://example.org/paper), Ada Author, 2015" in head
    assert f"{SITE}days/day01_first.html" in head
    install = notebook.cells[1]
    assert install.cell_type == "code" and install == code_cells(notebook)[0]
    wanted = '"u30[viz] @ git+https://github.com/Ada/course#subdirectory=code"'
    assert f"except ModuleNotFoundError:\n    %pip install -q {wanted}" in install.source


def test_an_interlude_has_a_card_without_a_paper_and_its_own_exercises(book):
    text = f"{HEAD}# The Engine\n\n```{{day-card}} engine\n```\n\nText.\n\n"
    text += "```{exercise-file} engine.1\n```\n\n```{code-cell} ipython3\n1\n```\n"
    notebook, mistakes = run(book, text)
    assert mistakes == []
    head = notebook.cells[0].source
    assert head.startswith("# The Engine\n\n**Interlude** · before Day 2 · *Go back*")
    assert "[Survey](https://example.org/survey)  \nReading time 60 minutes" in head
    assert f"Builds on [day 1 (Short)]({SITE}days/day01_first.html)" in head
    assert "pip install" in notebook.cells[1].source
    assert 'u30.check("engine.1")' in [cell.source for cell in code_cells(notebook)]


def test_equations_are_numbered_as_on_the_page(notebook):
    text = markdown(notebook)
    assert "$$\nh_t = \\tanh(x_t W) \\tag{1}\n$$" in text
    assert "\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned} \\tag{2}" in text
    assert "$$\nz = 1\n$$" in text
    assert f"Equation (2) comes before [(1)]({SITE}pages/glossary.html#equation-other)." in text


def test_links_lead_to_the_site_and_labels_of_the_page_stay_inside(notebook):
    text = markdown(notebook)
    assert f"[Glossary]({SITE}pages/glossary.html)," in text
    assert f"[the glossary]({SITE}pages/glossary.html#loss)" in text
    assert '<a id="first-section"></a>' in text
    assert "[In one sentence](#first-section)" in text
    assert f"[there]({SITE}pages/glossary.html#elsewhere) and [above](#first-section)" in text
    assert "[reference link](https://example.org/post)" in text
    assert "https://raw.githubusercontent.com/Ada/course/main/book/days/picture.svg" in text


def test_citations_are_author_and_year(notebook):
    text = markdown(notebook)
    assert "([Karpathy, 2015](https://example.org/k); [Hinton and van Camp, 1993]" in text
    assert "[Zaremba et al. (2014)](https://arxiv.org/abs/1409.2329)" in text
    assert "- Hinton and van Camp (1993). [Simple](https://doi.org/10.1/xyz)." in text


def test_values_of_the_run_stand_in_the_text(notebook):
    assert "The value is 1.23\n(50%, ten)." in markdown(notebook)


def test_code_and_formulas_are_left_alone(notebook):
    text = markdown(notebook)
    assert "Code `x = {eq}` stays, and so does $a_{t}$ or \\{this}." in text
    assert '```python\nplain = "{eq}`this stays`"\n```' in text
    assert "*In the terminal*\n\n```bash\nu30 list\n```" in text


def test_boxes_become_quotations_and_folded_parts(notebook):
    text = markdown(notebook)
    assert (
        "> **ELI5: Reading with *one* note**\n>\n> A story with $h_t$ in (1).\n>\n> - a list"
        in text
    )
    assert "> **Note**\n>\n> Mind this." in text
    assert "<details open>\n<summary>An open one</summary>\n\nShown at once" in text
    summary = "<details>\n<summary>Click <strong>here</strong></summary>\n\nFolded away"
    assert summary in text
    assert "   > **Tip**\n   >\n   > Inside a list." in text
    assert "> **Cheat sheet**\n>\n> | what | shape |" in text
    assert "<summary>What is <code>h_t</code> for $t=1$?</summary>" in text
    assert "see (1)." in text
    assert "- **Word**\n  Its meaning\n  goes on." in text
    assert "| name | size |\n| --- | --- |\n| $H$ | 4 |" in text


@pytest.fixture
def kept_package(monkeypatch):
    """Source cells put their copy into the package: undo that after the test."""
    for name in ("rnn_forward_simple", "rnn_backward", "rnn_states"):
        monkeypatch.setattr(rnn, name, getattr(rnn, name))


def test_package_source_is_a_cell_that_runs_on_its_own(notebook, kept_package):
    cell = next(c for c in code_cells(notebook) if "def rnn_forward_simple" in c.source)
    assert cell.source.startswith(
        "import numpy as np\nimport u30.kernels.rnn\nfrom u30.kernels.rnn import"
    )
    namespace: dict[str, object] = {}
    exec(cell.source, namespace)
    assert rnn.rnn_forward_simple is namespace["rnn_forward_simple"]
    text = markdown(notebook)
    assert "`u30.kernels.rnn.rnn_forward_simple` implements equation (1)." in text
    assert "https://github.com/Ada/course/blob/main/code/u30/kernels/rnn.py#L" in text


def test_every_name_of_the_package_can_be_shown(kept_package):
    module = "u30.kernels.rnn"
    for name in ("RNNCache", "Params", "rnn_backward", "rnn_states"):
        exec(package_code.editable_cell(f"{module}.{name}", CODE)[1], {})
    with pytest.raises(LookupError):
        package_code.editable_cell(f"{module}.nothing", CODE)


def test_an_exercise_is_prompt_hints_starter_check_and_folded_solution(notebook):
    cells = notebook.cells
    at = next(n for n, cell in enumerate(cells) if cell.source == 'u30.check("d01.1")')
    assert cells[at - 1].cell_type == "code" and "NotImplementedError" in cells[at - 1].source
    assert re.search(r"### Exercise 1: .+\n\n\*Difficulty ", cells[at - 2].source)
    assert cells[at - 2].source.count("<summary>Hint") == 3
    assert cells[at + 1].source.startswith("<details>\n<summary>Solution</summary>\n\n```python")


def test_outputs_are_kept_light(notebook):
    first = next(c for c in code_cells(notebook) if "arange" in c.source)
    kinds = [output.get("name") or sorted(output.data) for output in first.outputs]
    plotly = sorted([outputs.PLOTLY, "text/plain"])
    assert kinds == ["stdout", plotly, ["text/plain"], ["text/markdown"]]
    assert first.outputs[2].data["text/plain"] == outputs.TOO_LARGE
    assert f"{SITE}days/day01_first.html" in first.outputs[3].data["text/markdown"]


def test_hidden_cells_stay_hidden(notebook):
    first = next(c for c in code_cells(notebook) if "arange" in c.source)
    assert first.metadata.jupyter.source_hidden and first.metadata.tags == ["hide-input"]
    last = next(c for c in code_cells(notebook) if c.source == "np.ones(2)")
    assert "mystnb" not in last.metadata and last.outputs == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("```{mystery} x\n```", "does not know the directive {mystery}"),
        ("Text {mystery}`x`", "does not know the role {mystery}"),
        ("See {eq}`nowhere`", 'has no equation "nowhere"'),
        ("{cite:p}`nobody`", "nobody is not in the bibliography"),
        ("{glue:text}`nothing:.2f`", 'glued no value "nothing"'),
        ("[x](missing.md)", 'the link target "missing.md"'),
        ("{doc}`missing`", 'has no page "missing"'),
        ("{ref}`missing`", 'has no label "missing"'),
        ("```{source} u30.kernels.rnn.nothing\n```", "u30.kernels.rnn.nothing"),
        ("```{exercise-file} d99.1\n```", "d99.1"),
        ("- a\n\n  ```{source} u30.kernels.rnn.one_hot\n  ```", "cannot stand inside a list"),
        ("````{note}\n```{source} u30.kernels.rnn.one_hot\n```\n````", "inside another directive"),
        ("Left {{ over }}", "no substitution"),
    ],
)
def test_what_cannot_be_converted_is_an_error_with_page_and_line(book, line, words):
    notebook, mistakes = run(
        book, f"{HEAD}# Title\n\n{line}\n\n```{{code-cell}} ipython3\n1\n```\n"
    )
    assert notebook is None
    assert len(mistakes) == 1 and words in mistakes[0]
    assert re.match(r"days/day01_first\.md:1\d: ", mistakes[0])


def test_a_page_that_was_not_run_is_an_error(book):
    (book / "days" / "day01_first.md").write_text(FIXTURE)
    mistakes = export(book, book / "_build" / "notebooks", book / "_build" / ".jupyter_cache")
    assert mistakes == [
        "days/day01_first.md: its cells have not been run. Run tools/execute.py first."
    ]


def test_the_exporter_knows_every_directive_of_the_book(monkeypatch):
    """Directives of the landing page and the lists of pages are not for notebooks."""
    from notebooks.directives import DIRECTIVES

    import u30book

    class App:
        names: set[str] = set()

        def add_directive(self, name, *args, **options):
            self.names.add(name)

        def __getattr__(self, name):
            return lambda *args, **options: None

    u30book.setup(App())
    assert App.names - set(DIRECTIVES) <= {"day-grid", "paper-map", "all-claims", "run-times"}


def test_the_branch_and_the_site_get_everything(book, notebook):
    folder = book / "_build" / "notebooks"
    assert "u30[viz] @ git+https://github.com/Ada/course#subdirectory=code" in (
        folder / "environment.yml"
    ).read_text(encoding="utf-8")
    assert "blob/notebooks/day01_first.ipynb" in (folder / "README.md").read_text(encoding="utf-8")
    site = book / "_build" / "html"
    publish(folder, site)
    first = (site / "notebooks" / "30u30-notebooks.zip").read_bytes()
    with zipfile.ZipFile(site / "notebooks" / "30u30-notebooks.zip") as archive:
        assert "30u30-notebooks/day01_first.ipynb" in archive.namelist()
    publish(folder, site)
    assert (site / "notebooks" / "30u30-notebooks.zip").read_bytes() == first
    assert (site / "notebooks" / "day01_first.ipynb").is_file()
