"""Python in a page of the built site, driven without its buttons."""

import pytest

from .conftest import HTML, Visit

NO_RUNNER = "The site was built without Python for the page."
LOAD = "async (address) => { window.python = (await import(address)).python; }"


class Runner(Visit):
    """A page whose `python` object the test can call."""

    def __init__(self, browser, site, path="intro.html"):
        if not (HTML / "_static/u30/python/manifest.json").is_file():
            pytest.skip(NO_RUNNER)
        super().__init__(browser, f"{site}/{path}")
        self.page.set_default_timeout(600_000)
        self.page.on("worker", lambda worker: self.requests.append(worker.url))
        self.site = site
        self.load()

    def load(self):
        self.page.evaluate(LOAD, f"{self.site}/_static/u30/web/python.js")

    def check(self, exercise, source, **options):
        return self.page.evaluate(
            "([id, source, options]) => python.check(id, source, options)",
            [exercise, source, options],
        )

    def cells(self, *sources, first=0):
        cells = [{"index": first + n, "source": source} for n, source in enumerate(sources)]
        return self.page.evaluate("(cells) => python.runCells(cells)", cells)["cells"]

    @property
    def state(self):
        return self.page.evaluate("python.state")


@pytest.fixture(scope="module")
def runner(site, browser):
    """One page and one worker for all tests of a file."""
    opened = Runner(browser, site)
    yield opened
    opened.close()
