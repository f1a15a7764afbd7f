from pathlib import Path

import pytest
from course_files import day_page, interlude_page

from u30book.page_lint import SECTIONS, lint
from u30book.page_text import WIDTH, read_page, split_cell

BOOK = Path(__file__).parents[2]


@pytest.fixture
def problems(tmp_path):
    def of(text: str) -> list[str]:
        path = tmp_path / "day01_char_rnn.md"
        path.write_text(text, encoding="utf-8")
        return lint(path)

    return of


def in_section(name: str, text: str) -> str:
    """Return a complete page with something more in one section."""
    return day_page(1).replace(f"## {name}\n", f"## {name}\n\n{text}\n")


def cell(source: str, options: str = "") -> str:
    return f"```{{code-cell}} python3\n{options}{source}\n```"


@pytest.mark.parametrize("path", sorted(BOOK.glob("days/*.md")), ids=lambda path: path.stem)
def test_every_day_of_the_book_is_complete(path):
    assert lint(path) == []


def test_a_complete_page_has_no_problem(problems):
    assert problems(day_page(1)) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_a_missing_section_is_told(problems, section):
    told = problems(day_page(1).replace(f"## {section}\n", f"### {section}\n"))
    assert any(f'"## {section}" is missing' in sentence for sentence in told)


def test_sections_out_of_order_are_told_with_their_line(problems):
    page = day_page(1)
    page = (
        page.replace("## ELI5", "## X").replace("## Recall", "## ELI5").replace("## X", "## Recall")
    )
    told = problems(page)
    line = page.splitlines().index("## Before this paper") + 1
    assert f'{line}: "Before this paper" comes before "Recall".' in told


def test_unknown_and_repeated_sections_are_told(problems):
    told = problems(day_page(1) + "\n## Summary\n\n## Recall\n")
    assert any('"## Summary" is none of' in sentence for sentence in told)
    assert any('"Recall" stands there more than once' in sentence for sentence in told)


def test_a_heading_inside_a_code_block_is_no_section(problems):
    assert (
        problems(in_section("Quick start", "```text\n## Not a section\n# nor a title\n```")) == []
    )


def test_the_card_is_of_this_day_and_under_the_title(problems):
    other = day_page(1).replace("{day-card} 1", "{day-card} 2")
    assert "card is `{day-card} 1`, not 2" in problems(other)[0]
    assert "has 0" in problems(day_page(1).replace("{day-card} 1", "{note}"))[0]
    moved = in_section("ELI5", "```{day-card} 1\n```").replace("```{day-card} 1\n```", "", 1)
    assert "directly under the page's title" in problems(moved)[0]


def test_an_interlude_is_held_to_the_same_rules(tmp_path):
    path = tmp_path / "interlude_engine.md"

    def told(old: str = "", new: str = "") -> list[str]:
        path.write_text(interlude_page().replace(old, new), encoding="utf-8")
        return lint(path)

    assert told() == []
    assert "card is `{day-card} engine`, not 8" in told("{day-card} engine", "{day-card} 8")[0]
    assert "must be engine.1, engine.2" in told("engine.2", "d01.2")[0]
    assert '"## Recall" is missing' in told("## Recall\n", "### Recall\n")[0]


def test_the_five_exercises_stand_in_order(problems):
    page = day_page(1)
    assert "must be d01.1, d01.2" in problems(page.replace("d01.3", "d01.6"))[0]
    assert "they are none" in problems(day_page(1, exercises="Later."))[0]


ALT = '---\nmystnb:\n  image:\n    alt: "A falling line."\n---\n'


@pytest.mark.parametrize(
    ("source", "options", "count"),
    [
        ("fig, ax = plt.subplots()\nax.plot(x)", "", 1),
        ("fig, ax = plt.subplots()\nax.plot(x)", ALT, 0),
        ("fig, ax = plt.subplots()\nax.plot(x)", ":tags: [remove-output]\n", 0),
        ("def draw():\n    fig, ax = plt.subplots()", "", 0),
        ("def draw():\n    fig, ax = plt.subplots()\n\n\ndraw()", "", 1),
        ("fig = go.Figure()\nfig", "", 1),
        ('fig = go.Figure()\ndescribe(fig, "A curve.")', "", 0),
        ('fig = go.Figure()\nviz.describe(fig, "A curve.")', "", 0),
        ("import plotly.graph_objects as go", "", 0),
        ("x = loss.show()", "", 1),
        ("plt.show()", ALT, 1),
        ("print(1)", "", 0),
        ("%matplotlib inline\nprint(1)", "", 0),
        ("def broken(:", "", 1),
    ],
)
def test_figures_need_an_alt_text_and_no_show(problems, source, options, count):
    assert len(problems(in_section("Build it", cell(source, options)))) == count


def test_a_drawing_function_of_an_earlier_cell_is_remembered(problems):
    cells = cell("def draw():\n    plt.plot([1])") + "\n\n" + cell("draw()")
    assert len(problems(in_section("Build it", cells))) == 1


@pytest.mark.parametrize("options", ["", ":tags: [hide-input]\n\n", ALT])
def test_lines_of_a_cell_that_the_page_cuts_off_are_told(problems, options):
    fits, wide = f"x = {'é' * (WIDTH - 4)}", f"y = {'é' * (WIDTH - 3)}"
    page = in_section("Build it", cell(f"{fits}\n{wide}", options))
    line = page.splitlines().index(wide) + 1
    told = [f"{line}: a page shows {WIDTH} characters of a line; this one has {WIDTH + 1}."]
    assert problems(page) == told


@pytest.mark.parametrize(
    "text",
    [
        cell("x = 1", ALT.replace("line", "line " * WIDTH)),
        cell("x = 1", f":tags: [{'hide-input, ' * WIDTH}]\n"),
        f"```text\n{'x' * (WIDTH + 1)}\n```",
        "word " * WIDTH,
    ],
)
def test_options_of_a_cell_and_other_text_may_be_as_wide_as_they_like(problems, text):
    assert problems(in_section("Build it", text)) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The loss falls to 1.38 bits.", 1),
        ("It is right in 99 % of cases, the baseline in 67%.", 2),
        ("The loss falls to {glue:text}`loss:.2f` bits.", 0),
        ("With $\\tau = 0.5$ and `lr=0.1`.", 0),
        ("$$x = 0.5$$", 0),
        ("See section 3.2, Table 1.1 and [the post](https://a.b/1.2) {cite:p}`hu2.1`.", 0),
        ("Python 3.11 and 600 steps, 4 letters.", 0),
        ("% paper\nThe paper reports 1.38 bits.", 0),
        ("% paper\n\n| model | loss |\n|---|---|\n| LSTM | 1.38 |", 0),
        ("% paper\nThe paper: 1.38.\n\nWe: 1.40.", 1),
        ("```{note}\nIt reaches 1.38.\n```", 1),
        ("```text\nloss 1.38\n```", 0),
    ],
)
def test_measured_numbers_are_not_typed(problems, text, count):
    assert len(problems(in_section("The headline experiment", text))) == count


def test_numbers_are_free_outside_the_sections_with_results(problems):
    assert problems(in_section("Before this paper", "The corpus has 4.4 MB.")) == []


def test_emoji_are_refused_and_plain_marks_are_not(problems):
    assert problems(in_section("ELI5", "Great \U0001f680"))[0].endswith(
        "no emoji, please: \U0001f680"
    )
    assert problems(in_section("ELI5", "✓ ✗ → ● ○ · × –")) == []


def test_the_file_name_names_the_day(tmp_path):
    path = tmp_path / "rnn.md"
    path.write_text("# Title")
    assert "should look like day01_slug.md" in lint(path)[0]


def test_front_matter_and_nested_boxes_are_understood():
    page = read_page("---\ntitle: x\n---\n# T\n\n::::{note}\n```{code-cell}\nx = 1\n```\n::::\n")
    assert [heading.title for heading in page.headings] == ["T"]
    assert [one.name for one in page.directives] == ["note", "code-cell"]
    assert page.cells()[0].text == "x = 1"


@pytest.mark.parametrize("options", ["---\ntags: [a]\n---\n", ":tags: [a]\n"])
def test_both_forms_of_cell_options_are_read(options):
    (found,) = read_page(cell("y = 2", options)).cells()
    read, source = split_cell(found)
    assert read == {"tags": ["a"]}
    assert source.strip() == "y = 2"
