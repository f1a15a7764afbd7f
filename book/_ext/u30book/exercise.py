"""`{exercise-file} d01.1`: an exercise, straight from its file in the package.

Prompt, hints, solution and what it taught are static HTML that works without scripts, in print and
for search. The starter's host element carries the exercise's id, for "Try it here".
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.application import Sphinx

from .element import difficulty, element, tag

KIND_NAMES = {
    "predict": "Predict",
    "implement": "Implement",
    "derive": "Derive",
    "debug": "Debug",
    "experiment": "Experiment",
}


def anchor(exercise_id: str) -> str:
    """Return the id of an exercise's heading: "d01.1" gives "exercise-d01-1"."""
    return f"exercise-{exercise_id.replace('.', '-')}"


class ExerciseFile(Directive):
    """Show one exercise as a section of its own."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        from u30.learn import parse

        env = self.state.document.settings.env
        try:
            exercise = parse.load(self.arguments[0])
        except (KeyError, parse.ExerciseError) as problem:
            raise self.error(f"exercise-file {self.arguments[0]}: {problem.args[0]}") from problem
        env.note_dependency(str(exercise.path))
        return [self.section(exercise)]

    def section(self, exercise: Any) -> nodes.section:
        section = nodes.section(names=[anchor(exercise.id)], classes=["u30-exercise"])
        self.state.document.note_explicit_target(section, section)
        section += nodes.title("", f"Exercise {exercise.number} · {exercise.title}")
        section += facts(exercise)
        section += self.markdown(exercise.prompt)
        if exercise.given.strip():
            section += self.fold(
                "Given: what your code can use", python(exercise.given), kind="given"
            )
        section += tag(
            "div",
            tag("p", "Starter", class_="u30-code-label"),
            python(exercise.starter),
            class_="u30-starter",
            data_exercise=exercise.id,
        )
        for number, hint in enumerate(exercise.hints, start=1):
            section += self.fold(f"Hint {number}", *self.markdown(hint), kind="hint")
        section += self.fold(
            "Solution",
            python(exercise.solution),
            tag("p", "What it taught", class_="u30-code-label"),
            *self.markdown(exercise.after),
            kind="solution",
        )
        return section

    def fold(self, title: str, *children: nodes.Node, kind: str) -> element:
        body = tag("div", *children, class_="u30-folded")
        return tag("details", tag("summary", title), body, class_=f"u30-{kind}")

    def markdown(self, text: str) -> list[nodes.Node]:
        """Return the nodes of a piece of Markdown."""
        holder = nodes.Element()
        lines = StringList(text.splitlines(), source=str(self.state.document["source"]))
        self.state.nested_parse(lines, self.content_offset, holder)
        return list(holder.children)


def facts(exercise: Any) -> element:
    """Return the line below the heading: kind, difficulty, minutes, id."""
    return tag(
        "p",
        tag("span", KIND_NAMES.get(exercise.kind, exercise.kind), class_="u30-kind"),
        tag(
            "span",
            tag("span", "Difficulty ", class_="u30-visually-hidden"),
            difficulty(exercise.difficulty),
        ),
        tag("span", f"{exercise.minutes} minutes"),
        tag("span", nodes.literal("", f"u30 check {exercise.id}")),
        class_="u30-exercise-facts",
    )


def python(source: str) -> nodes.literal_block:
    source = source.rstrip("\n")
    return nodes.literal_block(source, source, language="python")


def setup(app: Sphinx) -> None:
    app.add_directive("exercise-file", ExerciseFile)
