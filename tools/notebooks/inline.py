"""Text inside paragraphs: roles, links, footnotes. Code spans, formulas and HTML stay untouched."""

from __future__ import annotations

import re

from . import links
from .page import DEFINITION, Page
from .roles import ROLES

INSIDE = r"(?:(?!\n[ \t>]*\n).)+?"  # anything that does not leave the paragraph
BRACKETS = r"(?:[^\[\]\\`]|\\.|`[^`\n]*`|\[[^\[\]]*\])*"
TOKEN = re.compile(
    rf"""
      (?P<escape>\\.)
    | (?P<comment><!--.*?-->)
    | \{{(?P<role>[a-zA-Z][\w:+.-]*)\}}(?P<ticks>`+)(?P<content>{INSIDE})(?<!`)(?P=ticks)(?!`)
    | (?P<code>(?P<fence>`+)(?!`){INSIDE}(?<!`)(?P=fence)(?!`))
    | (?P<math>\$\$(?:\\.|[^\\$])+\$\$
              |(?<![\w$])\$(?![\s$])(?:\\.|[^\\$\n]|\n(?!\s*\n))+?(?<!\s)\$(?!\d))
    | (?P<footnote>\[\^(?P<note>[^\]\s]+)\](?P<defines>:)?)
    | (?P<bang>!?)\[(?P<text>{BRACKETS})\]
      (?:\(\s*(?P<target><[^<>\n]*>|(?:[^\s()<>]|\([^\s()]*\))*)(?P<title>\s+"[^"]*"|\s+'[^']*')?\s*\)
        |\[(?P<label>[^\[\]\n]*)\])
    | <(?P<auto>(?:project|path|myst):[^<>\s]+|\#[^<>\s]+)>
    | \{{\{{\s*(?P<substitution>[\w.-]+)\s*\}}\}}
    """,
    re.VERBOSE | re.DOTALL,
)


def convert(page: Page, text: str, line: int) -> str:
    """Return text without MyST's own inline syntax; it starts in line `line` of the page."""
    text = DEFINITION.sub("", text)

    def replace(found: re.Match[str]) -> str:
        here = line + text.count("\n", 0, found.start())
        if found["role"]:
            return role(page, found["role"], found["content"], here)
        if found["footnote"]:
            return f"<sup>{page.footnote(found['note'])}</sup>"
        if found["text"] is not None:
            return link(page, found, here)
        if found["auto"]:
            address, title = links.resolve(page, found["auto"], here)
            return f"[{title}]({address})"
        if found["substitution"]:
            return substitution(page, found["substitution"], here)
        return "" if found["comment"] else found.group()

    return TOKEN.sub(replace, text)


def role(page: Page, name: str, content: str, line: int) -> str:
    """Return what a role stands for."""
    if name not in ROLES:
        raise page.problem(line, f"the export does not know the role {{{name}}}.")
    return ROLES[name](page, content, line)


def link(page: Page, found: re.Match[str], line: int) -> str:
    """Return a link or an image with an address that works outside the book."""
    text = convert(page, found["text"], line)
    if found["label"] is not None:
        label = (found["label"] or found["text"]).lower()
        if label not in page.definitions:
            return f"{found['bang']}[{text}][{found['label']}]"
        target = page.definitions[label]
    else:
        target = found["target"].strip("<>")
    title = found["title"] or ""
    if found["bang"]:
        return f"![{text}]({image(page, target, line)}{title})"
    address, name = links.resolve(page, target, line)
    return f"[{text or name}]({address}{title})"


def image(page: Page, target: str, line: int) -> str:
    """Return an image's public address: the file itself, in the repository."""
    if links.SCHEME.match(target):
        return target
    name = links.relative(page, target)
    if not (page.index.book / name).is_file():
        raise page.problem(line, f'there is no image "{target}".')
    repository = page.index.repository
    return f"https://raw.githubusercontent.com/{repository.name}/{repository.branch}/book/{name}"


def substitution(page: Page, name: str, line: int) -> str:
    if name not in page.index.substitutions:
        raise page.problem(line, f"the book has no substitution {{{{ {name} }}}}.")
    return str(page.index.substitutions[name])
