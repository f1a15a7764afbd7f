from pathlib import Path

from course_files import course_data

from u30book.days import load_days, parse_days
from u30book.map_layout import (
    LEFT,
    NODE_HEIGHT,
    NODE_WIDTH,
    arrows,
    lanes,
    path,
    places,
)

BOOK = Path(__file__).parents[2]


def test_an_arrow_that_follows_from_others_is_left_out():
    assert arrows(parse_days(course_data())) == [(1, 2), (2, 3)]  # 1 → 3 follows


def test_boxes_of_the_real_course_do_not_overlap():
    where = list(places(load_days(BOOK / "days.yml")).values())
    for number, one in enumerate(where):
        for other in where[number + 1 :]:
            apart = abs(one.x - other.x) >= NODE_WIDTH or abs(one.y - other.y) >= NODE_HEIGHT
            assert apart, (one, other)


def test_arrows_between_distant_columns_run_in_the_gaps_between_rows():
    course = load_days(BOOK / "days.yml")
    where = places(course)
    pairs = arrows(course)
    heights = lanes(pairs, where)
    distant = [p for p in pairs if where[p[1]].column - where[p[0]].column > 1]
    assert sorted(heights) == sorted(distant)
    for height in heights.values():
        assert not any(place.y <= height <= place.y + NODE_HEIGHT for place in where.values())


def test_arrows_start_and_end_at_their_boxes():
    where = places(parse_days(course_data()))
    curve = path(where[2], where[3])
    assert curve.startswith(f"M{LEFT + NODE_WIDTH} {where[2].middle:g} ")
    assert curve.endswith(f" {where[3].x - 6} {where[3].middle:g}")
