"""Highlighted code has spans only where a colour needs one."""

import re
from pathlib import Path

import pytest
from pygments import highlight
from pygments.lexers import PythonLexer

from u30book.code_spans import CodeFormatter

STYLES = Path(__file__).resolve().parents[2] / "_build" / "html" / "_static" / "pygments.css"
CODE = "def f(x):\n    return x[0] + 1  # the first\n"


def test_the_text_is_the_same_to_the_last_character():
    html = highlight(CODE, PythonLexer(), CodeFormatter())
    assert re.sub(r"<[^>]+>", "", html).strip() == CODE.strip()


def test_names_and_punctuation_have_no_span_and_the_rest_has():
    html = highlight(CODE, PythonLexer(), CodeFormatter())
    assert not re.search(r'class="[npw]"', html)
    assert {"k", "nf", "o", "mi", "c1"} <= set(re.findall(r'<span class="(\w+)">', html))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_gives_them_the_colour_of_plain_text(theme):
    if not STYLES.is_file():
        pytest.skip("the site is not built")
    rules = re.findall(
        rf'html\[data-theme="{theme}"\] \.highlight ?(\.\w+)? \{{ ([^}}]*) \}}', STYLES.read_text()
    )
    looks = {name: re.sub(r"background: #\w+; ", "", rule) for name, rule in rules}
    assert looks[""].startswith("color: #")
    assert looks[".n"] == looks[".p"] == looks[".w"] == looks[""]
