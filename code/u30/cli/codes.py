"""Exit codes, and the exception that ends a command with one sentence and one of them."""

PASSED = 0  # everything asked for is right
NOT_PASSED = 1
USAGE = 2  # the command line, or the folder, is not what the command needs
STOPPED = 3  # the learner's code raised, ran out of time or took its process down
BROKEN = 4  # the installation or the folder does not work
INTERRUPTED = 130


class Stop(Exception):
    """End the command: one sentence for the learner, and the exit code."""

    def __init__(self, sentence: str, code: int = USAGE):
        super().__init__(sentence)
        self.sentence, self.code = sentence, code


def code_of(status: str) -> int:
    """The exit code for a report's status."""
    return {"pass": PASSED, "error": STOPPED, "timeout": STOPPED}.get(status, NOT_PASSED)
