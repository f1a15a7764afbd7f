"""Header buttons of a notebook page: open it in Colab or Binder, download it, print it.

The theme's own launch buttons open the MyST source. These open the exported notebook instead, on
the generated branch of whichever repository the site was built from. Everything else in the header
(fullscreen, repository, theme, search) stays as the theme made it. sphinx-thebe, which Jupyter Book
always switches on, is switched off: its script fails on every page and nothing here uses it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from .notebook_pages import (
    FOLDER,
    ZIP,
    binder_address,
    colab_address,
    is_notebook,
    notebook_file,
)
from .repository import Repository, find_repository
from .site_address import site_address

LAUNCH, DOWNLOAD = "launch-buttons", "download-buttons"  # the theme's names of its two groups


def repository_of(app: Sphinx) -> Repository:
    return find_repository(Path(app.srcdir))


def launch_group(repository: Repository, file: str) -> dict[str, Any]:
    """The group of buttons that run the page's notebook somewhere else."""
    colab = colab_address(repository, file)
    binder = binder_address(repository, file)
    return _group(
        LAUNCH,
        "Run this page as a notebook",
        "fas fa-rocket",
        _link("Open in Colab", colab, "_static/images/logo_colab.png", "launch-colab"),
        _link("Open in Binder", binder, "_static/images/logo_binder.svg", "launch-binder"),
    )


def download_group(notebook: str, source: str, archive: str) -> dict[str, Any]:
    """The group of buttons that save or print the page; the addresses are relative to it."""
    return _group(
        DOWNLOAD,
        "Download this page",
        "fas fa-download",
        _link("Notebook (.ipynb)", notebook, "fas fa-code", "download-notebook-button"),
        _link("Page source (.md)", source, "fas fa-file", "download-source-button"),
        {
            "type": "javascript",
            "javascript": "window.print()",
            "text": "Print or save as PDF",
            "tooltip": "Print or save as PDF",
            "icon": "fas fa-file-pdf",
            "label": "download-pdf-button",
        },
        _link("All notebooks (.zip)", archive, "fas fa-file-archive", "download-all-button"),
    )


def _group(label: str, tooltip: str, icon: str, *buttons: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "group",
        "label": label,
        "tooltip": tooltip,
        "icon": icon,
        "buttons": list(buttons),
    }


def _link(text: str, url: str, icon: str, label: str) -> dict[str, Any]:
    return {
        "type": "link",
        "text": text,
        "tooltip": text,
        "url": url,
        "icon": icon,
        "label": label,
    }


def rewrite_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give notebook pages our launch and download groups; other pages get no launch group."""
    if "header_buttons" not in context:
        return
    buttons = [button for button in context["header_buttons"] if button.get("label") != LAUNCH]
    page = Path(app.srcdir) / f"{pagename}.md"
    if page.is_file() and is_notebook(page):
        to, file = context["pathto"], notebook_file(pagename)
        downloads = download_group(
            notebook=to(f"{FOLDER}/{file}", 1),
            source=to(f"_sources/{context.get('sourcename') or f'{pagename}.md'}", 1),
            archive=to(f"{FOLDER}/{ZIP}", 1),
        )
        buttons = [downloads if button.get("label") == DOWNLOAD else button for button in buttons]
        buttons.insert(0, launch_group(repository_of(app), file))
    context["header_buttons"] = buttons


def drop_thebe_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave sphinx-thebe's style sheet and script out of the page."""
    for kind in ("css_files", "script_files"):
        if kind in context:
            context[kind] = [file for file in context[kind] if not _is_thebe(file)]


def _is_thebe(file: Any) -> bool:
    name = str(getattr(file, "filename", None) or file or "")
    body = str(getattr(file, "attributes", {}).get("body", ""))
    return "thebe" in name.lower() or "THEBE" in body


def disconnect_thebe(app: Sphinx, config: Any) -> None:
    """Keep sphinx-thebe from adding its scripts to the site and its settings to every page."""
    for listeners in app.events.listeners.values():
        for listener in list(listeners):
            if getattr(listener.handler, "__module__", "") == "sphinx_thebe":
                app.disconnect(listener.id)


def point_at_this_repository(app: Sphinx, config: Any) -> None:
    """Let the theme's own buttons and the page's public address follow the repository, too."""
    repository = repository_of(app)
    options = config.html_theme_options
    options["repository_url"] = repository.url
    options["repository_branch"] = repository.branch
    address = site_address(repository)
    config.html_baseurl = config.html_baseurl or address
    if "ogp_site_url" in config:
        config.ogp_site_url = config.ogp_site_url or address
        config.ogp_site_name = config.ogp_site_name or config.html_title


def setup(app: Sphinx) -> None:
    app.connect("config-inited", point_at_this_repository)
    app.connect("config-inited", disconnect_thebe)
    app.connect("html-page-context", rewrite_buttons, priority=900)
    app.connect("html-page-context", drop_thebe_files, priority=900)
