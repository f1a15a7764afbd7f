"""Text files get LF, no space at line ends, and one newline at the end."""

from __future__ import annotations

from pathlib import Path

from tools.tidy_text import main, tidy


def test_line_ends_spaces_and_last_newline() -> None:
    assert tidy("a  \r\nb\t\n\n\n") == "a\nb\n"
    assert tidy("a") == "a\n"
    assert tidy("") == ""
    assert tidy("a\n\nb\n") == "a\n\nb\n"


def test_a_tidy_file_is_left_alone_and_another_is_rewritten(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"x \n")
    assert main([str(path)]) == 1
    assert path.read_bytes() == b"x\n"
    assert main([str(path)]) == 0
