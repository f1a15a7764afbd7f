"""What tests of quick starts share: a mistake costs one sentence, Ctrl-C loses nothing."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path


def assert_one_sentence(
    command_line: Callable[[list[str]], int], arguments: list[str], message: str, capsys
) -> None:
    """`message` stands in the one line on stderr; stdout is empty; the exit code is 2."""
    try:
        code = command_line(arguments)
    except SystemExit as error:  # argparse's own way out
        code = error.code
    captured = capsys.readouterr()
    assert code == 2 and captured.out == ""
    assert captured.err.count("\n") == 1 and message in captured.err, captured.err


def interrupt(
    command: list[str], lines: int = 1, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Start a command, press Ctrl-C once it has printed so many lines; return how it ended."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=cwd, stdout=pipe, stderr=pipe, text=True)
    first = [process.stdout.readline() for _ in range(lines)]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert all(first), err
    return subprocess.CompletedProcess(command, process.returncode, "".join(first) + out, err)
