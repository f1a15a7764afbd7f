"""Watch mode, driven through a pseudo-terminal as a learner would."""

import os
import re
import select
import signal
import struct
import subprocess
import sys
import time

import pytest

from u30.cli.workspace import starter_file
from u30.learn.parse import load
from u30.learn.state import State

pty = pytest.importorskip("pty")
import fcntl  # noqa: E402
import termios  # noqa: E402

FIRST = load("d01.1")
SUM = """
def softmax_xent(logits, y):
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    loss = 0
    for i, right in enumerate(y):
        loss = loss - np.log(p[i, right])
        p[i, right] -= 1
    return loss, p
"""
ENDLESS = "\ndef softmax_xent(logits, y):\n    while True:\n        pass\n"
RIGHT = starter_file(FIRST).split("# %% your work")[0] + FIRST.solution
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Session:
    """`u30` in a terminal of its own."""

    def __init__(self, folder, *arguments, columns=80, rows=24, **environment):
        self.folder = folder
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        env |= {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "u30.cli", *arguments],
            cwd=folder,
            env=env,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.raw = ""
        self.seen = 0

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.raw += os.read(self.master, 65536).decode("utf-8", "replace")
            except OSError:  # the other side is closed
                time.sleep(0.01)

    def wait(self, text, seconds=20):
        """Wait until this text comes, after what was waited for before; return what came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            plain = ESCAPES.sub("", self.raw)
            found = plain.find(text, self.seen)
            if found >= 0:
                came = plain[self.seen : found + len(text)]
                self.seen = found + len(text)
                return came
            self.read(0.05)
        raise AssertionError(f"{text!r} did not come; the end was:\n{plain[-1500:]}")

    def press(self, keys):
        os.write(self.master, keys.encode())

    def save(self, text, name="ex1_softmax_cross_entropy.py"):
        (self.folder / "day01" / name).write_text(text, encoding="utf-8")

    def end(self, seconds=10):
        """Wait for the end; the exit code. The terminal must be as it was."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        code = self.process.poll()
        self.read(0.05)
        assert termios.tcgetattr(self.slave)[3] == self.before[3], "echo and lines are back"
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "u30-course"
    done = subprocess.run(
        [sys.executable, "-m", "u30.cli", "init"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def start(course):
    sessions = []

    def begin(*arguments, **options):
        sessions.append(Session(course, *arguments, **options))
        return sessions[-1]

    yield begin
    for session in sessions:
        session.close()


def test_a_save_brings_a_verdict_and_q_leaves(start, course):
    u30 = start()
    assert "coin flip" in u30.wait("to do")
    u30.wait("waiting for a save")
    u30.save(SUM)
    assert "prompt asks for the mean" in u30.wait("comes first until it passes")
    u30.save("def softmax_xent(:\n")
    u30.wait("SyntaxError")
    u30.save(RIGHT)
    u30.wait("Press n for d01.2")
    u30.press("q")
    assert u30.end() == 0
    assert "Traceback" not in u30.raw
    assert "\x1b[?1049" not in u30.raw, "no second screen"
    assert "\x1b[2J" not in u30.raw, "what was on the screen stays"
    assert State(course / ".u30" / "state.json").entry("d01.1").done


def test_a_save_during_a_check_starts_it_again(start):
    u30 = start()
    u30.wait("to do")
    u30.save(ENDLESS)
    u30.wait("running; a save starts it again")
    began = time.monotonic()
    u30.save(RIGHT)
    u30.wait("Press n for d01.2")
    assert time.monotonic() - began < 4, "the time limit is 5 seconds"
    u30.press("q")
    assert u30.end() == 0


def test_hints_come_one_by_one_and_the_solution_asks_once(start, course):
    u30 = start()
    u30.wait("to do")
    for number, after in ((1, "2 more"), (2, "1 more"), (3, "the last one")):
        u30.press("h")
        u30.wait(f"Hint {number} for d01.1, {after}")
    u30.press("h")
    u30.wait("That was the last hint")
    u30.press("s")
    assert "log_p" not in u30.wait("Press s again")
    u30.press("s")
    u30.wait("A solution of d01.1")
    u30.wait("log_p = s")
    u30.press("q")
    assert u30.end() == 0
    entry = State(course / ".u30" / "state.json").entry("d01.1")
    assert (entry.hints, entry.helped) == (3, True)
    assert entry.review


def test_reset_keeps_the_answer_and_undo_brings_it_back(start, course):
    path = course / "day01" / FIRST.path.name
    path.write_text(RIGHT)
    u30 = start()
    u30.wait("Press n for")
    u30.press("r")
    u30.wait("to do")
    u30.wait("The starter is back")
    assert path.read_text(encoding="utf-8") == starter_file(FIRST)
    u30.press("u")
    u30.wait("Your version from before is back")
    assert path.read_text() == RIGHT
    u30.press("q")
    assert u30.end() == 0


def test_next_list_and_other_files(start, course):
    u30 = start()
    u30.wait("to do")
    u30.press("n")
    u30.wait("d01.2  The network reads")
    u30.press("l")
    u30.wait("A sampler with a broken knob")
    four = course / "day01" / "ex4_temperature.py"
    four.write_text(four.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    u30.wait("d01.4  A sampler with a broken knob")
    u30.wait("not yet right")
    subprocess.run([sys.executable, "-m", "u30.cli", "goto", "1.3"], cwd=course, check=True,
                   capture_output=True)  # fmt: skip
    u30.wait("d01.3  Blame flows backwards")
    u30.press("q")
    assert u30.end() == 0
    assert State(course / ".u30" / "state.json").current == "d01.3"


def test_resize_draws_again_in_the_new_width(start):
    u30 = start()
    u30.wait("to do")
    u30.save(SUM)
    u30.wait("try 1")
    u30.resize(50, 20)
    u30.process.send_signal(signal.SIGWINCH)
    came = u30.wait("h hint")
    assert max(map(len, came.splitlines())) < 50
    u30.press("q")
    assert u30.end() == 0


def test_a_tall_verdict_is_cut_to_the_screen(start):
    u30 = start(rows=10)
    u30.wait("to do")
    u30.save(SUM)
    u30.wait("try 1")
    for up in re.findall(r"\x1b\[(\d+)A", u30.raw):
        assert int(up) < 10
    u30.press("q")
    assert u30.end() == 0


def test_ctrl_c_and_a_kill_put_the_terminal_back(start):
    for how, code in (("\x03", 130), (signal.SIGTERM, 143)):
        u30 = start()
        u30.wait("waiting for a save")
        if isinstance(how, str):
            u30.press(how)
        else:
            u30.process.send_signal(how)
        assert u30.end() == code
        assert "Traceback" not in u30.raw


def test_a_mistake_of_ours_puts_the_terminal_back(start, course):
    folder = course.parent / "broken"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import u30.cli.show as show\n"
        "def report(*args): raise RuntimeError('a mistake')\n"
        "show.report = report\n"
    )
    paths = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    u30 = start(PYTHONPATH=paths, TMPDIR=str(folder))
    u30.wait("This is a mistake of ours")
    assert u30.end() == 4
    assert "Traceback" not in u30.raw
    assert "a mistake" in next(folder.glob("u30-mistake-*.txt")).read_text()


def test_a_deleted_file_is_named_and_can_come_back(start, course):
    path = course / "day01" / FIRST.path.name
    u30 = start()
    u30.wait("to do")
    path.unlink()
    u30.wait("does not exist")
    u30.press("r")
    u30.wait("to do")
    assert path.exists()
    u30.press("q")
    assert u30.end() == 0


def test_no_color_means_no_colour(start):
    u30 = start(NO_COLOR="1")
    u30.wait("h hint")
    assert not re.search(r"\x1b\[[0-9;]*m", u30.raw)
    u30.press("q")
    assert u30.end() == 0


def test_a_dumb_terminal_gets_no_escapes_and_reads_lines(start):
    u30 = start(TERM="dumb")
    u30.wait("h hint")
    u30.press("h\n")
    assert "Checking" not in u30.wait("Hint 1 for d01.1")
    u30.save(SUM)
    u30.wait("not yet right")
    assert "\x1b" not in u30.raw
    u30.press("q\n")
    assert u30.end() == 0


def test_ascii_terminals_get_ascii(start):
    u30 = start("--ascii", "watch", NO_COLOR="1")
    u30.wait("to do")
    u30.save(SUM)
    u30.wait("try 1")
    assert u30.raw.isascii()
    u30.press("q")
    assert u30.end() == 0


def test_the_first_u30_offers_to_make_the_folder(start, course):
    elsewhere = course.parent / "elsewhere"
    elsewhere.mkdir()
    u30 = Session(elsewhere)
    try:
        u30.wait("[Y/n]")
        u30.press("\n")
        u30.wait("Your course is in u30-course: ")
        u30.wait("to do")
        u30.press("q")
        assert u30.end() == 0
        assert (elsewhere / "u30-course" / "day01" / FIRST.path.name).exists()
    finally:
        u30.close()


def test_watching_into_a_file_prints_plain_reports(course):
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "u30.cli", "watch"],
        cwd=course,
        stdin=subprocess.DEVNULL,
        stdout=(course / "log.txt").open("w"),
        start_new_session=True,
    )
    try:
        for text, answer in (("to do", SUM), ("not yet right", RIGHT), ("passed", None)):
            end = time.monotonic() + 20
            while text not in (log := (course / "log.txt").read_text(encoding="utf-8")):
                assert time.monotonic() < end, log
                time.sleep(0.05)
            if answer:
                (course / "day01" / FIRST.path.name).write_text(answer, encoding="utf-8")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert "\x1b" not in log
        assert "h hint" not in log
    finally:
        process.kill()
        process.wait()
