"""Where bars and lines of a drawing stand."""

import re
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.charts import Growth, Report, axis_of, growth_of
from tests.export.tables import NOON

HEIGHT = 100
COUNTS = st.tuples(st.integers(0, 50), st.integers(0, 50)).filter(any)


def grown(reports: list[Report]) -> Growth:
    axis = axis_of([at for at, _, _ in reports])
    assert axis is not None
    return growth_of(axis, reports, HEIGHT)


def points(line: str) -> list[tuple[float, float]]:
    """Read a path back: the points that it passes."""
    found: list[tuple[float, float]] = []
    for _, numbers in re.findall(r"([MLH])([0-9. ]+)", line):
        x, *y = (float(number) for number in numbers.split())
        found.append((x, y[0] if y else found[-1][1]))
    return found


def test_lines_say_what_there_was_by_then() -> None:
    """Two articles, then a repost, then an article: the lines end at three and at one."""
    hours = [(0, 2, 0), (5, 0, 1), (9, 1, 0)]
    growth = grown([(NOON + timedelta(hours=n), a, r) for n, a, r in hours])
    assert growth.sums is not None
    assert growth.sums.most == 3
    levels = [round(HEIGHT - y, 1) for _, y in points(growth.sums.articles)]
    assert sorted(set(levels)) == [0.0, 66.7, 100.0]
    assert round(HEIGHT - points(growth.sums.reposts)[-1][1], 1) == 33.3
    said = "3 articles and 1 repost in all, half of them before 5 Jul 2021, 13:00"
    assert growth.sums.said == said


@given(st.dictionaries(st.integers(0, 5000), COUNTS, min_size=2, max_size=40))
def test_lines_only_rise_and_end_with_the_larger_sum_on_top(
    hours: dict[int, tuple[int, int]],
) -> None:
    """From left to right no line falls; the larger reaches the top, and none leaves the picture."""
    growth = grown([(NOON + timedelta(hours=n), *both) for n, both in hours.items()])
    if growth.sums is None:
        assert len(growth.bars) == 1
        return
    lines = [points(line) for line in (growth.sums.articles, growth.sums.reposts) if line]
    for line in lines:
        assert line == sorted(line, key=lambda point: (point[0], -point[1]))
        assert all(0 <= x <= 100 and 0 <= y <= HEIGHT for x, y in line)
    assert min(line[-1][1] for line in lines) == 0


def test_one_moment_has_no_lines() -> None:
    """What came all at once has bars alone."""
    assert grown([(NOON, 3, 4)]).sums is None


def test_without_reposts_there_is_no_line_of_them() -> None:
    """A legend of a line along the bottom would say nothing."""
    growth = grown([(NOON, 1, 0), (NOON + timedelta(hours=3), 1, 0)])
    assert growth.sums is not None
    assert growth.sums.reposts == ""
