"""What a page loads: everything from this site, nothing that it does not use.

tools/fetch_web.py has put MathJax and plotly.js into build/web/static; that folder is a second
static path, whose files are served without being linked on every page. Here we

- point Sphinx's maths at our own MathJax (only pages with formulas load it),
- take out scripts and styles that a page does not use, and defer the others,
- cut the theme's icon font down to the icons that occur in the built site,
- write index.html, so that the bare address shows the first page.
"""

from __future__ import annotations

import hashlib
import logging as std_logging
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pydata_sphinx_theme
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
std_logging.getLogger("fontTools.subset").setLevel("WARNING")
HERE = Path(__file__).resolve().parent
WEB = HERE.parents[2] / "build" / "web" / "static"
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"

# Scripts of the search page; the theme loads them (and the whole index) everywhere.
SEARCH_SCRIPTS = ("searchtools.js", "language_data.js", "searchindex.js")
# Scripts that nothing of ours needs.
UNUSED_SCRIPTS = ("fontawesome.js", "sphinx-thebe.js", "require.min.js")
# Scripts that may run when the page has been read. doctools.js is not one: the search page
# breaks when it comes late.
LATE_SCRIPTS = (
    "design-tabs.js",
    "sphinx-book-theme.js",
    "sphinx_highlight.js",
    "togglebutton.js",
)
# Files that only pages with a certain text in their HTML need; None: no page does.
ONLY_WITH = {
    "sphinx-thebe.css": None,
    "sphinx-design.min.css": 'class="sd-',
    "design-style": 'class="sd-',
    "design-tabs.js": "sd-tab",
    "proof.css": 'class="proof',
    "exercise.css": 'class="exercise',
    "clipboard.min.js": None,
    "copybutton": None,  # copy.js says what it did, and has a visible focus
    "copy.js": 'class="highlight',
    "reading.css": 'class="highlight',
    "mathjax_start.js": 'class="math ',
    "progress_page.css": 'class="u30-part',
}
SCRIPT = re.compile(r'[ \t]*<script\b([^>]*)\ssrc="([^"]*)"([^>]*)></script>\n?')
STYLE = re.compile(r'[ \t]*<link\b[^>]*\shref="([^"]*\.css[^"]*)"[^>]*/?>\n?')
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:{1,2}before,?)+)\{content:"([^"]*)"\}')
ICON_NAME = re.compile(r"\bfa-[a-z0-9-]+")
# An icon in a style sheet: written as \f005, or as the (private use) character itself.
CODE_POINT = re.compile(r'"\\([ef][0-9a-f]{3})"', re.IGNORECASE)
CHARACTER = re.compile("[\ue000-\uf8ff]")


def on_page_html(app: Sphinx, change: Callable[[Sphinx, str], str]) -> None:
    """Have `change(app, html)` called for each page that is written, after its template."""

    def wrap(app: Sphinx) -> None:
        if app.builder.format != "html":
            return
        templates: Any = app.builder.templates
        render = templates.render

        def rendered(template: str, context: dict[str, Any]) -> str:
            text = render(template, context)
            return change(app, text) if "<!doctype html" in text[:200].lower() else text

        templates.render = rendered

    app.connect("builder-inited", wrap)


def file_name(address: str) -> str:
    """Return the bare name of the file that an address in the page names."""
    return address.split("?")[0].rsplit("/", 1)[-1]


def is_used(name: str, body: str) -> bool:
    """Say whether a page with this HTML needs the file."""
    for part, sign in ONLY_WITH.items():
        if name.startswith(part):
            return sign is not None and sign in body
    return True


def lighten(html: str) -> str:
    """Take out scripts and styles that the page does not need; defer those that can wait."""
    body = html[html.find("<body") :]
    is_search = 'id="search-results"' in body

    def script(match: re.Match[str]) -> str:
        before, address, after = match.groups()
        name = file_name(address)
        unused = name in UNUSED_SCRIPTS or (name in SEARCH_SCRIPTS and not is_search)
        if unused or not is_used(name, body):
            return ""
        if name in LATE_SCRIPTS and "defer" not in before + after:
            return match[0].replace("<script", '<script defer="defer"', 1)
        return match[0]

    def style(match: re.Match[str]) -> str:
        return match[0] if is_used(file_name(match[1]), body) else ""

    return STYLE.sub(style, SCRIPT.sub(script, html))


# Icons ---------------------------------------------------------------------------------------


def icons_in_use(texts: Iterable[str]) -> set[str]:
    """Return the names of all icons that occur in the texts."""
    return {name for text in texts for name in ICON_NAME.findall(text)}


def trim_icon_rules(css: str, names: set[str]) -> str:
    """Return the theme's style sheet without the rules of icons that are not in use."""

    def rule(match: re.Match[str]) -> str:
        kept = [part for part in match[1].split(",") if part.strip(".").split(":")[0] in names]
        return f'{",".join(kept)}{{content:"{match[2]}"}}' if kept else ""

    css = ICON_RULE.sub(rule, css)
    return re.sub(r',url\([^)]*\.ttf\) format\("truetype"\)', "", css)


def code_points(css: str) -> set[int]:
    """Return the icons that a style sheet draws."""
    written = {int(code, 16) for code in CODE_POINT.findall(css)}
    return written | {ord(character) for character in CHARACTER.findall(css)}


def subset_font(font: Path, target: Path, codes: set[int]) -> None:
    """Write the font with only the given characters as woff2, unless it is there already."""
    text = ",".join(f"{code:x}" for code in sorted(codes)) + font.name
    key = hashlib.sha256(text.encode() + font.read_bytes()).hexdigest()[:16]
    cached = target.parent.parent / f"{key}.woff2"
    if not cached.is_file():
        from fontTools import subset

        cached.parent.mkdir(parents=True, exist_ok=True)
        options = subset.Options(flavor="woff2", layout_features=[], notdef_outline=True)
        options.desubroutinize = True
        loaded = subset.load_font(str(font), options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(loaded)
        subset.save_font(loaded, str(cached), options)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(cached, target)


def trim_icons(app: Sphinx) -> None:
    """Cut the icon fonts and their style sheet down to what the built site uses."""
    static = Path(app.outdir) / "_static"
    css_path = static / "styles" / "pydata-sphinx-theme.css"
    if not css_path.is_file():
        return
    scripts = [*static.glob("*.js"), *static.glob("scripts/*theme.js")]
    pages = [*Path(app.outdir).rglob("*.html"), *scripts]
    names = icons_in_use(path.read_text("utf-8", errors="replace") for path in pages)
    source = (THEME / "styles" / "pydata-sphinx-theme.css").read_text("utf-8")
    css = trim_icon_rules(source, names)
    write_if_changed(css_path, css)

    sheets = [css, *(path.read_text("utf-8") for path in static.rglob("*.css") if path != css_path)]
    codes = set().union(*map(code_points, sheets))
    fonts, out = THEME / "vendor/fontawesome/webfonts", static / "vendor/fontawesome/webfonts"
    for font in sorted(fonts.glob("*.woff2")):
        small = Path(app.doctreedir).parent / "icons" / "site" / font.name
        subset_font(font, small, codes)
        shutil.copyfile(small, out / font.name)
        (out / font.name).with_suffix(".ttf").unlink(missing_ok=True)
    for unused in static.glob("scripts/fontawesome.js*"):
        unused.unlink()


# Sphinx --------------------------------------------------------------------------------------


def write_if_changed(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def look(app: Sphinx) -> str:
    """A hash of our scripts and styles. Without it, Sphinx would not notice that one changed."""
    folders = (Path(app.confdir) / "_static", HERE / "static", HERE / "live", HERE / "web")
    digest = hashlib.sha256()
    for path in sorted(file for folder in folders for file in folder.glob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def configure(app: Sphinx, config: Any) -> None:
    """Serve what tools/fetch_web.py fetched, and point Sphinx's maths at it."""
    config.u30_look = look(app)
    web = Path(config.u30_web or WEB)
    if web.is_dir():
        config.html_static_path.append(str(web))
    else:
        logger.warning(
            "%s is missing: run `python tools/fetch_web.py` before the book is built",
            web,
            type="u30book",
            subtype="web",
        )
    config.mathjax_path = "mathjax_start.js"
    config.mathjax_options = {"defer": "defer"}

    options = config.html_theme_options
    options.setdefault("navbar_persistent", [])  # the sidebar and the page's header have the search
    options.setdefault("primary_sidebar_end", [])  # room for advertisements elsewhere
    if (Path(app.confdir) / "_static" / "logo-dark.svg").is_file():
        images = {"image_light": "_static/logo.svg", "image_dark": "_static/logo-dark.svg"}
        options.setdefault("logo", images)
    config.html_context.setdefault("default_mode", "auto")


def write_index(app: Sphinx) -> None:
    """Give the site an index page: a copy of the first page, if the first page has another name."""
    out, root = Path(app.outdir), app.config.root_doc
    if app.builder.name == "html" and root != "index" and (out / f"{root}.html").is_file():
        write_if_changed(out / "index.html", (out / f"{root}.html").read_text("utf-8"))


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        trim_icons(app)
        write_index(app)


def setup(app: Sphinx) -> None:
    app.add_config_value("u30_web", "", "html")
    app.add_config_value("u30_look", "", "html")  # pages are written again when it changes
    app.setup_extension("u30book.element")
    app.add_css_file("reading.css")
    app.add_css_file("print.css", media="print")
    app.add_js_file("copy.js", loading_method="defer")
    app.connect("config-inited", configure)
    on_page_html(app, lambda _, html: lighten(html))
    app.connect("build-finished", finish, priority=900)
