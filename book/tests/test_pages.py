"""Every page of the site: no error, no other host, accessible, light, and no dead link."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from .conftest import HTML, MODES, Visit, day_pages, pages

AXE = Path(__file__).resolve().parents[2] / "build" / "web" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("page", pages())
def test_a_page_is_sound(visit, site, page, mode):
    """One visit, four questions: a fault's name is the key it stands under."""
    seen = visit(page, mode).scroll_through()
    seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    width = seen.page.evaluate("document.documentElement.scrollWidth")
    foreign = [url for url in seen.requests if not url.startswith((site, "data:", "blob:"))]
    seen.page.add_script_tag(path=AXE)
    result = seen.page.evaluate(f"axe.run(document, {RULES})")
    faults = {
        "console errors": seen.errors,
        "requests to other hosts": foreign,
        "accessibility": [
            f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
            for rule in result["violations"]
            for node in rule["nodes"]
        ],
        "scrolls sideways": [f"{width} px"] if width > MODES[mode][1] else [],
    }
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("page", day_pages())
def test_a_day_page_is_light(visit, page):
    assert (HTML / page).stat().st_size < 400_000
    assert visit(page).scroll_through().bytes < 2_000_000


class Links(HTMLParser):
    """The ids of a page and the addresses it links to or loads."""

    def __init__(self):
        super().__init__()
        self.ids, self.addresses = set(), []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if attributes.get("id"):
            self.ids.add(attributes["id"])
        for name in ("href", "src"):
            if attributes.get(name) is not None:
                self.addresses.append(attributes[name])


@cache
def read_links(page):
    parser = Links()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("page", pages())
def test_every_internal_link_of_a_page_leads_somewhere(page):
    broken = []
    for address in read_links(HTML / page).addresses:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (HTML / page).parent / unquote(parts.path) if parts.path else HTML / page
        if not target.is_file() or (
            parts.fragment
            and target.suffix == ".html"
            and unquote(parts.fragment) not in read_links(target).ids
        ):
            broken.append(address)
    assert broken == []


@pytest.mark.parametrize("page", pages())
def test_a_page_shows_no_raw_markup(visit, page):
    text = visit(page, javascript=False).page.inner_text("main")
    assert not re.findall(r"\{[a-z:-]+\}`|^:{3,}(?: *\{|$)|^```", text, flags=re.M)


def test_a_page_works_from_a_folder(browser):
    seen = Visit(browser, (HTML / "index.html").as_uri())
    try:
        assert seen.errors == []
        assert not [url for url in seen.requests if url.startswith("http")]
    finally:
        seen.close()
