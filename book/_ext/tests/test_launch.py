"""Header buttons: run and download the exported notebook of whichever repository built the site."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from u30book.notebook_pages import ZIP, is_notebook, notebook_file, notebook_pages
from u30book.repository import Repository
from u30book.site_address import site_address

NOTEBOOK = """\
---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---

# A day

```{code-cell} ipython3
1 + 1
```
"""
BOOK = Path(__file__).resolve().parents[2]
SITE = BOOK / "_build" / "html" / "notebooks"


def build(folder: Path) -> Path:
    """Build a site of one notebook and one plain page, as Jupyter Book sets it up."""
    source, target = folder / "book", folder / "html"
    (source / "days").mkdir(parents=True)
    (source / "days" / "day01_first.md").write_text(NOTEBOOK)
    (source / "index.md").write_text("# Welcome\n\n```{toctree}\ndays/day01_first\n```\n")
    settings = {
        "extensions": ["myst_nb", "sphinx_thebe", "sphinx_book_theme", "u30book.launch"],
        "html_theme": "sphinx_book_theme",
        "html_title": "30u30",
        "html_theme_options": {
            "repository_url": "https://github.com/nobody/nothing",
            "use_repository_button": True,
            "launch_buttons": {"notebook_interface": "jupyterlab"},
        },
        "nb_execution_mode": "off",
    }
    doctrees = folder / "doctrees"
    Sphinx(source, None, target, doctrees, "html", settings, status=None, warning=None).build()
    return target


def parse(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_REPOSITORY", "Ada/fork")
        patch.delenv("U30_SITE_URL", raising=False)
        return build(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def day(site):
    return BeautifulSoup(
        (site / "days/day01_first.html").read_text(encoding="utf-8"), "html.parser"
    )


@pytest.fixture(scope="module")
def welcome(site):
    return parse(site / "index.html")


def links(page, group):
    return {link.get_text(strip=True): link["href"] for link in page.select(f".{group} a")}


def test_notebook_pages_open_the_exported_notebook_of_the_fork(day):
    colab, binder = links(day, "dropdown-launch-buttons").values()
    file = notebook_file("days/day01_first")
    assert colab == f"https://colab.research.google.com/github/Ada/fork/blob/notebooks/{file}"
    assert urlparse(binder).path == "/v2/gh/Ada/fork/notebooks"
    assert parse_qs(urlparse(binder).query) == {"urlpath": [f"lab/tree/{file}"]}


def test_downloads_are_the_notebook_the_source_and_everything(day, site):
    found = links(day, "dropdown-download-buttons")
    assert found["Notebook (.ipynb)"] == "../notebooks/day01_first.ipynb"
    assert found["All notebooks (.zip)"] == f"../notebooks/{ZIP}"
    source = site / "days" / found["Page source (.md)"]
    assert source.resolve().read_text(encoding="utf-8") == NOTEBOOK
    assert "window.print()" in str(day.select_one(".dropdown-download-buttons button[onclick]"))


def test_every_button_has_a_name(day, welcome):
    for page in (day, welcome):
        buttons = page.select(".article-header-buttons a, .article-header-buttons button")
        assert len(buttons) > 3
        for button in buttons:
            name = button.get_text(strip=True) or button.get("aria-label") or button.get("title")
            assert name, button


def test_other_buttons_stay(day, welcome):
    for page in (day, welcome):
        header = page.select_one(".article-header-buttons")
        assert header.select_one(".btn-fullscreen-button")
        assert header.select_one(".theme-switch-button")
        assert header.select_one(".search-button")
        repository = header.select_one(".btn-source-repository-button")
        assert repository["href"] == "https://github.com/Ada/fork"


def test_pages_that_are_no_notebooks_have_no_launch_buttons(welcome):
    assert not welcome.select(".dropdown-launch-buttons")
    assert list(links(welcome, "dropdown-download-buttons")) == [".md"]


def test_thebe_is_gone(day, welcome):
    for page in (day, welcome):
        assert "thebe_selector" not in str(page) and "THEBE" not in str(page)
        assert not page.select('script[type="text/x-thebe-config"]')
        assert not re.search(r"(src|href)=\"[^\"]*sphinx-thebe", str(page))


def test_the_public_address_is_that_of_the_fork(day):
    canonical = day.select_one('link[rel="canonical"]')["href"]
    assert canonical == "https://ada.github.io/fork/days/day01_first.html"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Ada/fork", "https://ada.github.io/fork/"),
        ("ada/Ada.github.io", "https://ada.github.io/"),
    ],
)
def test_site_address(name, address, monkeypatch):
    monkeypatch.delenv("U30_SITE_URL", raising=False)
    assert site_address(Repository(name, "main")) == address


def test_a_chosen_site_address_wins(monkeypatch):
    monkeypatch.setenv("U30_SITE_URL", "https://example.org/course")
    assert site_address(Repository("a/b", "main")) == "https://example.org/course/"


def test_notebook_pages_are_those_with_a_kernel(tmp_path):
    (tmp_path / "a.md").write_text(NOTEBOOK)
    (tmp_path / "b.md").write_text("# Plain\n\nkernelspec: none\n")
    (tmp_path / "_toc.yml").write_text("root: b\nparts:\n- chapters:\n  - file: a\n  - file: c\n")
    assert notebook_pages(tmp_path) == ["a"]
    assert not is_notebook(tmp_path / "b.md")


def test_names_of_exported_notebooks_are_unique():
    names = [notebook_file(page) for page in notebook_pages(BOOK)]
    assert len(names) == len(set(names))


@pytest.mark.site
@pytest.mark.skipif(not SITE.is_dir(), reason="the site is not built")
def test_every_button_of_the_built_site_leads_to_an_exported_file():
    for name in notebook_pages(BOOK):
        html = SITE.parent / f"{name}.html"
        page = parse(html)
        for address in links(page, "dropdown-launch-buttons").values():
            assert (BOOK / "_build" / "notebooks" / address.rpartition("/")[2]).is_file(), address
        for address in links(page, "dropdown-download-buttons").values():
            assert (html.parent / address).is_file(), address
