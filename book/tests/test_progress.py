"""Progress in the browser: marks on every page, the Progress page; and all can be erased."""

import gzip
import json
import re
from pathlib import Path

import pytest

from u30.learn.parse import load_all
from u30.learn.report import CaseResult, Report
from u30.learn.state import State

from . import axe
from .conftest import HTML, Visit
from .learner import BEGUN, DAY1, NEW, words

EXERCISES = len(load_all())


def test_a_first_visitor_sees_nothing_of_it(learner):
    page = learner().goto("index.html")
    assert page.locator(".u30-count, .u30-day-marks, .u30-continue *").count() == 0
    assert page.locator(".u30-continue").bounding_box()["height"] == 0
    assert page.evaluate("localStorage.getItem('u30.state')") is None


def test_what_every_page_loads_is_small():
    scripts = [HTML / "_static" / name for name in ("progress.js", "progress_marks.js")]
    assert sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts) <= 6000
    index = (HTML / "index.html").read_text()
    assert "progress_page.css" not in index and "progress_page.js" not in index


def test_every_exercise_shows_its_state_in_words(learner):
    page = learner(BEGUN).goto(DAY1)
    assert words(page, "section.u30-exercise .u30-status") == [
        "passed",
        "tried",
        "read with the solution, try it again today",
        "read with the solution, comes back on 8 February",
        "not tried yet",
    ]
    heading = page.get_by_role("heading", name="Exercise 2")
    assert "tried" in heading.aria_snapshot()


def test_the_sidebar_and_the_grid_show_how_far_each_day_is(learner):
    page = learner(BEGUN).goto("index.html")
    assert words(page, ".u30-count") == ["1/5, 1 of 5 exercises passed"]
    marks = page.locator(".u30-day-marks .u30-mark")
    states = marks.evaluate_all("marks => marks.map((mark) => mark.dataset.status)")
    assert states == ["passed", "tried", "helped", "helped", "new"]
    looks = marks.evaluate_all("all => all.map((one) => getComputedStyle(one).backgroundImage)")
    assert len({re.sub(r"rgba?\([^)]*\)", "", look) for look in looks}) == 4  # without colours


@pytest.mark.parametrize("start", ["index.html", "pages/progress.html"])
def test_one_can_go_on_where_one_left_off(learner, start):
    page = learner(BEGUN).goto(start)
    page.click("text=Exercise 2 of Day 1")  # the first after the current one that is not passed
    page.wait_for_selector("#exercise-d01-2")
    assert page.url.endswith(f"/{DAY1}#exercise-d01-2")


def test_what_is_read_on_the_page_counts_as_in_the_terminal(learner):
    someone = learner()
    page = someone.goto(DAY1)
    page.click("#exercise-d01-2 >> text=Hint 2")
    page.click("#exercise-d01-3 >> summary:text-is('Solution')")
    page.wait_for_function("u30Progress.entry('d01.3').status === 'helped'")
    assert someone.state["exercises"]["d01.2"] == NEW | {"hints": 2}
    assert someone.state["exercises"]["d01.3"]["review"] == "2026-02-08"
    assert someone.state["current"] == "d01.3"
    assert "comes back on 8 February" in words(page, "#exercise-d01-3 h3")[0]


def test_paper_and_links_into_a_fold_do_not_count_as_reading(learner):
    someone = learner()
    page = someone.goto(DAY1)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function("document.querySelector('.u30-solution').open")
    page.wait_for_timeout(50)
    assert someone.state is None


def test_two_tabs_know_of_each_other(learner):
    someone = learner()
    first = someone.goto(DAY1)
    second = someone.open()
    second.goto(f"{someone.site}/{DAY1}")
    report = Report("d01.1", "", "pass", 1, [CaseResult("one", "one", "pass")]).to_dict()
    second.evaluate("report => void u30Progress.record(report)", report)
    first.wait_for_selector("#exercise-d01-1 .u30-mark[data-status=passed]")
    first.evaluate("u30Progress.hint('d01.2', 1)")
    assert set(someone.state["exercises"]) == {"d01.1", "d01.2"}


def test_progress_goes_to_the_terminal_and_back(learner, tmp_path):
    someone = learner(BEGUN)
    page = someone.goto("pages/progress.html")
    summary = f"1 of {EXERCISES} exercises passed. 1 to review today."
    assert words(page, "[data-part=summary]") == [summary]
    page.wait_for_function("document.querySelector('#u30-text-out').value")
    terminal = State(tmp_path / "state.json")
    assert terminal.merge(page.input_value("#u30-text-out")) == 4
    assert terminal.entry("d01.4").review == "2026-02-08"

    terminal.record(Report("d01.2", "", "pass", 1, [CaseResult("one", "one", "pass")]))
    page.fill("#u30-text-in", terminal.export())
    page.click("text=Take over")
    page.wait_for_selector("text=Taken over: 1 exercise.")
    assert words(page, "[data-part=summary]")[0].startswith(f"2 of {EXERCISES}")
    page.fill("#u30-text-in", terminal.export()[:-4])
    page.click("text=Take over")
    page.wait_for_selector("text=The text is not complete")


def test_the_text_can_be_copied(learner):
    someone = learner(BEGUN)
    someone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = someone.goto("pages/progress.html")
    page.wait_for_function("document.querySelector('#u30-text-out').value")
    page.get_by_role("button", name="Copy", exact=True).click()
    page.wait_for_selector("text=Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.input_value("#u30-text-out")


def answer(text, time):
    return {"text": text, "time": f"2026-02-0{time}T00:00:00.000Z", "kept": None}


def test_answers_go_into_a_file_and_come_back(learner):
    ours = {"d01.1": answer("ours", 3), "d01.2": answer("old", 1), "d01.3": answer("same", 1)}
    someone = learner()
    page = someone.goto("pages/progress.html")
    store = (
        "(answers) => localStorage.setItem('u30.answers', JSON.stringify({version: 1, answers}))"
    )
    page.evaluate(store, ours)
    with page.expect_download() as download:
        page.click("text=Download all answers")
    assert download.value.suggested_filename == "30u30-answers-2026-02-05.json"
    assert json.loads(Path(download.value.path()).read_text())["answers"] == ours

    theirs = {"d01.1": answer("older", 2), "d01.2": answer("newer", 2), "d01.4": answer("more", 2)}
    body = json.dumps({"version": 1, "answers": theirs}).encode()
    file = {"name": "a.json", "mimeType": "application/json", "buffer": body}
    page.set_input_files("#u30-answers-in", file)
    page.wait_for_selector("text=Taken over: 2 answers.")
    kept = json.loads(page.evaluate("localStorage.getItem('u30.answers')"))["answers"]
    assert {id: (one["text"], one["kept"]) for id, one in kept.items()} == {
        "d01.1": ("ours", "older"),
        "d01.2": ("newer", "old"),
        "d01.3": ("same", None),
        "d01.4": ("more", None),
    }
    page.set_input_files("#u30-answers-in", file | {"buffer": b'{"x": 1}'})
    page.wait_for_selector("text=This file holds no answers")


def test_everything_can_be_erased(learner):
    someone = learner(BEGUN)
    page = someone.goto("pages/progress.html")
    page.evaluate(
        """async () => {
          for (const key of ["u30.answers", "u30.reading-order", "u30.state.broken-1", "other"]) {
            localStorage.setItem(key, "x");
          }
          sessionStorage.setItem("u30.place", "x");
          await caches.open("u30-pages");
          await caches.open("other");
          await navigator.serviceWorker.register("../sw.js");
        }"""
    )
    page.click("text=Erase everything…")
    assert page.evaluate("document.activeElement.textContent") == "No, keep it"
    assert axe.faults(page) == []
    page.keyboard.press("Escape")
    page.click("text=Erase everything…")
    page.click("text=No, keep it")
    assert someone.state == BEGUN
    page.click("text=Erase everything…")
    page.click("text=Yes, erase everything")
    page.wait_for_selector("text=Everything is erased.")
    left = page.evaluate(
        """async () => [
          Object.keys(localStorage).filter((key) => /^(u30|other)/.test(key)),
          Object.keys(sessionStorage).filter((key) => /^u30/.test(key)), await caches.keys(),
          (await navigator.serviceWorker.getRegistrations()).length,
        ]"""
    )
    assert left == [["other"], [], ["other"], 0]
    assert words(page, "[data-part=summary]") == ["No exercise done in this browser yet."]
    assert page.locator(".u30-count *").count() == 0


def test_damaged_storage_is_kept_aside_and_told(learner):
    someone = learner("{broken")
    page = someone.goto("pages/progress.html")
    assert "Progress starts anew" in words(page, "[data-part=summary]")[0]
    assert page.evaluate("localStorage.getItem('u30.state.broken-1')") == "{broken"


def test_a_browser_that_keeps_nothing_still_works(learner):
    someone = learner()
    someone.page.add_init_script(
        "const set = Storage.prototype.setItem; Storage.prototype.setItem = function (key, value) {"
        " if (key.startsWith('u30')) throw new DOMException('full', 'QuotaExceededError');"
        " set.call(this, key, value); }"
    )
    page = someone.goto(DAY1)
    page.evaluate("u30Progress.hint('d01.1', 1)")
    page.evaluate("u30Progress.hint('d01.2', 1)")
    assert page.evaluate("u30Progress.entry('d01.1').hints") == 1
    assert page.evaluate("u30Progress.notices") == ["Progress cannot be written down: full"]


def test_without_scripts_the_list_is_there_and_the_page_says_why_no_more(learner):
    page = learner(javascript=False).goto("pages/progress.html")
    assert "JavaScript, which is switched off" in words(page, "[data-part=summary]")[0]
    assert page.locator(".u30-progress-list [data-exercise] a").count() == EXERCISES


def test_progress_works_from_a_folder(browser):
    seen = Visit(browser, (HTML / "pages" / "progress.html").as_uri())
    try:
        assert seen.errors == []
        assert "No exercise done" in seen.page.inner_text("[data-part=summary]")
    finally:
        seen.close()
