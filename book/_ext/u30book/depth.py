"""How deep a page goes: "ELI5", "standard" or "full maths", chosen under the card and remembered.

ELI5 leaves out numbered formulas, source code, the code of cells and derivations; what the cells
print and draw stays. In front of each run of such blocks stands an empty line here, which the
page's style shows at that depth, and which static/depth.js fills with what is left out and a
button that shows it. Full maths opens every derivation. The choice is applied before the first
paint, by the few characters of EARLY in the page's head: nothing jumps.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from .element import element, tag

LEVELS = {
    "eli5": ("ELI5", "Words, pictures and results. Formulas and code wait behind “Show”."),
    "standard": ("Standard", "Everything. Long derivations are folded."),
    "full": ("Full maths", "Everything, with every derivation open."),
}
EARLY = (
    'try{const d=localStorage.getItem("u30.depth");if(d=="eli5"||d=="full"){'
    "document.documentElement.dataset.u30Depth=d;"
    'if(d=="full")new MutationObserver(a=>a.forEach(b=>b.addedNodes.forEach(n=>{'
    'if(n.className=="u30-derivation")n.open=true}))).observe(document,'
    "{childList:true,subtree:true})}}catch(e){}"
)
CHOICE = (
    '<label><input type="radio" name="u30-depth" value="{level}"{on}/><span>{name}</span></label>'
)
WITHOUT_PLACE = (nodes.Invisible, nodes.target)


def switch() -> element:
    """Return the switch; without scripts it is not there, and the page shows everything."""
    choices = "".join(
        CHOICE.format(level=level, name=name, on=" checked" if level == "standard" else "")
        for level, (name, _) in LEVELS.items()
    )
    says = [tag("span", words, data_depth=level) for level, (_, words) in LEVELS.items()]
    return tag(
        "fieldset",
        nodes.raw("", f"<legend>How deep it goes</legend><div>{choices}</div>", format="html"),
        tag("p", *says, aria_live="polite"),
        class_="u30-depth pst-js-only",
        script="depth.js",
    )


def has_class(node: nodes.Node, *names: str) -> bool:
    if isinstance(node, element):
        return node["html"].get("class") in names
    return isinstance(node, nodes.Element) and bool(set(names) & set(node.get("classes", ())))


def is_left_out(node: nodes.Node) -> bool:
    """Say whether ELI5 leaves out the block, or at least its code."""
    if isinstance(node, nodes.math_block):
        return bool(node.get("number"))
    if has_class(node, "cell"):
        return any(has_class(child, "cell_input") for child in node.children)
    return has_class(node, "u30-source", "u30-derivation")


def ends_run(node: nodes.Node) -> bool:
    """Say whether something of the block stays: what a cell printed or drew."""
    return any(has_class(child, "cell_output") for child in node.children)


def mark_runs(app: Sphinx, doctree: nodes.document) -> None:
    """Put a line in front of every run of blocks that ELI5 leaves out."""
    if not any(node["script"] == "depth.js" for node in doctree.findall(element)):
        return
    for section in list(doctree.findall(nodes.section)):
        inside = False
        for block in list(section.children):
            if is_left_out(block):
                if not inside:
                    section.insert(section.index(block), tag("p", class_="u30-cut"))
                inside = not ends_run(block)
            elif not isinstance(block, WITHOUT_PLACE):
                inside = False


def apply_early(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Put the remembered depth into the head of pages that have the switch."""
    if doctree and any(node["script"] == "depth.js" for node in doctree.findall(element)):
        app.add_js_file(None, body=EARLY, priority=100)


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", mark_runs)
    app.connect("html-page-context", apply_early)
