"""Python's own error messages, with the sentence a learner needs next to them."""

import re
from collections.abc import Iterable

EXPLANATIONS = (
    (
        r"operands could not be broadcast together with shapes (\(.*?\)) (\(.*?\))",
        "Shapes {0} and {1} do not fit: NumPy lines them up from the right, and sizes must be "
        "equal or 1. After a sum or max over an axis, `keepdims=True` keeps the axis as a 1.",
    ),
    (
        r"Maximum allowed (dimension|size) exceeded|array is too big",
        "No array can be that large. Does it grow with every step, or has a shape an axis too "
        "many?",
    ),
    (
        r"matmul: .*size (\d+) is different from (\d+)",
        "In `A @ B` the last axis of A must be as long as the first of B; here they are {1} "
        "and {0}. Is one of them transposed, or is the order the wrong way round?",
    ),
    (
        r"not aligned: (.*)",
        "In `A.dot(B)` the last axis of A must be as long as the first of B: {0}.",
    ),
    (
        r"only integers, slices|arrays used as indices must be of integer",
        "An index is not a whole number. Are the indices the integer array, not the numbers?",
    ),
    (
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        "Axis {1} has {2} places, numbered from 0, so {0} is outside.",
    ),
    (
        r"truth value of an array",
        "`if` needs one yes or no, and this is an array of them: use `.any()`, `.all()` or "
        "`np.where`.",
    ),
    (
        r"'NoneType' object",
        "Something here is None: often a function without `return`, or an in-place method such "
        "as `.sort()`, which returns nothing.",
    ),
    (
        r"probabilities (contain NaN|do not sum to 1|are not non-negative)",
        "`rng.choice` wants probabilities that are not negative and sum to 1. If they are NaN, "
        "an `exp` overflowed before you divided.",
    ),
    (r"recursion depth", "The function calls itself without ever reaching an end."),
    (
        r"takes (\d+) positional arguments? but (\d+)",
        "The check calls it with the arguments that the prompt lists. Did the signature change?",
    ),
    (
        r"cannot access local variable '(\w+)'",
        "`{0}` is used before it is given a value on some path through the function.",
    ),
    (
        r"'(\w+)' object is not callable",
        "Round brackets call a function. Is a square bracket or an operator missing?",
    ),
)


def explain(error: BaseException, available: Iterable[str] = ()) -> str:
    """A sentence for this error, or ""."""
    text = str(error)
    if isinstance(error, NameError) and error.name and not isinstance(error, UnboundLocalError):
        offered = ", ".join(f"`{name}`" for name in available)
        return (
            f"`{error.name}` does not exist where the check runs your code: on its own, with only "
            f"{offered} given. A helper function belongs in the same place as your answer."
        )
    if isinstance(error, MemoryError):
        return (
            "That is more memory than a check may use. Does an array grow with every step, or has "
            "a shape an axis too many?"
        )
    if isinstance(error, SystemExit):
        return "`exit` leaves Python altogether. A function hands back its result with `return`."
    if isinstance(error, EOFError):
        return "Nobody types anything while a check runs: `input()` has no place in an answer."
    for pattern, sentence in EXPLANATIONS:
        match = re.search(pattern, text)
        if match:
            return sentence.format(*match.groups())
    return ""
