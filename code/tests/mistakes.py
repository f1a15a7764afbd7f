"""What every quick start owes its user for a mistake: one sentence, exit code 2, nothing else."""

from collections.abc import Callable


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
