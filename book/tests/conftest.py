"""The built site, served with gzip as GitHub Pages does, and a headless Chromium to look at it."""

import gzip
import os
import shutil
import sys
import threading
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from .learner import learner  # noqa: F401  (a fixture)

BOOK = Path(__file__).resolve().parents[1]
HTML = BOOK / "_build" / "html"
sys.path.insert(0, str(BOOK.parent / "tools"))

from spread_tests import pytest_xdist_make_scheduler  # noqa: E402, F401

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MODES = {  # theme and width in px
    "light": ("light", 1280),
    "dark": ("dark", 1280),
    "phone": ("light", 375),
    "phone at night": ("dark", 375),
}


def pages():
    """Every page a reader can reach, as a path below the site's root."""
    if not HTML.exists():
        return []
    found = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
    return [page for page in found if not page.startswith(("_static/", "notebooks/"))]


def day_pages():
    return [page for page in pages() if page.startswith("days/")]


@lru_cache(maxsize=1024)
def compressed(path, _modified):
    return gzip.compress(path.read_bytes(), 6)


class GzipHandler(SimpleHTTPRequestHandler):
    """Static files; text compressed, because that is what readers download."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        kind = self.guess_type(str(path))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if kind.startswith(("image/png", "font/", "application/zip")):
            body = path.read_bytes()
        else:
            body = compressed(path, path.stat().st_mtime_ns)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def site():
    """The address of the served site."""
    assert (HTML / "index.html").exists(), 'There is no site to test: run "make site" first.'
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(GzipHandler, directory=str(HTML)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert executable, "No Chromium on this machine: run tools/chromium.sh."
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable,
            args=[*quiet, "--disable-gpu", "--no-first-run"]
            + (["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        )
        yield chromium
        chromium.close()


SCROLL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let y = 0; y < document.documentElement.scrollHeight; y += 800) {
    scrollTo(0, y);
    await frame();
    await frame();  // observers have been told by then
  }
}"""


class Visit:
    """One page in one mode, with everything that it asked for and complained about."""

    def __init__(self, browser, address, mode="light", javascript=True):
        theme, width = MODES[mode]
        self.errors, self.requests, self.bytes = [], [], 0
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        self.context.add_init_script(
            f"try {{ localStorage.setItem('mode', '{theme}');"
            f" localStorage.setItem('theme', '{theme}') }} catch (error) {{}}"
        )
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda r: self.errors.append(f"failed: {r.url}"))
        self.page.on("requestfinished", self._count)
        self.page.goto(address, wait_until="load")

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _count(self, request):
        self.bytes += request.sizes()["responseBodySize"]

    def scroll_through(self):
        """Bring everything into view once, so that whatever waits for that appears."""
        self.page.evaluate(SCROLL)
        self.page.wait_for_load_state("networkidle")
        return self

    def close(self):
        self.context.close()


@pytest.fixture
def visit(site, browser):
    """visit(path, mode) opens a page of the site and returns a Visit."""
    opened = []

    def open_page(path, mode="light", **options):
        opened.append(Visit(browser, f"{site}/{path}", mode, **options))
        return opened[-1]

    yield open_page
    for each in opened:
        each.close()
