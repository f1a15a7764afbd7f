"""What a reader does on a day page: figures, sliders, the live network, hints, buttons."""

import urllib.request

import pytest

from .conftest import day_pages

DAY1 = "days/day01_char_rnn.html"


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
@pytest.mark.parametrize("page", day_pages())
def test_every_plotly_figure_is_drawn_and_its_slider_moves(visit, page, mode):
    seen = visit(page, mode).scroll_through()
    hosts = seen.page.locator(".plotly-host")
    assert hosts.count() > 0
    for i in range(hosts.count()):
        host = hosts.nth(i)
        host.scroll_into_view_if_needed()
        host.locator(".main-svg").first.wait_for()
        assert host.locator(".plot path, .plot image, .plot .point").count() > 0
        assert host.get_attribute("aria-label")
        knob = host.locator(".slider-grip-rect")
        if knob.count() == 0:
            continue
        before = host.locator(".plot").first.evaluate("plot => plot.innerHTML")
        rail = host.locator(".slider-rail-touch-rect").bounding_box()
        seen.page.mouse.click(rail["x"] + 0.8 * rail["width"], rail["y"] + rail["height"] / 2)
        seen.page.wait_for_timeout(600)
        assert host.locator(".plot").first.evaluate("plot => plot.innerHTML") != before
    assert seen.errors == []


def test_hints_and_solutions_open_without_javascript(visit):
    page = visit(DAY1, javascript=False).page
    details = page.locator("section:has(> h2:text('Exercises')) details")
    assert details.count() >= 5 * 4  # three hints and a solution each
    first = details.first
    assert not first.evaluate("details => details.open")
    first.locator("summary").click()
    assert first.evaluate("details => details.open")


def test_the_live_network_writes_and_stops(visit):
    page = visit(DAY1).scroll_through().page
    demo = page.locator(".u30-live").first
    demo.scroll_into_view_if_needed()
    box = demo.get_by_role("textbox")
    box.fill('the king sings "')
    demo.get_by_role("button", name="Write").click()
    page.wait_for_timeout(1500)
    assert len(demo.inner_text()) > 60


def test_download_buttons_lead_to_files(visit, site):
    page = visit(DAY1).page
    addresses = page.eval_on_selector_all(
        "a[href*='notebooks/'], a[download], a[href*='_sources/']",
        "links => links.map(a => a.href)",
    )
    local = {address for address in addresses if address.startswith(site)}
    assert any(address.endswith("day01_char_rnn.ipynb") for address in local)
    assert any(address.endswith(".zip") for address in local)
    for address in local:
        assert urllib.request.urlopen(address).status == 200


def test_the_reading_order_is_remembered(visit):
    seen = visit(DAY1)
    page = seen.page
    choice = page.get_by_role("link", name="code first", exact=False).or_(
        page.get_by_role("button", name="code first", exact=False)
    )
    choice.first.click()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "code" in kept
