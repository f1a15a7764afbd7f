"""Whatever the learner's code does, the page lives on, says what happened, and checks again."""

import pytest

from u30.learn.parse import load

from .runner import runner  # noqa: F401

EXERCISE = "d01.1"
RIGHT = load(EXERCISE).solution
LIMIT = 0.4  # of the exercise's own time
SECONDS = f"{LIMIT * load(EXERCISE).timeout:g}"

LOOP = f"Stopped after {SECONDS} seconds."
MEMORY = "more memory than a check may use"
LARGE = "No array can be that large"
ENDED = "Your code ended its whole process, so there is no answer to check."

# What the answer does, and how the report begins or goes on.
ACCIDENTS = {
    "an infinite loop": ("while True:\n        pass", "timeout", LOOP),
    "a loop with a condition": ("i = 1\n    while i:\n        i += 1", "timeout", LOOP),
    "a loop inside NumPy's own C": ("np.fromiter(iter(int, 1), int)", "timeout", LOOP),
    "a loop that prints": ("while True:\n        print('again')", "timeout", LOOP),
    "a loop that catches everything": (
        "while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass",
        "timeout",
        LOOP,
    ),
    "an array that is too large": ("return np.zeros(10**10)", "error", LARGE),
    "more than there is": ("return np.ones((14_000, 14_000))", "error", MEMORY),
    "a list that grows": ("a = [0]\n    while True:\n        a += a", "error", MEMORY),
    "arrays that pile up": (
        "a = []\n    while True:\n        a.append(np.empty(10**7))",  # empty: full in time
        "error",
        MEMORY,
    ),
    "recursion": ("return softmax_xent(logits, y)", "error", "without ever reaching an end"),
    "sys.exit": ("import sys\n    sys.exit(3)", "error", "`exit` leaves Python"),
    "os._exit": ("import os\n    os._exit(3)", "error", ENDED),
    "abort": ("import os\n    os.abort()", "error", "made Python itself crash (SIGABRT)"),
    "a stack that overflows": (
        "x = []\n    for _ in range(10**5):\n        x = [x]\n    return repr(x)",
        "error",
        "made Python itself crash (SIGSEGV)",
    ),
    "input": ("return input('?')", "error", "Nobody types anything while a check runs"),
    "a process": ("import os\n    os.fork()", "error", "OSError"),
}


def answer(body):
    return f"def softmax_xent(logits, y):\n    {body}"


@pytest.mark.parametrize("what", ACCIDENTS)
def test_an_accident_is_reported_and_the_next_check_works(runner, what):  # noqa: F811
    body, status, words = ACCIDENTS[what]
    done = runner.check(EXERCISE, answer(body), seed=1, limit=LIMIT)
    report = done["report"]
    assert report["status"] == status
    assert words in f"{report['message']} {report['diagnosis']}"
    assert len(report["cases"]) == len(load(EXERCISE).cases)
    assert report["message"].split("`")[0] in done["html"]
    assert runner.check(EXERCISE, RIGHT, seed=1)["report"]["status"] == "pass"


def test_a_loop_is_stopped_at_its_line_with_what_it_printed(runner):  # noqa: F811
    body = "n = 0\n    while True:\n        n += 1\n        print('again')"
    report = runner.check(EXERCISE, answer(body), seed=1, limit=LIMIT)["report"]
    assert report["line"] in (3, 4, 5)
    assert report["output"].startswith("again\nagain\n")
    assert "more characters" in report["output"][-40:]


def test_huge_output_is_cut(runner):  # noqa: F811
    body = "print('x' * 10_000_000)\n    return 1"
    report = runner.check(EXERCISE, answer(body), seed=1)["report"]
    assert report["status"] == "fail" and len(report["output"]) < 70_000


def test_memory_is_given_back(runner):  # noqa: F811
    session = runner.page.evaluate("python.session")
    body = "a = []\n    while True:\n        a.append(np.ones(10**6))"
    runner.check(EXERCISE, answer(body), seed=1)
    assert runner.check(EXERCISE, RIGHT, seed=1)["report"]["status"] == "pass"
    assert runner.page.evaluate("python.session") == session + 1


def test_stop_ends_a_check_and_all_that_wait(runner):  # noqa: F811
    source = answer("while True:\n        pass")
    results = runner.page.evaluate(
        """async ([id, source, right]) => {
          await python.start();
          const running = python.check(id, source);
          const waiting = python.check(id, right);
          await new Promise((resolve) => setTimeout(resolve, 300));
          python.stop();
          return [await running, await waiting, python.state];
        }""",
        [EXERCISE, source, RIGHT],
    )
    assert results == [{"stopped": True}, {"stopped": True}, "off"]
    assert runner.check(EXERCISE, RIGHT, seed=1)["report"]["status"] == "pass"


def test_stop_ends_a_start(runner):  # noqa: F811
    result = runner.page.evaluate(
        """async ([id, right]) => {
          python.stop();
          const waiting = python.check(id, right);
          await new Promise((resolve) => setTimeout(resolve, 300));
          python.stop();
          return [await waiting, python.state];
        }""",
        [EXERCISE, RIGHT],
    )
    assert result == [{"stopped": True}, "off"]
    assert runner.check(EXERCISE, RIGHT, seed=1)["report"]["status"] == "pass"


def test_what_an_answer_puts_in_the_place_of_a_function_does_not_stay(runner):  # noqa: F811
    report = runner.check(EXERCISE, f"np.exp = np.log\n{RIGHT}", seed=1)["report"]
    assert "puts something else in the place of `np.exp`" in report["message"]
    runner.check(EXERCISE, f"import builtins; builtins.max = min; np.ma = 3\n{RIGHT}", seed=1)
    assert runner.check(EXERCISE, RIGHT, seed=1)["report"]["status"] == "pass"
    assert runner.state == "ready"
