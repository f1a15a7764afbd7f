"""The process behind `u30.learn.worker`: `python -m u30.learn.serve fork` (or `once`).

It imports NumPy and the checker, says so, and waits for requests: lines of JSON on standard input.

    {"n": 1, "path": "...", "source": "...", "seed": null, "timeout": 5, "memory": 2147483648}
    {"stop": 1}

    fork   every request is answered by a fork of this process; it waits for its end
    once   the first request is answered by this process, which ends with it

Answers are records (`u30.learn.protocol`): {"ready"}, {"n", "started"}, {"n", "report"} and, from
the process that has forked, {"n", "ended": exit status}; -11 is the end by signal 11.
"""

import contextlib
import faulthandler
import gc
import os
import random
import select
import signal
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from u30.learn import spaces
from u30.learn.check import check_source
from u30.learn.memory import limit_memory
from u30.learn.parse import Exercise, read
from u30.learn.printed import Printed
from u30.learn.protocol import Record, encode
from u30.learn.requests import Requests

LATE = 1.0  # seconds after the exercise's limit until a check that cannot be stopped ends itself


def main(how: str) -> None:
    requests = Requests(os.dup(0))
    records = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # `input()` in the learner's code meets the end of a file
    os.close(nothing)
    faulthandler.enable(all_threads=False)
    gc.collect()
    gc.freeze()
    say(records, {"ready": os.getpid()})
    if how == "fork":
        serve_by_fork(requests, records)
    else:
        request = requests.wait()
        if request and "n" in request:
            answer(request, records)
    os._exit(0)


def serve_by_fork(requests: Requests, records: int) -> None:
    while True:
        request = requests.wait()
        if request is None:
            return
        if "n" not in request:  # a stop that came too late
            continue
        warm(request)
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            requests.close()
            answer(request, records)
        ended = watch(child, request["n"], requests)
        say(records, {"n": request["n"], "ended": ended})


def watch(child: int, n: int, requests: Requests) -> int:
    """Wait for the child's end, or bring it about when it is to stop. Returns its exit status."""
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        select.select([requests.fd], [], [], 0.01)
        if requests.stops(n):
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)  # what it has started, while its number is still its own
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def warm(request: Record) -> None:
    """Parse and compile the exercise here, once, instead of in every fork."""
    with contextlib.suppress(Exception):
        exercise = read(Path(request["path"]))
        for id in exercise.needs:
            spaces.load(id)
        for kind in ("given", "solution", "check"):
            spaces.compiled(getattr(exercise, kind), f"<{kind} of {exercise.id}>")
        for wrong in exercise.wrongs:
            spaces.compiled(wrong.source, f"<wrong {wrong.name} of {exercise.id}>")


def answer(request: Record, records: int) -> None:
    """One check, then the end of this process."""
    n = request["n"]
    code = 0
    try:
        exercise: Exercise = replace(read(Path(request["path"])), timeout=request["timeout"])
        seed = request["seed"]
        if seed is None:
            seed = random.SystemRandom().randrange(1_000_000)
        random.seed(seed)  # whoever draws from these gets the same numbers when a seed is repeated
        np.random.seed(seed)  # noqa: NPY002
        limit_memory(request["memory"])
        # Unlike an alarm this also ends code that catches everything, or is deep inside NumPy.
        faulthandler.dump_traceback_later(exercise.timeout + LATE, exit=True)
        say(records, {"n": n, "started": True})
        printed = Printed(echo=lambda text: os.write(1, text.encode("utf-8", "replace")))
        report = check_source(exercise, request["source"], seed, printed=printed)
        say(records, {"n": n, "report": report.to_dict()})
    except BaseException as error:
        code = 1
        with contextlib.suppress(BaseException):
            say(records, {"n": n, "broke": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(code)


def say(records: int, record: Record) -> None:
    data = encode(record)
    while data:
        data = data[os.write(records, data) :]


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "once")
