"""The cup of Day 7 in a browser: with a mouse, with keys, and for readers who want no motion."""

import pytest

PAGE = "days/day07_coffee.html"


def opened(visit, mode="light"):
    """The visit and its cup, ready to be stirred."""
    seen = visit(PAGE, mode)
    demo = seen.page.locator(".u30-live[data-kind=coffee]")
    demo.scroll_into_view_if_needed()
    seen.page.wait_for_selector(".u30-live[data-kind=coffee][data-started]")
    demo.locator("canvas").first.scroll_into_view_if_needed()
    return seen, demo


def needles(demo):
    """(entropy, complexity) in bytes, as a screen reader hears them."""
    meters = demo.get_by_role("meter").all()
    return [int(meter.get_attribute("aria-valuetext").split()[0]) for meter in meters]


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_a_stroke_raises_both_needles_and_a_fresh_cup_lowers_them(visit, mode):
    seen, demo = opened(visit, mode)
    fresh = needles(demo)
    assert fresh[1] == 0
    box = demo.locator("canvas").first.bounding_box()
    seen.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.25 * box["height"])
    seen.page.mouse.down()
    seen.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"], steps=10)
    seen.page.mouse.up()
    seen.page.wait_for_timeout(500)
    stirred = needles(demo)
    assert stirred[0] > 3 * fresh[0] and stirred[1] > 5
    demo.get_by_role("button", name="Pour again").click()
    seen.page.wait_for_timeout(500)
    assert needles(demo) == fresh
    assert seen.errors == []


def test_the_cup_is_stirred_with_the_keyboard_and_every_measure_can_be_read(visit):
    seen, demo = opened(visit)
    demo.locator("canvas").first.focus()
    for key in ["ArrowDown"] * 6 + ["ArrowRight"] * 4:
        seen.page.keyboard.press(key)
    seen.page.wait_for_timeout(500)
    assert needles(demo)[1] > 5
    readings = set()
    for measure in ("naive", "adjusted", "clean"):
        demo.get_by_label("Complexity is read").select_option(measure)
        readings.add(needles(demo)[1])
    assert len(readings) == 3
    demo.get_by_label("Squint: show the blurred cup").check()
    assert seen.errors == []


def test_nothing_moves_before_the_reader_says_so(visit):
    seen, demo = opened(visit)
    before = needles(demo)
    seen.page.wait_for_timeout(700)
    assert needles(demo) == before
    assert demo.get_by_role("button", name="Start").count() == 1
