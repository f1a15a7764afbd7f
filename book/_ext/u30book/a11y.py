"""Repairs to the theme's HTML: names that match what is seen, landmarks, pictures with a size.

Each page is repaired as it is written, so a rebuild touches only pages that have changed.
Applying the repairs twice changes nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from sphinx.application import Sphinx

from u30book.assets import on_page_html

Size = tuple[int, int] | None

# Before the first paint: the theme the reader will see, so that a dark page does not flash white.
THEME_SCRIPT = re.compile(
    r"document\.documentElement\.dataset\.theme = localStorage\.getItem[^;]*;"
)
EARLY_THEME = (
    'document.documentElement.dataset.theme = {light: "light", dark: "dark"}'
    "[document.documentElement.dataset.mode]"
    ' || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");'
)
# Formulas keep their room, unseen, until MathJax has drawn them; or for some seconds if it cannot.
WAIT_FOR_MATHS = (
    ' document.documentElement.classList.add("u30-maths-wait");'
    ' setTimeout(() => document.documentElement.classList.remove("u30-maths-wait"), 9000);'
)
FOOTER = '<footer class="bd-footer-content">'
REPAIRS = (
    (THEME_SCRIPT, EARLY_THEME),
    # Without scripts, a live demo is its description, and needs no room.
    (
        re.compile(r"\.pst-js-only \{ display: none !important; \}(?! \.u30)"),
        ".pst-js-only { display: none !important; } .u30-live { min-height: 0 !important; }",
    ),
    (re.compile(r'(<html [^>]*data-theme=)"auto"'), r'\1"light"'),  # without scripts
    # A name that is not what the button says: the text is name enough.
    (re.compile(r'<summary aria-label="Toggle hidden content">'), "<summary>"),
    (
        re.compile(
            r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"([^>]*>.*?)'
            r'<span class="search-button__kbd-shortcut">',
            re.DOTALL,
        ),
        r'\1\2<span class="search-button__kbd-shortcut" aria-hidden="true">',
    ),
    # The sidebar's logo and search lie outside of any landmark.
    (
        re.compile(r'<div class="(sidebar-primary-items__start[^"]*)">'),
        r'<div class="\1" role="region" aria-label="Book">',
    ),
    # Buttons whose only content is an icon.
    (
        re.compile(r'(<button class="sidebar-toggle [^>]*title=)"Toggle primary sidebar"'),
        r'\1"Table of contents" aria-label="Table of contents"',
    ),
    (
        re.compile(r'(<button class="sidebar-toggle [^>]*title=)"Toggle secondary sidebar"'),
        r'\1"On this page" aria-label="On this page"',
    ),
    (
        re.compile(r'(<button onclick="toggleFullScreen\(\)"\s+class="[^"]*")(?! aria-label)'),
        r'\1 aria-label="Full screen"',
    ),
    # Roles that the bibliography's elements may not have, and a heading without words.
    (re.compile(r'<div role="list" class="citation-list">'), '<div class="citation-list">'),
    (re.compile(r' role="doc-biblioentry"'), ""),
    (re.compile(r"<th([^>]*)><p></p></th>"), r"<td\1></td>"),
    # Small pictures of the header: menus load theirs when they open, the logo has a size.
    (
        re.compile(r'(<span class="btn__icon-container">\s*<img) alt='),
        r'\1 loading="lazy" alt=',
    ),
    (
        re.compile(r'(<img src="[^"]*logo(?:-dark)?\.svg") class='),
        r'\1 width="98" height="32" class=',
    ),
    # Decoration is not read out.
    (
        re.compile(r'<(i|span) class="(fa[srb]? [^"]*|fa-(?:solid|brands) [^"]*)">'),
        r'<\1 class="\2" aria-hidden="true">',
    ),
    # Said twice, or for a service that the site does not use.
    (
        re.compile(r'<meta name="viewport"[^>]*>(?=.*<meta name="viewport")', re.DOTALL),
        "",
    ),
    (re.compile(r'[ \t]*<meta name="docsearch:[^>]*/>\n?'), ""),
)
DISPLAY_MATHS = re.compile(
    r'<div class="math notranslate nohighlight"([^>]*)>(.*?)</div>', re.DOTALL
)
TALL = re.compile(r"\\([dt]?frac|sum|prod|int|[bB]igg?|binom|(under|over)(set|brace))(?![a-z])")
IMAGE = re.compile(r"<img\b([^>]*?)\s*(/?)>")
SOURCE = re.compile(r'\ssrc="([^"]*)"')


def repair(html: str, size_of: Callable[[str], Size]) -> str:
    """Return the page without the theme's faults; `size_of(address)` knows the size of pictures."""
    for pattern, replacement in REPAIRS:
        html = pattern.sub(replacement, html)
    if 'class="math ' in html and WAIT_FOR_MATHS not in html:
        html = html.replace(EARLY_THEME, EARLY_THEME + WAIT_FOR_MATHS, 1)
    if 'class="bd-sidebar-secondary' not in html:
        # The theme's script looks for it on pages without contents, too.
        empty = '<div class="bd-sidebar-secondary" style="display:none"></div>\n'
        html = html.replace(FOOTER, empty + FOOTER, 1)
    html = DISPLAY_MATHS.sub(reserve_rows, html)
    head, middle, tail = html.partition('<article class="bd-article"')
    return head + middle + IMAGE.sub(lambda match: picture(match, size_of), tail)


def reserve_rows(match: re.Match[str]) -> str:
    """Say how high a formula will be, so that the page keeps room until it is drawn.

    A line with a fraction or a sum counts as one, a plain line as half of that.
    """
    attributes, body = match.groups()
    if "style=" in attributes:
        return match[0]
    lines = body.removesuffix(r"\]").split("\\\\")
    rows = sum(1.0 if TALL.search(line) else 0.5 for line in lines)
    style = f' style="--rows:{rows:g}"'
    return f'<div class="math notranslate nohighlight"{attributes}{style}>{body}</div>'


def picture(match: re.Match[str], size_of: Callable[[str], Size]) -> str:
    """Give a picture of the text its size, and let it load when it is needed."""
    attributes, slash = match.groups()
    source = SOURCE.search(attributes)
    extra = "" if "loading=" in attributes else ' loading="lazy" decoding="async"'
    if source and "width=" not in attributes and "width:" not in attributes:
        size = size_of(source[1])
        if size:
            extra += f' width="{size[0]}" height="{size[1]}"'
    return f"<img{attributes}{extra} {slash}>" if slash else f"<img{attributes}{extra}>"


def picture_size(path: Path) -> Size:
    """Return width and height of an SVG or PNG file in CSS pixels."""
    if path.suffix == ".png":
        head = path.read_bytes()[:24]
        return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    if path.suffix != ".svg":
        return None
    root = re.search(r"<svg\b[^>]*>", path.read_text("utf-8", errors="replace")[:4000])
    found = re.findall(r'\s(width|height)="([\d.]+)(pt|px|)"', root[0] if root else "")
    sizes = {name: float(value) * (4 / 3 if unit == "pt" else 1) for name, value, unit in found}
    if len(sizes) < 2:
        return None
    return round(sizes["width"]), round(sizes["height"])


def repair_page(app: Sphinx, html: str) -> str:
    images: dict[str, str] = app.builder.images

    def size_of(address: str) -> Size:
        name = unquote(address.rsplit("/", 1)[-1])
        for source, target in images.items():
            if target == name:
                path = Path(app.srcdir, source)
                return picture_size(path) if path.is_file() else None
        return None

    return repair(html, size_of)


def setup(app: Sphinx) -> None:
    on_page_html(app, repair_page)
