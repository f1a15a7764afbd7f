"""Code without the spans that change nothing: names and punctuation look like plain text.

They would be a quarter of a page's HTML. That the themes give them no colour is tested on the built
style sheet.
"""

from __future__ import annotations

from pygments.formatters import HtmlFormatter
from pygments.token import Name, Punctuation, Whitespace, _TokenType
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

PLAIN = (Name, Punctuation, Whitespace)


class CodeFormatter(HtmlFormatter):
    """HTML of highlighted code, without spans for what is plain."""

    def _get_css_classes(self, token: _TokenType) -> str:
        return "" if token in PLAIN else super()._get_css_classes(token)


def setup(app: Sphinx) -> dict[str, bool]:
    PygmentsBridge.html_formatter = CodeFormatter
    return {"parallel_read_safe": True, "parallel_write_safe": True}
