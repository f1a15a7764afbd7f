"""A learner's browser for the tests: what it keeps, and what day it is there."""

import json

import pytest

KEY = "u30.state"
DAY1 = "days/day01_char_rnn.html"
NOW = "2026-02-05T09:00:00"
NEW = {
    "status": "new",
    "tries": 0,
    "first_passed": None,
    "helped": False,
    "review": None,
    "failing_seed": None,
    "hints": 0,
    "reviews": 0,
}


def entry(status, **more):
    passed = "2026-02-01T10:00:00+00:00" if status == "passed" else None
    return {**NEW, "status": status, "tries": 1, "first_passed": passed, **more}


BEGUN = {
    "version": 1,
    "current": "d01.1",
    "exercises": {
        "d01.1": entry("passed"),
        "d01.2": entry("tried"),
        "d01.3": entry("helped", helped=True, review="2026-02-05"),
        "d01.4": entry("helped", helped=True, review="2026-02-08"),
    },
}


class Learner:
    """One browser, in which it is `now`, with what it keeps."""

    def __init__(self, browser, site, state=None, now=NOW, width=1280, javascript=True):
        self.site = site
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            timezone_id="Europe/Berlin",
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        self.errors = []
        self.page = self.open()
        self.page.clock.set_fixed_time(now)
        if state is not None:
            self.goto("pages/how_to_use.html")
            self.page.evaluate(
                "([key, text]) => localStorage.setItem(key, text)", [KEY, dump(state)]
            )

    def open(self):
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        return page

    def goto(self, path):
        self.page.goto(f"{self.site}/{path}", wait_until="load")
        return self.page

    @property
    def state(self):
        return json.loads(self.page.evaluate(f"localStorage.getItem('{KEY}')") or "null")


def dump(state):
    return state if isinstance(state, str) else json.dumps(state)


@pytest.fixture
def learner(browser, site):
    """learner(state, now=...) opens a browser that keeps this state."""
    all_of_them = []

    def begin(state=None, **options):
        all_of_them.append(Learner(browser, site, state, **options))
        return all_of_them[-1]

    yield begin
    for each in all_of_them:
        each.context.close()
        assert each.errors == []


def words(page, selector):
    """The text of each element, without line breaks."""
    return [" ".join(text.split()) for text in page.locator(selector).all_text_contents()]
