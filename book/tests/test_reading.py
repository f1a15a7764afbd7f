"""Aids to reading: depth, print, copy buttons, keyboard, and a page whose scripts are off."""

import json
import re
from pathlib import Path

import pytest

from . import axe
from .conftest import HTML, MODES, day_pages

DAY1 = "days/day01_char_rnn.html"
LEFT_OUT = "div.math:has(.eqno), .u30-source, .u30-derivation, section > .cell > .cell_input"
GAP = ".u30-cut"


def at_depth(seen, depth):
    """Let the page be one that its reader has left at this depth."""
    seen.page.evaluate(f"localStorage.setItem('u30.depth', '{depth}')")
    seen.page.reload(wait_until="load")
    return seen.page


def visible(page, selector):
    return page.eval_on_selector_all(
        selector, "all => all.filter(one => one.getClientRects().length).length"
    )


def is_in_view(page, selector):
    return page.eval_on_selector(
        selector,
        "one => { const y = one.getBoundingClientRect().y; return 0 <= y && y < innerHeight }",
    )


# Depth ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", day_pages())
def test_eli5_leaves_out_formulas_and_code_and_keeps_what_they_show(visit, path):
    page = visit(path).page
    outputs = visible(page, ".cell_output")
    assert visible(page, LEFT_OUT) > 10 and visible(page, GAP) == 0
    page.get_by_role("radio", name="ELI5").check()
    assert visible(page, LEFT_OUT) == 0
    assert visible(page, ".cell_output") == outputs
    assert visible(page, "h2, h3") == page.locator("article :is(h2, h3)").count()
    assert visible(page, GAP) == page.locator(GAP).count() > 5
    assert visible(page, ".u30-exercise div.highlight") >= 5  # starters stay


def test_a_gap_says_what_is_missing_and_shows_it(visit):
    page = at_depth(visit(DAY1), "eli5")
    gap = page.locator(GAP).filter(has_text="formula 1").first
    button = gap.get_by_role("button")
    assert gap.inner_text().startswith("Left out: formula 1")
    assert button.get_attribute("aria-label") == "Show formula 1"
    button.press("Enter")
    page.locator("#equation-rnn-forward").wait_for()
    assert button.evaluate("button => button === document.activeElement")
    assert button.get_attribute("aria-expanded") == "true"
    button.press("Enter")
    assert page.locator("#equation-rnn-forward").is_hidden()


def test_the_depth_is_there_before_any_script_of_ours_and_nothing_moves(visit):
    seen = visit(DAY1)
    page = at_depth(seen, "eli5")
    boxes = f"[...document.querySelectorAll('h2, {GAP}')].map(one => one.offsetHeight)"
    with_script = page.evaluate(boxes)
    page.route("**/depth.js*", lambda route: route.abort())
    page.reload(wait_until="load")
    assert visible(page, LEFT_OUT) == 0
    assert page.evaluate(boxes) == with_script
    page = at_depth(seen, "full")
    assert page.locator(".u30-derivation:not([open])").count() == 0
    assert page.locator(".u30-depth [data-depth=full]").is_visible()


def test_the_depth_is_remembered_on_every_page(visit, site):
    page = visit(DAY1).page
    page.get_by_role("radio", name="ELI5").check()
    page.goto(f"{site}/days/interlude_engine.html")
    assert page.get_by_role("radio", name="ELI5").is_checked()
    assert visible(page, LEFT_OUT) == 0
    page.get_by_role("radio", name="Standard").check()
    page.reload()
    assert page.get_by_role("radio", name="Standard").is_checked()
    assert visible(page, GAP) == 0


def test_full_maths_opens_every_derivation_and_standard_the_short_ones(visit):
    page = visit(DAY1).page
    closed = page.locator(".u30-derivation:not([open])")
    folded = closed.count()
    assert 0 < folded < page.locator(".u30-derivation").count()
    page.get_by_role("radio", name="Full maths").check()
    assert closed.count() == 0
    page.get_by_role("radio", name="Standard").check()
    assert closed.count() == folded


def test_links_into_a_gap_open_it(visit, site):
    page = at_depth(visit(DAY1), "eli5")
    page.locator("a[href='#equation-rnn-backward']:visible").first.click()
    page.locator("#equation-rnn-backward").wait_for()
    assert is_in_view(page, "#equation-rnn-backward")
    page.goto("about:blank")
    page.goto(f"{site}/{DAY1}#equation-rnn-loss")
    assert is_in_view(page, "#equation-rnn-loss")


def test_depth_and_reading_order_go_together_on_a_phone(visit):
    page = visit(DAY1, "phone").page
    page.get_by_role("radio", name="ELI5").check()
    page.get_by_role("button", name="Theory first").click()
    following = page.locator(".u30-next a")
    assert following.count() == 8
    following.first.click()
    assert is_in_view(page, "#eli5")
    assert page.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("mode", MODES)
def test_eli5_is_accessible_too(visit, mode):
    """The other depths are what test_pages.py looks at, with everything that folds opened."""
    page = at_depth(visit(DAY1, mode), "eli5")
    ours = [".u30-depth", ".u30-cut", ".u30-copy"]
    assert axe.faults(page, include=ours) == []
    if mode == "light":
        assert axe.faults(page, axe.ALL_BUT_COLOURS) == []


# Equations -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", day_pages())
def test_a_page_counts_its_equations_from_one_and_so_does_its_notebook(path):
    numbers = re.findall(r'class="eqno">\((\d+)\)', (HTML / path).read_text("utf-8"))
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    notebook = json.loads((HTML / "notebooks" / f"{Path(path).stem}.ipynb").read_text("utf-8"))
    text = "".join("".join(cell["source"]) for cell in notebook["cells"])
    assert re.findall(r"\\tag\{(\d+)\}", text) == numbers


# Paper ---------------------------------------------------------------------------------------


def sheets(pdf):
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_paper_is_light_unfolded_and_without_what_only_a_screen_can_do(visit):
    page = visit(DAY1, "dark").page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 without its margins
    useless = "button, input, select, nav, .u30-live, .headerlink, details.hide > summary"
    assert visible(page, useless) == 0
    assert page.locator("article details:not([open])").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    too_wide = "all => all.filter(one => one.getBoundingClientRect().right > 681).length"
    assert page.eval_on_selector_all("article :is(pre, img, table, mjx-container)", too_wide) == 0
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("article .u30-hint[open]").count() == 0
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_printing_waits_for_the_charts(visit):
    page = visit(DAY1).page
    charts = page.locator(".u30-figure")
    drawn = page.locator(".u30-figure[data-drawn]")
    assert drawn.count() == 0
    page.evaluate("window.addEventListener('beforeprint', () => (window.printed = 1))")
    page.keyboard.press("Control+p")
    page.wait_for_function("window.printed")
    assert drawn.count() == charts.count()


def test_paper_keeps_the_chosen_depth(visit):
    seen = visit(DAY1)
    everything = sheets(seen.page.pdf(format="A4"))
    page = at_depth(seen, "eli5")
    assert sheets(page.pdf(format="A4")) < everything - 3


@pytest.mark.parametrize("path", day_pages())
def test_the_cheat_sheet_prints_on_one_page(visit, path):
    page = visit(path).page
    page.locator(".u30-cheatsheet").scroll_into_view_if_needed()
    page.add_script_tag(content="window.print = () => {}")
    page.get_by_role("button", name="Print this sheet").click()
    page.emulate_media(media="print")
    assert page.inner_text("body").startswith("Cheat sheet")
    title = "one => getComputedStyle(one, '::before').content"
    shown = page.eval_on_selector(".u30-cheatsheet", title)
    assert shown.strip('"') == page.title().split(" —")[0]
    assert sheets(page.pdf(format="A4")) == 1


# Copying -------------------------------------------------------------------------------------


def test_every_block_of_code_can_be_copied_by_keyboard_and_says_so(visit, site):
    page = visit(DAY1).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    blocks = page.locator("article div.highlight:not(.cell_output *)")
    assert page.locator(".u30-copy").count() == blocks.count() > 30
    shell = page.locator(".highlight-shell")
    button = shell.get_by_role("button", name="Copy this code")
    button.focus()
    assert float(button.evaluate("button => getComputedStyle(button).opacity")) == 1
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="Code copied").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == "python -m u30.papers.d01_char_rnn"


# Keyboard ------------------------------------------------------------------------------------

FOCUS = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const marked = one.matches("input[type=radio]") ? one.nextElementSibling : one;
  const style = getComputedStyle(marked);
  const seen = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none";
  one.dataset.reached = "";
  return seen || style.boxShadow !== "none" ? "" : one.outerHTML.slice(0, 120);
}"""


@pytest.mark.parametrize("depth", ["standard", "eli5"])
def test_tab_reaches_everything_shows_where_it_is_and_leaves_the_page(visit, depth):
    seen = visit(DAY1)
    page = seen.page if depth == "standard" else at_depth(seen, depth)
    seen.scroll_through()
    page.evaluate("scrollTo(0, 0)")
    unseen = []
    for _ in range(500):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUS)
        if found is None:
            break
        unseen += [found] if found else []
    else:
        pytest.fail("Tab does not come to an end")
    assert unseen == []
    missed = page.eval_on_selector_all(
        "main :is(a[href], button, select, textarea, input:not([type=radio]), summary)",
        "all => all.filter(one => one.checkVisibility({visibilityProperty: true})"
        " && one.tabIndex >= 0 && !('reached' in one.dataset)).map(one => one.outerHTML)",
    )
    assert missed == []


def test_the_first_stop_skips_to_the_content(visit):
    page = visit(DAY1).page
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to main content")
    assert link.evaluate("link => link === document.activeElement") and link.is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('#main-content')")


@pytest.mark.parametrize("name", ["Table of contents", "On this page"])
def test_escape_closes_a_drawer_and_hands_the_focus_back(visit, name):
    page = visit(DAY1, "phone").page
    button = page.get_by_role("button", name=name).first
    button.press("Enter")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert button.evaluate("button => button === document.activeElement")


# Without scripts -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", day_pages())
def test_without_scripts_every_chart_is_a_picture(visit, path):
    page = visit(path, javascript=False).page
    figures = page.locator(".u30-figure")
    for i in range(figures.count()):
        figure = figures.nth(i)
        figure.scroll_into_view_if_needed()
        picture = figure.locator("img")
        assert figure.bounding_box()["height"] < picture.bounding_box()["height"] + 20
        picture.evaluate("picture => picture.decode()")
        assert picture.evaluate("picture => picture.naturalWidth") == 700
        assert picture.get_attribute("alt") and picture.get_attribute("width") == "700"
    assert page.locator(".u30-depth").is_hidden()
    assert visible(page, LEFT_OUT) > 10


def test_with_scripts_the_pictures_are_not_loaded(visit):
    seen = visit(DAY1).scroll_through()
    assert not [url for url in seen.requests if "/figure-" in url]
    assert seen.page.locator(".u30-figure[data-drawn]").count() == 2


def test_without_scripts_a_live_demo_is_its_description(visit):
    demo = visit(DAY1, javascript=False).page.locator(".u30-live")
    assert "needs JavaScript" in demo.inner_text()
    assert demo.bounding_box()["height"] < 250
