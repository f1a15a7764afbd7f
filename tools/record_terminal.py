"""Record `u30` at work: the real command in a terminal of its own, as pictures for the book.

book/_build/terminal/watch_wrong.svg     a save with a typical mistake
book/_build/terminal/watch_passed.svg    a hint, and the save after it

Nothing is drawn by hand: when the command changes, the pictures do. Takes a few seconds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from terminal.picture import svg
from terminal.screen import Screen
from terminal.session import Session

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "book" / "_build" / "terminal"
U30 = [sys.executable, "-m", "u30.cli"]
SEED, COLUMNS, ROWS = "7", 84, 40
MISTAKE = """\
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).sum()
    p[rows, y] -= 1
    return loss, p
"""


def record(target: Path) -> list[Path]:
    """Write the pictures; return their paths."""
    from u30.learn.parse import load

    exercise = load("d01.1")
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "U30_COURSE")}
    environment |= {"TERM": "xterm", "COLORTERM": "", "PYTHONIOENCODING": "utf-8"}
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        quiet = {"check": True, "capture_output": True}
        subprocess.run([*U30, "init"], cwd=place, env=environment, **quiet)  # type: ignore[call-overload]
        folder = Path(place) / "u30-course"
        file = folder / "day01" / exercise.path.name
        starter = file.read_text(encoding="utf-8")
        head = starter.split("# %% your work\n")[0]
        screen = Screen(COLUMNS, ROWS)
        screen.feed("$ u30\r\n")
        with Session([*U30, "watch", "--seed", SEED], folder, screen, environment) as session:
            session.wait("to do")
            file.write_text(
                starter.replace('    raise NotImplementedError("your turn")\n', MISTAKE)
            )
            session.wait("not yet right")
            wrong = target / "watch_wrong.svg"
            _write(wrong, screen, "u30 names the mistake in an answer that was just saved")
            session.press("h")
            session.wait("Hint 1")
            file.write_text(f"{head}# %% your work\n{exercise.solution}", encoding="utf-8")
            session.wait("Press n for")
            del screen.lines[: _line(screen, "Hint 1") - 1]
            passed = target / "watch_passed.svg"
            _write(passed, screen, "u30 shows a hint, and that the exercise is passed")
    return [wrong, passed]


def _line(screen: Screen, text: str) -> int:
    return next(n for n, line in enumerate(screen.text().splitlines()) if text in line)


def _write(path: Path, screen: Screen, title: str) -> None:
    path.write_text(svg(screen, title), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", type=Path, default=TARGET, help="folder for the pictures")
    for path in record(parser.parse_args().target):
        print(f"{os.path.relpath(path)}: {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
