"""The recorded terminal: the screen is understood, the picture is plain SVG, twice the same."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
pytest.importorskip("pty")

from record_terminal import record
from terminal.picture import svg
from terminal.screen import Screen


def test_lines_are_overwritten_in_place():
    screen = Screen(20, 5)
    screen.feed("above\r\none\r\ntwo\r\n\x1b[2A\rnew\x1b[K\r\n\x1b[J")
    assert screen.text() == "above\nnew\n"


def test_control_sequences_may_come_in_pieces():
    screen = Screen(20, 5)
    for piece in ("a\x1b", "[1;3", "2mb", "\x1b[0mc"):
        screen.feed(piece)
    assert screen.text() == "abc"
    assert [style.colour for _, style in screen.lines[0]] == ["", "green", ""]


def test_long_lines_break_and_the_cursor_stays_on_the_screen():
    screen = Screen(4, 2)
    screen.feed("abcdef\r\nx\r\n\x1b[9A\rY")
    assert screen.text() == "abcd\nef\nY\n"


def test_a_picture_is_svg_with_a_title_and_no_address():
    screen = Screen(20, 3)
    screen.feed("a < b   c & d\r\n")
    tree = ET.fromstring(svg(screen, "A & B"))
    text = [element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert text == ["a < b", "c & d"]
    assert "A & B" in "".join(tree.itertext())


def test_the_recording_shows_what_the_page_says_and_is_the_same_twice(tmp_path):
    first = record(tmp_path / "one")
    again = record(tmp_path / "two")
    for a, b in zip(first, again):
        assert a.read_bytes() == b.read_bytes()
    wrong, passed = ("".join(ET.parse(path).getroot().itertext()) for path in first)
    assert "not yet right" in wrong
    assert "the prompt asks for the mean" in wrong
    assert "Hint 1 for d01.1" in passed
    assert "Press n for d01.2" in passed
