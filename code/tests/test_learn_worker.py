"""Whatever the learner's code does, there is a verdict, and the next check is not affected."""

import dataclasses
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from u30.learn import accidents, contained, spare
from u30.learn.check import check_source
from u30.learn.parse import load
from u30.learn.printed import MOST_OUTPUT
from u30.learn.protocol import Splitter, encode
from u30.learn.worker import Stopped, Worker, WorkerError

FIRST = load("d01.1")
HURRIED = dataclasses.replace(FIRST, timeout=0.3)
PATIENT = dataclasses.replace(FIRST, timeout=120)  # a busy machine takes its time to fill 2 GB
WAYS = [
    pytest.param(True, id="fork", marks=pytest.mark.skipif(os.name != "posix", reason="no fork")),
    pytest.param(False, id="once"),
]


def answer(*body):
    return "\n    ".join(("def softmax_xent(logits, y):", *body)) + "\n"


LOOP = answer("while True:", "    pass")
STUBBORN = answer(
    "import time",
    "while True:",
    "    try:",
    "        while True:",
    "            time.sleep(0.01)",
    "    except BaseException:",
    "        pass",
)
CRASH = answer("import ctypes", "print('before')", "ctypes.string_at(0)")


@pytest.fixture(scope="module", params=WAYS)
def worker(request):
    with Worker(fork=request.param) as worker:
        assert worker.wait(60)
        yield worker


@pytest.fixture(autouse=True)
def the_tool_goes_on(request):
    """After every test that had a worker, a right answer passes."""
    yield
    if "worker" in request.fixturenames:
        assert request.getfixturevalue("worker").check(FIRST, FIRST.solution).passed


def test_the_report_is_the_one_of_the_check_itself(worker):
    for source in (FIRST.solution, FIRST.starter, answer("return logits"), "def f(:"):
        here, there = check_source(FIRST, source, 7), worker.check(FIRST, source, 7)
        here.seconds = there.seconds = 0
        assert there == here


def test_an_endless_loop_is_stopped(worker):
    report = worker.check(HURRIED, LOOP)
    assert report.status == "timeout"
    assert report.line in (2, 3)


def test_a_loop_that_catches_everything_is_stopped(worker):
    report = worker.check(HURRIED, STUBBORN)
    assert report.status == "timeout"
    assert report.message == check_source(HURRIED, LOOP).message
    assert report.line in range(3, 9)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no memory limit here")
@pytest.mark.parametrize(
    "body",
    [("return np.zeros((300, 2**27)) + 1",), ("a = []", "while True: a.append(bytearray(10**8))")],
    ids=["300 GB", "step by step"],
)
def test_too_much_memory_is_an_error(worker, body):
    report = worker.check(PATIENT, answer(*body))
    assert report.status == "error"
    assert "MemoryError" in report.message
    assert "more memory than a check may use" in report.diagnosis


def test_output_is_kept_up_to_a_limit_and_then_counted(worker):
    report = worker.check(FIRST, answer("print('x' * 10_000_000)"))
    assert report.status == "fail"
    assert len(report.output) < MOST_OUTPUT + 100
    assert f"{10_000_001 - MOST_OUTPUT:,} more characters" in report.output
    assert len(str(report)) < 5000


def test_standard_error_is_output_too(worker):
    report = worker.check(FIRST, answer("import sys", "print('here', file=sys.stderr)"))
    assert report.output == "here\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import os; print('bye'); os._exit(3)", "ended its whole process with exit code 3"),
        ("return softmax_xent(logits, y)", "RecursionError"),
        ("return input()", "EOFError"),
    ],
    ids=["sys.exit", "os._exit", "recursion", "input"],
)
def test_leaving_is_an_error_with_a_sentence(worker, body, said):
    report = worker.check(FIRST, answer(body))
    assert report.status == "error"
    assert said in report.message
    assert report.diagnosis.endswith((".", "?"))


def test_what_was_printed_before_the_end_is_kept(worker):
    assert worker.check(FIRST, answer("import os; print('bye'); os._exit(0)")).output == "bye"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_crash_of_python_names_the_line(worker):
    report = worker.check(FIRST, CRASH)
    assert report.status == "error"
    assert "SIGSEGV" in report.message
    assert (report.line, report.trace[-1].code) == (4, "ctypes.string_at(0)")
    assert report.output == "before"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_end_from_outside_is_an_error(worker):
    report = worker.check(FIRST, answer("import os; os.kill(os.getpid(), 9)"))
    assert report.status == "error"
    assert "SIGKILL" in report.message


def test_inputs_that_are_taken_away_are_noticed(worker):
    report = worker.check(FIRST, answer("logits.resize((0,), refcheck=False)", "return 1"))
    assert report.status == "fail"
    assert "changed its input `logits`" in report.message


@pytest.mark.parametrize("where", ["np.exp = np.tanh", "np.random.default_rng = None"])
def test_a_changed_numpy_is_an_error_and_does_not_outlive_the_check(worker, where):
    report = worker.check(FIRST, f"{where}\n{FIRST.solution}")
    assert report.status == "error"
    assert f"in the place of `{where.split()[0]}`" in report.message


def test_numpy_is_put_back_in_the_same_process_too():
    assert check_source(FIRST, f"np.exp = np.tanh\n{FIRST.solution}").status == "error"
    assert check_source(FIRST, FIRST.solution).passed


def test_threads_and_processes_left_behind_do_not_hold_up_the_verdict(worker):
    body = (
        "import subprocess, sys, threading, time",
        "threading.Thread(target=time.sleep, args=(60,)).start()",
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid)",
        "return 1",
    )
    began = time.perf_counter()
    report = worker.check(FIRST, answer(*body))
    assert report.status == "fail"
    assert time.perf_counter() - began < 3
    if sys.platform.startswith("linux"):
        assert gone(int(report.output))


def test_an_end_is_noticed_although_a_process_left_behind_holds_the_pipe(worker):
    body = (
        "import os, subprocess, sys",
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
        "os._exit(4)",
    )
    began = time.perf_counter()
    assert "exit code 4" in worker.check(FIRST, answer(*body)).message
    assert time.perf_counter() - began < 3


def gone(pid):
    """Whether a process ends within a second (one that nobody has waited for counts as ended)."""
    stat = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_the_same_seed_repeats_what_the_answer_itself_draws(worker):
    source = answer("import random", "return np.random.rand(2), random.random()")
    first, again = worker.check(FIRST, source, 5), worker.check(FIRST, source, 5)
    assert (first.message, first.got) == (again.message, again.got)


def test_a_check_can_be_stopped(worker):
    stop = threading.Event()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    began = time.perf_counter()
    with pytest.raises(Stopped):
        worker.check(FIRST, LOOP, stop=stop)
    assert time.perf_counter() - began < 3
    assert worker.check(FIRST, answer("return 1"), stop=threading.Event()).status == "fail"


def test_a_check_that_ignores_every_limit_is_ended_from_outside(worker, monkeypatch):
    monkeypatch.setattr("u30.learn.worker.GRACE", 0.3)
    body = STUBBORN.replace("import time", "import time, faulthandler as f", 1)
    body = body.replace("    while", "    f.cancel_dump_traceback_later()\n    while", 1)
    report = worker.check(HURRIED, body)
    assert report.status == "timeout"


def test_two_threads_share_a_worker(worker):
    reports = []
    threads = [
        threading.Thread(target=lambda s=s: reports.append(worker.check(FIRST, FIRST.solution, s)))
        for s in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.seed for r in reports) == [0, 1, 2, 3]
    assert all(r.passed for r in reports)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_spare_that_dies_while_it_waits_is_replaced(worker):
    assert worker.wait(60)
    os.kill(worker._spare.process.pid, signal.SIGKILL)
    assert worker.check(FIRST, FIRST.solution).passed


@pytest.mark.parametrize("fork", WAYS)
def test_closing_leaves_no_process(fork):
    worker = Worker(fork=fork)
    process = worker._spare.process
    worker.close()
    worker.close()
    assert process.poll() is not None


@pytest.mark.parametrize("fork", WAYS)
def test_closing_stops_a_check_in_another_thread(fork):
    worker, stopped = Worker(fork=fork), []

    def run():
        try:
            worker.check(FIRST, LOOP)
        except Stopped:
            stopped.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    assert worker.wait(60)
    time.sleep(0.1)
    worker.close()
    thread.join(3)
    assert stopped == [True]
    assert worker._spare is None
    with pytest.raises(WorkerError, match="closed"):
        worker.check(FIRST, LOOP)


def test_closing_ends_the_check_that_was_given_up():
    with Worker() as worker:
        stop = threading.Event()
        threading.Timer(0.3, stop.set).start()
        with pytest.raises(Stopped):
            worker.check(FIRST, STUBBORN, stop=stop)
        process = worker._spare.process
    assert process.poll() is not None


def test_a_file_beside_the_answer_is_not_taken_for_numpy(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise ImportError('the wrong one')")
    monkeypatch.chdir(tmp_path)
    with Worker() as worker:
        assert worker.check(FIRST, FIRST.solution).passed


def test_a_broken_environment_is_its_own_error(monkeypatch, tmp_path):
    (tmp_path / "numpy.py").write_text("raise ImportError('NumPy is broken')")
    monkeypatch.setattr(spare, "PACKAGE", f"{tmp_path}{os.pathsep}{spare.PACKAGE}")
    with Worker() as worker, pytest.raises(WorkerError, match="NumPy is broken"):
        worker.check(FIRST, FIRST.solution)


def test_without_a_worker_the_check_runs_here(monkeypatch):
    monkeypatch.setattr(contained, "_worker", None)
    monkeypatch.setattr(contained, "_possible", True)
    monkeypatch.setattr(sys, "executable", "/there/is/no/python")
    assert contained.check_contained(FIRST, FIRST.solution).passed
    assert not contained._possible


def test_records_are_found_among_output_however_it_is_cut():
    stream = b"noise" + encode({"started": True}) + b"out\x1eput\n" + encode({"n": 1}) + b"x"
    for size in (1, 2, 7, 1000):
        splitter, found = Splitter(), []
        for start in range(0, len(stream), size):
            found += splitter.feed(stream[start : start + size])
        assert [record.get("n") for record in found] == [None, 1]
        assert found[1]["raw"] == "out\x1eput\n"
        assert splitter.text() == "out\x1eput\nx"


def test_output_around_records_is_capped():
    splitter = Splitter()
    for _ in range(100):
        assert not list(splitter.feed(b"y" * 10_000))
    assert len(splitter.raw) == MOST_OUTPUT
    assert "more characters" in splitter.text()


@pytest.mark.parametrize(
    ("ended", "broke", "said"),
    [
        (-15, "", "SIGTERM"),
        (-999, "", "signal 999"),
        (0xC0000005, "", "crash"),
        (None, "", "ended its whole process,"),
        (1, "MemoryError: ", "used up the memory"),
        (1, "KeyError: 'x'", "The check itself broke (KeyError: 'x')"),
    ],
)
def test_every_end_has_its_sentence(ended, broke, said):
    report = accidents.accident(FIRST, "", 3, ended, "", broke)
    assert (report.status, report.seed) == ("error", 3)
    assert said in report.message
