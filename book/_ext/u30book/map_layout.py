"""Where the boxes and arrows of the paper map stand, in pixels of its drawing."""

from __future__ import annotations

from dataclasses import dataclass

from .days import Course

NODE_WIDTH, NODE_HEIGHT = 152, 50
COLUMN_STEP, ROW_STEP = 196, 84
LEFT, TOP = 6, 84
LANE = 6  # distance of two arrows that share a gap between rows

Arrow = tuple[int, int]  # (earlier day, later day)


@dataclass(frozen=True)
class Place:
    """Where a day's box stands: a unit is a column, its days are the rows."""

    column: int
    row: int

    @property
    def x(self) -> int:
        return LEFT + self.column * COLUMN_STEP

    @property
    def y(self) -> int:
        return TOP + self.row * ROW_STEP

    @property
    def middle(self) -> float:
        return self.y + NODE_HEIGHT / 2


def places(course: Course) -> dict[int, Place]:
    """Put every day into its unit's column, in order."""
    return {
        day.day: Place(column, row)
        for column, unit in enumerate(course.units)
        for row, day in enumerate(course.days_of(unit))
    }


def ancestors(course: Course) -> dict[int, set[int]]:
    """Return, for every day, all days it rests on, directly or not."""
    result: dict[int, set[int]] = {}
    for day in course.days:
        result[day.day] = set(day.builds_on).union(*(result[one] for one in day.builds_on))
    return result


def arrows(course: Course) -> list[Arrow]:
    """Return (earlier, later) pairs, without those that follow from others."""
    above = ancestors(course)
    return [
        (earlier, day.day)
        for day in course.days
        for earlier in day.builds_on
        if not any(earlier in above[other] for other in day.builds_on)
    ]


def lanes(pairs: list[Arrow], where: dict[int, Place]) -> dict[Arrow, float]:
    """Give every arrow that passes other columns its own height in a gap between rows."""
    gaps: dict[int, list[Arrow]] = {}
    for pair in pairs:
        start, end = where[pair[0]], where[pair[1]]
        if end.column - start.column > 1:
            gap = end.row + 1 if start.row > end.row else end.row
            gaps.setdefault(gap, []).append(pair)
    heights = {}
    for gap, sharing in gaps.items():
        middle = TOP + gap * ROW_STEP - (ROW_STEP - NODE_HEIGHT) / 2
        for position, pair in enumerate(sorted(sharing)):
            heights[pair] = middle + (position - (len(sharing) - 1) / 2) * LANE
    return heights


def path(start: Place, end: Place, lane: float | None = None) -> str:
    """Return the curve of one arrow as SVG path data."""
    if start.column == end.column:
        return _down(start, end)
    x1, x2 = start.x + NODE_WIDTH, end.x - 6
    space = COLUMN_STEP - NODE_WIDTH - 6
    if lane is None:
        return f"M{x1:g} {start.middle:g} " + _curve(x1, start.middle, x2, end.middle)
    return (
        f"M{x1:g} {start.middle:g} {_curve(x1, start.middle, x1 + space, lane)} "
        f"H{x2 - space:g} {_curve(x2 - space, lane, x2, end.middle)}"
    )


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a curve that leaves and arrives horizontally."""
    bend = (x2 - x1) * 0.6
    return f"C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"


def _down(start: Place, end: Place) -> str:
    """Return an arrow within a column: straight to the next row, around others on the left."""
    if end.row - start.row == 1:
        x = start.x + NODE_WIDTH / 2
        return f"M{x:g} {start.y + NODE_HEIGHT:g} V{end.y - 6:g}"
    bend = start.x - 18 - 4 * (end.row - start.row)
    return (
        f"M{start.x:g} {start.middle:g} C{bend:g} {start.middle:g} "
        f"{bend:g} {end.middle:g} {start.x - 6:g} {end.middle:g}"
    )
