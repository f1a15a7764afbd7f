"""Markdown and formulas as text, wrapping, and painting."""

import io
import re

import pytest

from u30.cli.markdown import inline, markdown
from u30.cli.maths import maths, to_ascii
from u30.cli.paint import paint
from u30.cli.spans import cells, cut, length, plain, text_of, wrap
from u30.cli.terminal import Terminal
from u30.learn.parse import load_all


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\frac{p - \mathbb 1_y}{N}", "(p - 1_y)/N"),
        (r"\frac1N \sum_{n} \log p_{n,\,y_n}", "1/N Σ_n log p_(n, y_n)"),
        (r"h_t = \tanh(x_t W_{xh} + h_{t-1})", "h_t = tanh(x_t W_xh + h_(t-1))"),
        (r"W_{hh}^\top (1 - h^2) \le 1", "W_hhᵀ (1 - h²) ≤ 1"),
        (r"\frac{\partial L}{\partial a_t}", "∂L/∂a_t"),
        (r"\sqrt{d_k} \cdot \sqrt 2", "√(d_k) · √2"),
        (r"\Big(x\Big) \odot \texttt{a[t]}", "(x) ⊙ a[t]"),
        (r"p^{(\tau)} \propto \exp(z / \tau)", "p^(τ) ∝ exp(z / τ)"),
        (r"\underbrace{a b}_{\text{why}} + \unknown{c}", "a b [why] + unknownc"),
        (r"\{x\}", "{x}"),
        (r"\lfloor (H - z)/s \rfloor", "⌊ (H - z)/s ⌋"),
        (r"\frac{1}", "1/()"),
        ("", ""),
    ],
)
def test_formulas_become_text(tex, text):
    assert maths(tex) == text


@pytest.mark.parametrize("width", [30, 50, 79])
def test_every_text_of_the_course_fits_the_width(width):
    for exercise in load_all():
        for source in (exercise.prompt, exercise.after, *exercise.hints):
            for line in markdown(source, width):
                code = any(style == "python" for _, style in line)
                assert length(line) <= width or code, text_of(line)
                assert "$" not in text_of(line)
                assert "\\" not in text_of(line) or code


@pytest.mark.parametrize("ticks", [False, True])
def test_wrapping_loses_no_word(ticks):
    for exercise in load_all():
        prompt = "\n".join(row for row in exercise.prompt.splitlines() if row[:1] != "|")
        wide = plain(markdown(prompt, 2000, ticks)).split()
        narrow = plain(markdown(prompt, 40, ticks)).split()
        assert "".join(wide) == "".join(narrow)


def test_code_keeps_its_ticks_where_there_is_no_colour():
    assert text_of(inline("a `b * c * d` e")) == "a b * c * d e"
    assert text_of(inline("a `b * c * d` e", ticks=True)) == "a `b * c * d` e"


def test_long_words_are_cut_and_not_lost():
    lines = wrap([("a " + "x" * 50, "")], 20, [("  ", "")])
    assert all(length(line) <= 20 for line in lines)
    assert sum(text_of(line).count("x") for line in lines) == 50


def test_wide_characters_take_two_cells():
    assert cells("日本") == 4
    assert cells("e\u0301") == 1
    assert text_of(cut([("日本語", "")], 5)) == "日本…"
    assert all(length(line) <= 9 for line in wrap([("日本語 " * 5, "")], 9))


def test_narrow_tables_become_lists():
    source = "| a long name | type | meaning |\n|---|---|---|\n| `x` | whole number | what it is |"
    assert plain(markdown(source, 24)) == "- x: whole number; what\n  it is"


def test_an_item_of_several_lines_is_one_text():
    assert plain(markdown("- one\n  item\n- two", 40)) == "- one item\n- two"


def test_numbered_lists_hang():
    assert plain(markdown("1. one two three\n2. four", 12)) == "1. one two\n   three\n2. four"


def test_ascii_has_a_word_for_every_sign_of_the_course():
    for exercise in load_all():
        for source in (exercise.prompt, exercise.after, *exercise.hints):
            text = plain(markdown(source, 79))
            assert to_ascii(text).count("?") == text.count("?")


def test_paint_without_colours_is_text_alone():
    lines = [[("x", "ok"), (" y", "python")]]
    assert paint(lines, Terminal(io.StringIO())) == ["x y"]
    assert paint([[("✓", "ok")]], Terminal(io.StringIO(), unicode=False)) == ["?"]


def test_paint_with_colours_keeps_the_text(monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    lines = [[("[bold]x[/] ", "ok"), ("x = 1  # [red]", "python")]]
    painted = paint(lines, Terminal(io.StringIO(), colour=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted[0]) == "[bold]x[/] x = 1  # [red]"
