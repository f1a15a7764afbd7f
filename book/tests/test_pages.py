"""Every page of the site: no error, no other host, accessible, light, and no dead link."""

import re
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from . import axe, figures
from .conftest import HTML, MODES, Visit, day_pages, pages

LIGHT = 2_000_000  # bytes on the wire
# Both themes and both widths, in two visits. Two pages are looked at in all four ways, for what all
# pages share and only one width shows: sidebars, drawers, buttons.
LOOKS = ("light", "phone at night")
LIKE_ALL = ("index.html", "days/day01_char_rnn.html")
UNASKED = ("/u30/python/", "/u30/web/", "/u30/editor/", "/sw.js")
WORKERS = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"


def looks():
    every = [(page, MODES if page in LIKE_ALL else LOOKS) for page in pages()]
    return [(page, mode) for page, modes in every for mode in modes]


@pytest.mark.parametrize("page, mode", looks())
def test_a_page_is_sound(visit, site, page, mode):
    """One visit, many questions: a fault's name is the key it stands under."""
    seen = visit(page, mode).scroll_through()
    loaded, is_day = seen.bytes, page in day_pages()
    seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    width = seen.page.evaluate("document.documentElement.scrollWidth")
    faults = {
        "scrolls sideways": [f"{width} px"] if width > MODES[mode][1] else [],
        "heavy": [f"{loaded:,} bytes"] if is_day and loaded >= LIGHT else [],
        "accessibility": axe.faults(seen.page),
        "figures": list(figures.faults(seen.page)),
        "no figure": is_day and not seen.page.locator(".u30-figure[role=figure]").count(),
        "Python that nobody asked for": [
            url for url in seen.requests if any(part in url for part in UNASKED)
        ],
        "service workers": seen.page.evaluate(WORKERS),
        "requests to other hosts": [
            url for url in seen.requests if not url.startswith((site, "data:", "blob:"))
        ],
        "console errors": seen.errors,
    }
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("page", day_pages())
def test_a_day_page_is_a_small_file(page):
    assert (HTML / page).stat().st_size < 400_000


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


class Words(HTMLParser):
    """What a page says in its main part, folded or not, a line for each block."""

    INLINE = ("a", "abbr", "b", "cite", "code", "em", "i", "span", "strong", "sub", "sup")
    SILENT = ("script", "style")

    def __init__(self, page):
        super().__init__()
        self.text, self.main, self.silent = "", 0, 0
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.main += tag == "main"
        self.silent += tag in self.SILENT
        self.text += "" if tag in self.INLINE else "\n"

    def handle_endtag(self, tag):
        self.main -= tag == "main"
        self.silent -= tag in self.SILENT

    def handle_data(self, data):
        if self.main and not self.silent:
            self.text += data


@pytest.mark.parametrize("page", pages())
def test_a_page_shows_no_raw_markup(page):
    text = Words(HTML / page).text
    assert len(text.split()) > 10
    assert not re.findall(r"\{[a-z:-]+\}`|^:{3,}(?: *\{|$)|^```", text, flags=re.M)


def test_a_page_works_from_a_folder(browser):
    seen = Visit(browser, (HTML / "index.html").as_uri())
    try:
        assert seen.errors == []
        assert not [url for url in seen.requests if url.startswith("http")]
    finally:
        seen.close()
