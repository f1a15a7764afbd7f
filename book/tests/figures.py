"""Interactive figures: each is drawn and described, and every slider changes what it shows."""

from playwright.sync_api import TimeoutError as TookTooLong

# What is still being drawn after the last slider must not count as the work of the next one.
REMEMBER = """async plot => {
  for (let same = 0; same < 5; same += 1) {
    await new Promise(requestAnimationFrame);
    if (plot.innerHTML !== plot.before) same = 0;
    plot.before = plot.innerHTML;
  }
}"""
HAS_CHANGED = "plot => plot.innerHTML !== plot.before"
SOON = 5_000  # ms for a figure to follow its slider, on a machine with other things to do


def faults(page):
    """One sentence for each figure that does not do what it should."""
    figures = page.locator(".u30-figure[role=figure]")
    for number in range(figures.count()):
        figure = figures.nth(number)
        figure.scroll_into_view_if_needed()
        plot = figure.locator(".cartesianlayer").first
        plot.wait_for(state="attached")
        if not plot.locator("path, image").count():
            yield f"figure {number} is empty"
        if not figure.get_attribute("aria-label"):
            yield f"figure {number} has no description"
        for slider in figure.locator("input[type=range]").all():
            plot.evaluate(REMEMBER)
            slider.focus()
            page.keyboard.press("End")
            page.keyboard.press("ArrowLeft")
            try:
                page.wait_for_function(HAS_CHANGED, arg=plot.element_handle(), timeout=SOON)
            except TookTooLong:
                yield f"a slider of figure {number} changes nothing"
