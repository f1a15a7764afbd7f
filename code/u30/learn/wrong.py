"""Typical wrong versions of an exercise, each with the sentence that helps whoever wrote it.

Two ways to write one in the section `# %% wrong`:

    def softmax_xent__sum_not_mean(logits, y):        # <function>__<what is wrong>
        '''The loss is a mean over the N rows; ...'''  # the docstring is the sentence
        loss, dlogits = softmax_xent(logits, y)        # the solution may be called
        return loss * len(y), dlogits * len(y)

    EDITS = (                                          # or a change to the solution's text:
        ("sum_not_mean", "The loss is a mean ...", "/ N", ""),   # (name, sentence, old, new)
    )

In an edit, `old` must occur exactly once in the solution.
"""

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    name: str  # what is wrong, as an identifier
    says: str  # the sentence shown to the learner (Markdown)
    source: str  # Python that is run after `given` in place of the learner's code
    replaces: tuple[tuple[str, str], ...] = ()  # (name the learner defines, function to use for it)


def read_wrong(section: str, solution: str, names: tuple[str, ...]) -> tuple[Wrong, ...]:
    """The wrong versions in a section; ValueError with a sentence where it cannot be read."""
    wrongs = []
    for node in ast.parse(section).body:
        if isinstance(node, ast.FunctionDef) and "__" in node.name.strip("_"):
            target, _, name = node.name.partition("__")
            if target not in names:
                raise ValueError(f"{node.name}: the learner does not define `{target}`")
            says = " ".join((ast.get_docstring(node) or "").split())
            if not says:
                raise ValueError(f"{node.name} needs a docstring: the sentence that helps")
            source = f"{solution}\n{section}"
            wrongs.append(Wrong(name, says, source, ((target, node.name),)))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EDITS":
            for name, says, old, new in ast.literal_eval(node.value):
                if solution.count(old) != 1:
                    times = solution.count(old)
                    raise ValueError(f"EDITS {name}: {old!r} is {times} times in the solution")
                source = solution.replace(old, new)
                ast.parse(source)
                wrongs.append(Wrong(name, " ".join(says.split()), source))
    if len({wrong.name for wrong in wrongs}) < len(wrongs):
        raise ValueError("two wrong versions have the same name")
    return tuple(wrongs)
