"""Running a lesson's cells in the page: the cells above first, outputs as the page shows them."""

import pytest

from .conftest import Visit

DAY1 = "days/day01_char_rnn.html"
CHART = """\
x = np.linspace(0, 6, 50)
plt.plot(x, np.cos(x))
viz.describe(go.Figure(go.Scatter(x=x, y=np.sin(x))), "A sine wave")
"""
CLAIMS = """\
class Claims:
    def _repr_mimebundle_(self, **_):
        rows = [{"paper": "a", "test": "b", "measured": "1", "holds": yes} for yes in (True, False)]
        return {"application/vnd.u30.claims+json": {"day": 1, "claims": rows}}

Claims()
"""


class Cell:
    """One code cell of a page, counted as the page shows them."""

    def __init__(self, page, number):
        self.page = page
        self.cell = page.locator("div.cell").nth(number)
        self.panel = self.cell.locator(".u30-panel")
        self.editor = self.panel.locator(".cm-content")
        self.line = self.panel.locator(".u30-panel-line")
        self.output = self.cell.locator(".u30-your-run")
        self.built = self.cell.locator(".cell_output:not(.u30-your-run)")

    def open(self):
        self.cell.evaluate("cell => cell.querySelectorAll('details').forEach(d => d.open = true)")
        self.cell.hover()
        self.cell.locator(".u30-try").click()
        self.editor.wait_for()
        return self.finished()

    def finished(self):
        self.panel.locator("xpath=self::*[not(@aria-busy)]").wait_for(timeout=90_000)
        return self

    def run(self, text):
        self.editor.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.editor.press("Control+Enter")
        return self.finished()


@pytest.fixture(scope="module")
def page(site, browser):
    """One page for all tests of this file: Python starts once, and cell 2 stays open."""
    seen = Visit(browser, f"{site}/{DAY1}")
    yield seen.page
    assert seen.errors == []
    seen.close()


@pytest.fixture(scope="module")
def first(page):
    return Cell(page, 0).open()


@pytest.fixture(scope="module")
def second(page):
    """The second cell. The first, with the imports, runs before it."""
    return Cell(page, 1).open()


def test_the_cells_above_run_first(second):
    assert second.line.inner_text() == "Done."
    assert second.output.inner_text().strip() == second.built.text_content().strip()


def test_what_has_run_does_not_run_again(first, second):
    first.run(first.editor.inner_text() + "\ncount = 0")
    second.run("count += 1\ncount")
    assert second.output.inner_text().strip() == "1"
    second.run("count += 1\ncount")
    assert second.output.inner_text().strip() == "2"


def test_a_changed_cell_above_runs_again(page, first, second):
    first.editor.press("Control+End")
    page.keyboard.type("\nadded = 'by the reader'")
    second.run("added")
    assert second.output.inner_text().strip() == "'by the reader'"


def test_there_is_a_way_back_to_what_the_page_shows(second):
    second.run("print('mine')")
    assert second.built.is_hidden()
    second.cell.get_by_role("button", name="Show the page’s own output").click()
    assert second.built.is_visible()
    assert second.output.is_hidden()
    second.cell.get_by_role("button", name="Show your run").click()
    assert second.output.is_visible()


def test_reset_brings_the_cell_back(second):
    second.run("pass")
    second.panel.get_by_role("button", name="Reset", exact=True).click()
    assert second.editor.inner_text().startswith("rng = np.random.default_rng(0)")
    second.panel.get_by_role("button", name="Undo reset", exact=True).click()
    assert second.editor.inner_text() == "pass"


def test_a_chart_is_a_figure_and_a_plot_a_picture(second):
    second.run(CHART)
    figure = second.output.locator(".u30-figure[role=figure]")
    assert figure.get_attribute("aria-label") == "A sine wave"
    figure.locator(".scatterlayer path").first.wait_for(state="attached")
    picture = second.output.locator("img")
    assert picture.get_attribute("alt")
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 100


def test_claims_are_a_table(second):
    second.run(CLAIMS)
    assert second.output.locator("caption").inner_text() == "Your run: 1 of 2 claims holds"
    assert "does not hold" in second.output.locator("tbody tr").nth(1).inner_text()


def test_a_live_demo_runs_and_the_pages_own_goes_on(page, second):
    """With the data of the page's own demo: training it anew takes long."""
    counts = page.evaluate(
        """async () => {
          const { showOutputs } = await import("../_static/u30/web/output.js");
          const own = document.querySelector(".u30-live");
          const data = JSON.parse(own.querySelector("script").textContent);
          const place = document.querySelector(".u30-your-run");
          const before = own.querySelectorAll("button").length;
          const mime = "application/vnd.u30.live+json";
          showOutputs(place, [{ mime, data: { kind: "char-rnn", alt: "A demo", data } }], "");
          const demo = place.querySelector(".u30-live");
          while (!("started" in demo.dataset)) await new Promise((next) => setTimeout(next, 20));
          const buttons = (host) => host.querySelectorAll("button").length;
          return [before, buttons(own), buttons(demo)];
        }"""
    )
    assert counts[0] > 0
    assert len(set(counts)) == 1


def test_html_is_shown_as_html(second):
    second.run("class Bold:\n    _repr_html_ = lambda self: '<b>bold</b>'\n\nBold()")
    assert second.output.locator("b").inner_text() == "bold"


def test_an_error_shows_the_readers_lines_and_marks_them(second):
    second.run("x = 1\nx.append(2)")
    text = second.output.inner_text()
    assert "Cell 2, line 2: x.append(2)" in text
    assert "AttributeError" in text
    assert "runpy" not in text
    assert second.panel.locator(".u30-marked-line").inner_text() == "x.append(2)"


def test_an_error_above_is_shown_where_the_reader_is(page, second):
    second.run("1 / 0")
    third = Cell(page, 2).open()
    assert third.line.inner_text().startswith("Cell 2, above, stopped with an error")
    assert "ZeroDivisionError" in third.output.inner_text()


def test_an_endless_loop_is_stopped_and_the_notebook_starts_anew(page, second):
    second.editor.press("Control+a")
    page.keyboard.insert_text("while True: pass")
    second.editor.press("Control+Enter")
    second.line.get_by_text("Running…").wait_for()
    second.panel.get_by_role("button", name="Stop", exact=True).click()
    second.finished()
    assert second.line.inner_text().startswith("Stopped.")
    assert second.built.is_visible()
    second.run("print(np.arange(3))")  # the imports have run again
    assert second.output.inner_text().strip() == "[0 1 2]"


def test_a_cell_that_needs_more_leads_to_colab_and_binder(page):
    last = page.locator("div.cell").last
    last.evaluate("cell => cell.querySelectorAll('details').forEach(d => d.open = true)")
    last.hover()
    last.locator(".u30-try").click()
    note = last.locator(".u30-try-note")
    note.wait_for()
    assert "It needs other processes" in note.inner_text()
    assert note.get_by_role("link").all_inner_texts() == ["Colab", "Binder"]
    assert last.locator(".u30-panel").count() == 0
