"""What a reader does on a day page: the live network, hints, buttons."""

import urllib.request

DAY1 = "days/day01_char_rnn.html"


def test_hints_and_solutions_open_without_javascript(visit):
    page = visit(DAY1, javascript=False).page
    details = page.locator("section:has(> h2:text('Exercises')) details")
    assert details.count() >= 5 * 4  # three hints and a solution each
    first = details.first
    assert not first.evaluate("details => details.open")
    first.locator("summary").click()
    assert first.evaluate("details => details.open")


def test_the_live_network_goes_on_writing(visit):
    seen = visit(DAY1)
    demo = seen.page.locator(".u30-live").first
    demo.scroll_into_view_if_needed()
    demo.get_by_role("textbox").fill("the king sings [")
    before = demo.inner_text()
    assert "]" not in before
    demo.get_by_role("button", name="Write").click()
    seen.page.wait_for_function(
        "([demo, least]) => demo.innerText.length > least && demo.innerText.includes(']')",
        arg=[demo.element_handle(), len(before) + 20],
    )  # it has gone on, and closed what was opened
    assert seen.errors == []


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
    page = visit(DAY1).page
    page.get_by_role("button", name="Code first").click()
    page.reload()
    chosen = page.get_by_role("button", name="Code first")
    assert chosen.get_attribute("aria-pressed") == "true"
    assert page.locator(".u30-next").count() > 0
