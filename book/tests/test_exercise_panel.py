"""Doing exercises in the page as a learner does: typing, running, hints, the solution."""

import json

import pytest

from . import axe
from .conftest import HTML, MODES, Visit

DAY1 = "days/day01_char_rnn.html"
RUNNER = ("/u30/web/", "/u30/python/", "/u30/editor/", "/sw.js")
STUB = 'raise NotImplementedError("your turn")'
# Typed without indentation: the editor indents.
BODY = """\
s = logits - logits.max(axis=1, keepdims=True)
log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
rows = np.arange(len(y))
dlogits = np.exp(log_p)
dlogits[rows, y] -= 1
"""
SUM = "return -log_p[rows, y].sum(), dlogits"
MEAN = "return -log_p[rows, y].mean(), dlogits / len(y)"


class Exercise:
    """One exercise of a page, and what a learner does with it."""

    def __init__(self, page, id):
        self.page, self.id = page, id
        self.section = page.locator(f"section:has(> .u30-starter[data-exercise='{id}'])")
        self.panel = self.section.locator(".u30-panel")
        self.editor = self.panel.locator(".cm-content")
        self.line = self.panel.locator(".u30-panel-line")
        self.verdict = self.panel.locator(".u30-verdict")

    def open(self):
        if not self.panel.count():
            self.section.locator(".u30-try").click()
            self.editor.wait_for()
        return self

    def button(self, name):
        return self.panel.get_by_role("button", name=name, exact=True)

    def write(self, text):
        self.editor.press("Control+a")
        self.page.keyboard.insert_text(text)
        return self

    def run(self):
        self.editor.press("Control+Enter")
        return self.finished()

    def finished(self):
        self.panel.locator("xpath=self::*[not(@aria-busy)]").wait_for(timeout=90_000)
        return self

    def said(self):
        return self.panel.locator(":scope > [role=status]").text_content()

    def progress(self):
        return self.page.evaluate(f"window.u30Progress.entry('{self.id}')")


@pytest.fixture(scope="module")
def day_one(site, browser):
    """One page for many tests, so that Python starts once. Each takes an exercise of its own."""
    seen = Visit(browser, f"{site}/{DAY1}")
    yield seen
    seen.close()


@pytest.fixture
def exercise(day_one):
    def choose(number):
        return Exercise(day_one.page, f"d01.{number}").open()

    yield choose
    assert day_one.errors == []


@pytest.fixture
def without_python(site, browser):
    """A page whose Python never arrives: the editor has to work all the same."""
    seen = Visit(browser, f"{site}/{DAY1}")
    seen.context.route("**/u30/python/**", lambda route: route.abort())
    seen.context.route("**/u30/mathjax/**", lambda route: route.abort())  # reloads are quicker
    yield seen.page
    seen.close()


def test_before_a_click_there_are_buttons_that_load_and_move_nothing(visit):
    seen = visit(DAY1)
    page = seen.page
    assert page.get_by_role("button", name="Try it here").count() == 5
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert [url for url in seen.requests if any(part in url for part in RUNNER)] == []
    with_buttons = page.evaluate("document.documentElement.scrollHeight")
    page.evaluate("document.querySelectorAll('.u30-try').forEach(button => button.remove())")
    assert page.evaluate("document.documentElement.scrollHeight") == with_buttons


def test_a_wrong_answer_is_named_and_the_right_one_passes(exercise):
    first = exercise(1)
    keyboard = first.page.keyboard
    first.editor.press("Control+End")
    keyboard.press("Shift+Home")  # up to the indentation
    keyboard.type(BODY + SUM)
    assert first.editor.inner_text().rstrip().endswith("\n    " + SUM)
    first.run()
    assert "not yet right" in first.verdict.inner_text()
    assert "This is the sum over the N positions" in first.verdict.inner_text()
    assert first.said().startswith("Not yet right: ")
    assert first.progress()["status"] == "tried"

    for _ in SUM:
        keyboard.press("Backspace")
    keyboard.type(MEAN)
    first.run()
    assert ": passed" in first.verdict.inner_text()
    assert first.said() == "Passed: 10 of 10 cases"
    assert first.progress()["status"] == "passed"
    assert "passed" in first.section.locator("h3").inner_text()
    assert first.editor.evaluate("editor => editor === document.activeElement")
    assert "Exercise 2" in first.line.get_by_role("link").inner_text()


def test_an_unwritten_answer_is_to_do(exercise):
    second = exercise(2).run()
    assert "to do" in second.verdict.inner_text()
    assert second.progress()["tries"] == 0


def test_an_error_marks_its_line(exercise):
    second = exercise(2).write("def rnn_forward(X, h0, params):\n    return 1 / 0\n").run()
    assert "division by zero" in second.verdict.inner_text()
    assert second.panel.locator(".u30-marked-line").inner_text().strip() == "return 1 / 0"


def test_an_endless_loop_is_stopped_by_hand_and_the_next_run_works(exercise):
    third = exercise(3)
    starter = third.editor.inner_text()
    third.write("while True:\n    pass\n").editor.press("Control+Enter")
    third.page.wait_for_function("document.querySelector('[aria-busy] .u30-panel-line')")
    third.line.get_by_text("Running…").wait_for(timeout=60_000)
    third.button("Stop").click()
    third.finished()
    assert third.line.inner_text().startswith("Stopped.")
    third.write(starter).run()
    assert "to do" in third.verdict.inner_text()


def test_stop_works_while_python_starts(without_python):
    held = []
    without_python.context.route("**/u30/python/**", lambda route: held.append(route))
    first = Exercise(without_python, "d01.1").open()
    first.button("Run").click()
    first.button("Stop").click()
    first.finished()
    for route in held:
        route.abort()


def test_hints_open_one_after_the_other(exercise):
    fourth = exercise(4)
    hints = fourth.section.locator("details.u30-hint")
    for number in (1, 2, 3):
        fourth.button(f"Hint {number}").click()
        assert hints.nth(number - 1).evaluate("hint => hint.open")
        assert fourth.progress()["hints"] == number
    assert fourth.button("No more hints").get_attribute("aria-disabled") == "true"


def test_the_solution_is_shown_after_one_question(exercise):
    fifth = exercise(5)
    solution = fifth.section.locator("details.u30-solution")
    fifth.button("Show solution").click()
    question = fifth.panel.locator(".u30-ask")
    assert "comes back for review in three days" in question.inner_text()
    fifth.button("Keep trying").click()
    assert not solution.evaluate("details => details.open")
    assert fifth.button("Show solution").evaluate("button => button === document.activeElement")
    assert not fifth.progress()["helped"]

    fifth.button("Show solution").click()
    fifth.button("Show it").click()
    assert solution.evaluate("details => details.open")
    assert fifth.progress()["status"] == "helped"
    assert question.count() == 0


def test_an_exercise_that_has_passed_shows_its_solution_without_a_question(exercise):
    fourth = exercise(4)
    solution = fourth.section.locator("details.u30-solution")
    fourth.page.evaluate(
        "u30Progress.record({exercise: 'd01.4', status: 'pass', seed: 1, cases: []})"
    )
    fourth.button("Show solution").click()
    assert solution.evaluate("details => details.open")
    assert not fourth.progress()["helped"]


def test_reset_can_be_undone_even_after_a_reload(without_python):
    first = Exercise(without_python, "d01.1").open()
    assert first.button("Reset").get_attribute("aria-disabled") == "true"
    first.write("my_answer = 1").button("Reset").click()
    assert STUB in first.editor.inner_text()
    first.editor.press("Control+z")
    assert first.editor.inner_text() == "my_answer = 1"
    first.button("Reset").click()

    without_python.reload()
    first.open().button("Undo reset").click()
    assert first.editor.inner_text() == "my_answer = 1"


def test_the_text_survives_a_reload(without_python):
    first = Exercise(without_python, "d01.1").open().write("my_answer = 2")
    without_python.reload()
    assert first.section.locator(".u30-try").inner_text() == "Go on here"
    assert first.open().editor.inner_text() == "my_answer = 2"
    assert STUB in Exercise(without_python, "d01.2").open().editor.inner_text()


def test_another_tab_does_not_overwrite_silently(without_python):
    here = Exercise(without_python, "d01.1").open().write("mine = 1")
    there = without_python.context.new_page()
    there.goto(without_python.url)
    other = Exercise(there, "d01.1").open()
    assert other.editor.inner_text() == "mine = 1"
    other.write("theirs = 2")
    notice = here.panel.locator(".u30-other")
    notice.wait_for()
    assert here.editor.inner_text() == "mine = 1"
    here.button("Show the other version").click()
    assert here.editor.inner_text() == "theirs = 2"
    stored = json.loads(without_python.evaluate("localStorage['u30.answers']"))
    assert stored["answers"]["d01.1"]["kept"] == "mine = 1"


def test_python_that_cannot_be_fetched_is_said_in_the_panel(without_python):
    first = Exercise(without_python, "d01.1").open()
    first.button("Run").click()
    first.finished()
    assert "network" in first.line.inner_text()
    assert first.button("Run").get_attribute("aria-disabled") is None


def test_everything_works_by_keyboard(without_python):
    page = without_python
    page.locator("[data-exercise='d01.1'] .u30-try").focus()
    page.keyboard.press("Enter")
    first = Exercise(page, "d01.1")
    first.editor.wait_for()
    assert first.editor.evaluate("editor => editor === document.activeElement")
    described = page.locator(f"#{first.editor.get_attribute('aria-describedby')}")
    assert "Press Escape, then Tab" in described.text_content()
    first.write("x")
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    assert first.editor.inner_text() == "    x"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"
    assert first.editor.inner_text() == "    x"
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("(")
    page.keyboard.press("Shift+Tab")
    assert first.editor.evaluate("editor => editor === document.activeElement")


def test_a_phone_has_keys_for_the_indentation_and_no_sideways_scrolling(site, browser):
    context = browser.new_context(
        viewport={"width": 375, "height": 700}, has_touch=True, is_mobile=True
    )
    context.route("**/u30/python/**", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{site}/{DAY1}")
    first = Exercise(page, "d01.1")
    first.section.locator(".u30-try").tap()
    first.editor.wait_for()
    first.write("x = 1")
    first.button("More indentation").tap()
    assert first.editor.inner_text() == "    x = 1"
    first.button("Less indentation").tap()
    assert first.editor.inner_text() == "x = 1"
    assert first.editor.evaluate("editor => editor === document.activeElement")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    size = first.editor.evaluate("editor => parseFloat(getComputedStyle(editor).fontSize)")
    assert size >= 16  # below that, a phone zooms in
    context.close()


def test_open_panels_are_accessible(exercise):
    """A verdict, a question and a cell's output, in every look of the page."""
    first = exercise(1).write("def softmax_xent(logits, y):\n    return 1, 2\n").run()
    page = first.page
    page.evaluate("localStorage.removeItem('u30.state')")
    first.button("Show solution").click()
    cell = page.locator("div.cell").nth(1)
    cell.hover()
    cell.locator(".u30-try").click()
    cell.locator(".u30-your-run").wait_for(timeout=90_000)
    found = []
    for theme, width in MODES.values():
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.wait_for_timeout(400)  # the theme gives what now scrolls a tab stop, after 300 ms
        parts = ["#exercise-d01-1", "div.cell:has(.u30-panel)"]
        found += [(theme, width, fault) for fault in axe.faults(page, include=parts)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((theme, width, "scrolls sideways"))
    page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []


def test_a_site_without_a_runner_leads_to_colab_and_binder(visit):
    seen = visit(DAY1)
    seen.page.evaluate("delete document.documentElement.dataset.u30Runner")
    section = seen.page.locator("section:has(> [data-exercise='d01.1'])")
    section.locator(".u30-try").click()
    note = section.locator(".u30-try-note")
    assert "without Python" in note.inner_text()
    assert note.get_by_role("link").all_inner_texts() == ["Colab", "Binder"]
    assert [url for url in seen.requests if any(part in url for part in RUNNER)] == []


def test_from_a_folder_one_sentence_says_why_not(browser):
    seen = Visit(browser, (HTML / DAY1).as_uri())
    section = seen.page.locator("section:has(> [data-exercise='d01.1'])")
    section.locator(".u30-try").click()
    assert "web server" in section.locator(".u30-try-note").inner_text()
    assert seen.errors == []
    seen.close()
