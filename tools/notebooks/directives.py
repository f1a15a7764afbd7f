"""Directives: each becomes Markdown or cells. A directive that is not listed here is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from u30.learn.parse import load
from u30book.day_card import LINK_NAMES
from u30book.days import Day
from u30book.recall import read_pairs

from . import exercise_cells, tables
from .blocks import Block
from .convert import Code, Converter, Piece
from .inline import convert as convert_inline
from .inline import image as image_address
from .package_code import editable_cell
from .text import details, quote

Directive = Callable[[Converter, Block], str | Iterable[Piece]]


def title(to: Converter, block: Block) -> str:
    return convert_inline(to.page, block.argument, block.line)


def body(to: Converter, block: Block) -> str:
    return to.markdown(block.body, block.body_line)


def day_card(to: Converter, block: Block) -> str:
    """What the page's card says, in a few lines."""
    course = to.page.course
    try:
        lesson = course.lesson(block.argument)
    except KeyError as problem:
        raise to.page.problem(block.line, f"day-card: {problem.args[0]}") from problem
    dots = exercise_cells.difficulty(lesson.difficulty)
    more = ", ".join(
        f"[{LINK_NAMES.get(kind, kind.capitalize())}]({address})"
        for kind, address in lesson.links.items()
        if kind != "paper"
    )
    source = more
    if isinstance(lesson, Day):
        source = f"[{lesson.title}]({lesson.links['paper']}), {lesson.authors}, {lesson.year}"
        source += f" ({more})" if more else ""
    earlier = [_day_link(to, number) for number in lesson.builds_on]
    lines = [
        f"**{lesson.label}** · {course.place_of(lesson)} · *{lesson.idea}*",
        source,
        f"Reading time {lesson.minutes} minutes · difficulty {dots} ({lesson.difficulty} of 5)",
        f"Builds on {', '.join(earlier) or 'nothing but school calculus'}",
        f"The same page on the web: <{to.page.address}>",
    ]
    return "  \n".join(line for line in lines if line)


def _day_link(to: Converter, number: int) -> str:
    day = to.page.course.day(number)
    text = f"day {number} ({day.short})"
    written = day.page in to.page.index.titles
    return f"[{text}]({to.page.index.address(day.page)})" if written else text


def eli5(to: Converter, block: Block) -> str:
    words = title(to, block)
    return quote(f"ELI5: {words}" if words else "ELI5", body(to, block))


def cheatsheet(to: Converter, block: Block) -> str:
    words = title(to, block)
    return quote(f"Cheat sheet: {words}" if words else "Cheat sheet", body(to, block))


def box(name: str) -> Directive:
    """Return a directive for a box with a fixed name, whose argument is the start of its text."""

    def convert(to: Converter, block: Block) -> str:
        text = "\n\n".join(part for part in (title(to, block), body(to, block)) if part)
        return _box(block, name, text)

    return convert


def titled(to: Converter, block: Block) -> str:
    return _box(block, title(to, block), body(to, block))


def _box(block: Block, name: str, text: str) -> str:
    folded = "dropdown" in str(block.options.get("class", "")).split()
    return details(name, text) if folded else quote(name, text)


def folded(to: Converter, block: Block) -> str:
    return details(title(to, block) or "More", body(to, block), "open" in block.options)


def recall(to: Converter, block: Block) -> str:
    """Questions whose answers are folded away."""
    try:
        pairs = read_pairs(block.body)
    except ValueError as problem:
        raise to.page.problem(block.line, f"recall: {problem}") from problem
    line = block.body_line
    cards = [
        details(convert_inline(to.page, question, line), to.markdown(answer, line))
        for question, answer in pairs
    ]
    return "\n\n".join(cards)


def source(to: Converter, block: Block) -> Iterable[Piece]:
    """The package's own code, to edit and run."""
    code = to.page.index.book.parent / "code"
    try:
        found, cell = editable_cell(block.argument, code)
    except (LookupError, SyntaxError) as problem:
        raise to.page.problem(block.line, f"source {block.argument}: {problem}") from problem
    file = found.path.relative_to(code.parent).as_posix()
    address = to.page.index.repository.file(file, found.first, found.last)
    words = f"`{block.argument}`"
    if "caption" in block.options:
        words += f": {convert_inline(to.page, str(block.options['caption']), block.line)}"
    if "eq" in block.options:
        words += f" implements equation {_number(to, str(block.options['eq']), block)}"
    yield f"{words.rstrip('.')}. Your copy to change and run ([in the package]({address})):"
    yield Code(cell)


def _number(to: Converter, label: str, block: Block) -> str:
    return convert_inline(to.page, f"{{eq}}`{label}`", block.line)


def exercise_file(to: Converter, block: Block) -> Iterable[Piece]:
    """Prompt and hints, a starter, a check, and the folded solution."""
    try:
        exercise = load(block.argument)
    except Exception as problem:
        raise to.page.problem(
            block.line, f"exercise {block.argument}: {problem.args[0]}"
        ) from problem
    yield to.markdown(exercise_cells.prompt(exercise), block.line)
    yield Code(exercise_cells.starter(exercise))
    yield Code(exercise_cells.check(exercise))
    yield to.markdown(exercise_cells.solution(exercise), block.line)


def code_block(to: Converter, block: Block) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", block.body)), default=0))
    caption = block.options.get("caption")
    head = f"*{convert_inline(to.page, str(caption), block.line)}*\n\n" if caption else ""
    language = "python" if block.argument.startswith("ipython") else block.argument
    return f"{head}{fence}{language}\n{block.body}\n{fence}"


def figure(to: Converter, block: Block) -> str:
    alt = str(block.options.get("alt", "")).replace("\n", " ")
    picture = f"![{alt}]({image_address(to.page, block.argument, block.line)})"
    caption = body(to, block)
    return (
        f"{picture}\n\n*{caption}*"
        if caption and "\n" not in caption
        else f"{picture}\n\n{caption}"
    )


def rubric(to: Converter, block: Block) -> str:
    return f"**{title(to, block)}**"


def table(to: Converter, block: Block) -> str:
    words = title(to, block)
    return "\n\n".join(part for part in (f"**{words}**" if words else "", body(to, block)) if part)


def list_table(to: Converter, block: Block) -> str:
    words = title(to, block)
    rows = tables.pipe_table(to.markdown(block.body, block.body_line))
    return "\n\n".join(part for part in (f"**{words}**" if words else "", rows) if part)


def bibliography(to: Converter, block: Block) -> str:
    """The works that this page cites."""
    lines = [f"- {to.page.bibliography.reference(key)}" for key in sorted(to.page.cited)]
    return "**References**\n\n" + "\n".join(lines)


def passed_through(to: Converter, block: Block) -> str:
    return body(to, block)


def tab(to: Converter, block: Block) -> str:
    return f"**{title(to, block)}**\n\n{body(to, block)}"


def raw(to: Converter, block: Block) -> str:
    return block.body if block.argument == "html" else ""


def nothing(to: Converter, block: Block) -> str:
    return ""


BOXES = (
    *("note", "tip", "hint", "important", "attention", "caution", "warning", "danger", "error"),
    *("epigraph", "pull-quote"),
)
DIRECTIVES: dict[str, Directive] = {
    "day-card": day_card,
    "eli5": eli5,
    "cheatsheet": cheatsheet,
    "recall": recall,
    "source": source,
    "exercise-file": exercise_file,
    **{name: box(name.capitalize()) for name in BOXES},
    "epigraph": box(""),
    "pull-quote": box(""),
    "seealso": box("See also"),
    "admonition": titled,
    "margin": titled,
    "sidebar": titled,
    "topic": titled,
    "derivation": folded,
    "dropdown": folded,
    "toggle": folded,
    "code-block": code_block,
    "code": code_block,
    "sourcecode": code_block,
    "figure": figure,
    "image": figure,
    "rubric": rubric,
    "table": table,
    "list-table": list_table,
    "bibliography": bibliography,
    "div": passed_through,
    "container": passed_through,
    "tab-set": passed_through,
    "tab-item": tab,
    "raw": raw,
    "index": nothing,
    "contents": nothing,
    "tableofcontents": nothing,
}
