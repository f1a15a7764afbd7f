"""What Python in the page is made of is fetched once, kept, checked, and replaced as a whole."""

import hashlib
import json
import shutil
import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest

from u30.learn.parse import load

from .conftest import HTML, GzipHandler
from .runner import Runner

RIGHT = load("d01.1").solution
PAGE = "days/day01_char_rnn.html"
OTHER = "intro.html"
KEPT = """async () => {
  const cache = await caches.open("u30-python");
  return (await cache.keys()).map((request) => new URL(request.url).pathname).sort();
}"""


class Closing(GzipHandler):
    """No connection outlives its answer, so that a stopped server is a network that is gone."""

    protocol_version = "HTTP/1.0"


class Site:
    """A copy of the site that can go offline, and change."""

    def __init__(self, folder):
        self.folder = folder
        self.port = 0
        shutil.copytree(HTML, folder, symlinks=True, ignore=shutil.ignore_patterns("notebooks"))
        self.start()

    def start(self):
        handler = partial(Closing, directory=str(self.folder))
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def deploy_another_package(self):
        """The site as a later build would make it: another u30 wheel, under another name."""
        python = self.folder / "_static/u30/python"
        manifest = json.loads((python / "manifest.json").read_text())
        core = python / manifest["core"]
        lock = json.loads((core / manifest["lock"]).read_text())
        package = lock["packages"]["u30"]
        wheel = (core / package["file_name"]).read_bytes()
        old = [manifest["core"] + package["file_name"], manifest["core"] + manifest["lock"]]
        # A comment at the end of a zip file changes its bytes and nothing else.
        wheel = wheel[:-2] + b"\x05\x00later"
        package["sha256"] = hashlib.sha256(wheel).hexdigest()
        package["file_name"] = "u30-0.1.0-0later-py3-none-any.whl"
        text = json.dumps(lock).encode()
        for name in old:
            (python / name).unlink()
        (core / package["file_name"]).write_bytes(wheel)
        (core / "lock-later.json").write_bytes(text)
        new = {package["file_name"]: wheel, "lock-later.json": text}
        files = [file for file in manifest["files"] if file["path"] not in old]
        for name, data in new.items():
            sizes = dict.fromkeys(("size", "packed"), len(data))
            digest = hashlib.sha256(data).hexdigest()
            path = manifest["core"] + name
            files.append({"path": path, **sizes, "sha256": digest, "group": "core"})
        manifest |= {"version": "later", "lock": "lock-later.json", "files": files}
        (python / "manifest.json").write_text(json.dumps(manifest))
        return old, list(new)


@pytest.fixture
def own_site(tmp_path):
    made = Site(tmp_path / "30u30")
    yield made
    made.stop()


@pytest.fixture
def opened(browser, own_site):
    visit = Runner(browser, own_site.address, PAGE)
    yield visit
    visit.close()


def test_after_the_first_use_everything_works_without_a_network(opened, own_site):
    assert opened.check("d01.1", RIGHT, seed=1)["report"]["status"] == "pass"
    opened.page.goto(f"{own_site.address}/{OTHER}")
    opened.page.wait_for_load_state("networkidle")
    own_site.stop()
    opened.page.goto(f"{own_site.address}/{PAGE}")
    assert "Day 1" in opened.page.title()
    opened.load()
    assert opened.check("d01.1", RIGHT, seed=1)["report"]["status"] == "pass"
    opened.page.goto(f"{own_site.address}/{OTHER}")
    assert opened.page.locator("h1").count()
    opened.page.goto(f"{own_site.address}/pages/glossary.html")
    assert "has not been opened before" in opened.page.locator("body").inner_text()
    own_site.start()


def test_a_second_visit_fetches_only_the_manifest(opened, own_site):
    opened.check("d01.1", RIGHT, seed=1)
    opened.requests.clear()
    opened.page.reload()
    fetched = []
    opened.context.on("request", lambda request: fetched.append(request))
    opened.load()
    assert opened.check("d01.1", RIGHT, seed=1)["report"]["status"] == "pass"
    over_the_net = [
        request.url
        for request in fetched
        if "/u30/python/" in request.url and request.service_worker
    ]
    assert {address.rsplit("/", 1)[-1] for address in over_the_net} == {"manifest.json"}


def test_a_new_version_of_the_site_replaces_the_old_files(opened, own_site):
    opened.check("d01.1", RIGHT, seed=1)
    before = opened.page.evaluate(KEPT)
    old, new = own_site.deploy_another_package()
    opened.page.goto(f"{own_site.address}/{OTHER}")
    opened.load()
    assert opened.check("d01.1", RIGHT, seed=1)["report"]["status"] == "pass"
    after = opened.page.evaluate(KEPT)
    assert all(any(path.endswith(name) for path in before) for name in old)
    assert not any(path.endswith(name) for path in after for name in old)
    assert all(any(path.endswith(name) for path in after) for name in new)
    assert len(before) == len(after)


def test_a_page_that_is_older_than_the_site_says_so(opened, own_site):
    """Between its manifest and its files, the site is replaced."""
    manifest = json.loads((own_site.folder / "_static/u30/python/manifest.json").read_text())
    own_site.deploy_another_package()
    opened.context.route("**/manifest.json", lambda route: route.fulfill(json=manifest))
    message = opened.page.evaluate("python.start().catch((error) => error.message)")
    assert message == "The course has been updated: reload this page."
    assert opened.state == "failed"


def test_a_damaged_file_is_not_kept_and_not_run(opened, own_site):
    [wheel] = (own_site.folder / "_static/u30/python").rglob("u30-*.whl")
    wheel.write_bytes(b"x" * wheel.stat().st_size)
    message = opened.page.evaluate("python.start().catch((error) => error.message)")
    assert "arrived damaged" in message
    assert not any("u30-0" in path for path in opened.page.evaluate(KEPT))


def test_without_a_network_at_first_a_sentence_says_why(opened, own_site):
    own_site.stop()
    message = opened.page.evaluate("python.start().catch((error) => error.message)")
    assert "no network" in message
    own_site.start()
    assert opened.check("d01.1", RIGHT, seed=1)["report"]["status"] == "pass"


def test_a_site_without_python_says_where_to_go(opened, own_site):
    shutil.rmtree(own_site.folder / "_static/u30/python")
    message = opened.page.evaluate("python.start().catch((error) => error.message)")
    assert "Colab or Binder" in message


def test_the_progress_adds_up(opened):
    seen = opened.page.evaluate(
        """async () => {
          const seen = [];
          await python.start((progress) => seen.push(progress));
          return seen;
        }"""
    )
    download = [one for one in seen if one["phase"] == "download"]
    assert download[0]["loaded"] == 0 and download[-1]["loaded"] == download[-1]["total"]
    assert [one["phase"] for one in seen][-2:] == ["start", "ready"]
