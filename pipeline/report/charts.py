"""Where things stand in a drawing: places along time in percent, heights in pixels.

A drawing is as wide as the page lets it be: its places are percentages, its letters keep
their size.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from pipeline.report import words

HOUR = timedelta(hours=1)
_STEPS = [HOUR * n for n in (1, 2, 3, 6, 12, 24, 48, 168, 720, 2160, 8760, 43_800, 219_000)]
_MOST_BARS = 72
_MOST_TICKS = 5
_SPARK_BARS = 24
_SPARK_WIDTH, _SPARK_HEIGHT = 96, 28

Report = tuple[datetime, int, int]
"""An hour, and how many articles and reposts were published in it."""


@dataclass(frozen=True)
class Bar:
    """What was published in one step of time."""

    at: datetime
    x: float
    width: float
    articles: float
    reposts: float
    label: str


@dataclass(frozen=True)
class Tick:
    """A mark on the axis of time."""

    x: float
    label: str


@dataclass(frozen=True)
class Axis:
    """A stretch of time as the width of a drawing."""

    start: datetime
    end: datetime

    def place(self, at: datetime) -> float:
        """Give a moment's place in percent, within a margin of one."""
        share = (at - self.start) / (self.end - self.start)
        return round(1 + 98 * share, 2)

    def ticks(self) -> list[Tick]:
        """Give at most some five marks at full hours or days."""
        step = _step(self.end - self.start, _MOST_TICKS)
        first = _floor(self.start, step)
        moments = (first + step * n for n in range(_MOST_TICKS + 3))
        return [
            Tick(self.place(at), _tick(at, step)) for at in moments if self.start <= at <= self.end
        ]


@dataclass(frozen=True)
class Sums:
    """How many there were by each moment, as lines: paths of a picture of 100 by its height."""

    articles: str
    reposts: str
    most: int
    """What the height stands for."""
    said: str


@dataclass(frozen=True)
class Growth:
    """How much was published when."""

    axis: Axis
    bars: list[Bar]
    step: str
    tallest: int
    """Reports in the fullest step."""
    sums: Sums | None
    """None where all was published within one step."""


def axis_of(moments: Sequence[datetime]) -> Axis | None:
    """Span the moments, and an hour at least; None where there are none."""
    if not moments:
        return None
    first, last = min(moments), max(moments)
    room = max((last - first) * 0.02, timedelta(minutes=5))
    if last - first < HOUR:
        room = HOUR
    try:
        return Axis(first - room, last + room)
    except OverflowError:  # the first or last moment that there is
        return Axis(first, last + HOUR / 60) if first < last else None


def growth_of(axis: Axis, reports: Iterable[Report], height: int) -> Growth:
    """Draw reports as bars.

    Parameters
    ----------
    axis : Axis
    reports : iterable of Report
        By the hour.
    height : int
        Pixels of the tallest bar, and of the lines of sums.
    """
    step = _step(axis.end - axis.start, _MOST_BARS)
    counts: dict[datetime, list[int]] = {}
    for at, articles, reposts in sorted(reports):
        both = counts.setdefault(_floor(at, step), [0, 0])
        both[0] += articles
        both[1] += reposts
    tallest = max((sum(both) for both in counts.values()), default=1)
    scale = height / max(tallest, 1)
    width = 98 * (step / (axis.end - axis.start))
    bars = [
        Bar(
            at,
            max(axis.place(at), 0.0),
            round(max(width - 0.3, 0.3), 2),
            round(articles * scale, 1),
            round(reposts * scale, 1),
            f"{_when(at, step)}: {words.counted(articles, 'article')}, "
            f"{words.counted(reposts, 'repost')}",
        )
        for at, (articles, reposts) in counts.items()
    ]
    sums = _sums(axis, step, counts, height) if len(counts) > 1 else None
    return Growth(axis, bars, words.length(step), tallest, sums)


def _sums(axis: Axis, step: timedelta, counts: dict[datetime, list[int]], height: int) -> Sums:
    """Draw what there was by the end of each step, and say by when half of it was there."""
    articles = list(accumulate(many for many, _ in counts.values()))
    reposts = list(accumulate(many for _, many in counts.values()))
    most = max(articles[-1], reposts[-1])
    ends = [(axis.place(at), min(axis.place(at + step), 100.0)) for at in counts]
    sums = zip(counts, articles, reposts, strict=True)
    half = next(at for at, a, r in sums if 2 * (a + r) >= articles[-1] + reposts[-1])
    return Sums(
        _rising(ends, [height * (1 - many / most) for many in articles], height),
        _rising(ends, [height * (1 - many / most) for many in reposts], height)
        if reposts[-1]
        else "",
        most,
        f"{words.counted(articles[-1], 'article')} and {words.counted(reposts[-1], 'repost')} "
        f"in all, half of them before {_when(half + step, step)}",
    )


def _rising(ends: list[tuple[float, float]], levels: list[float], height: int) -> str:
    """Draw a line that rises over the width of each step and stays level between steps."""
    line = f"M{max(ends[0][0], 0.0):g} {height}"
    for (start, end), level in zip(ends, levels, strict=True):
        line += f"H{max(start, 0.0):g}L{end:g} {level:.1f}"
    return f"{line}H100"


def spark(reports: Sequence[Report]) -> str:
    """Draw reports from first to last as the path of a small picture, of 96 by 28."""
    if not reports:
        return ""
    first, last = reports[0][0], reports[-1][0] + HOUR
    counts = [0] * _SPARK_BARS
    for at, articles, reposts in reports:
        counts[min(int(_SPARK_BARS * ((at - first) / (last - first))), _SPARK_BARS - 1)] += (
            articles + reposts
        )
    top = max(counts)
    wide = _SPARK_WIDTH / _SPARK_BARS
    return "".join(
        f"M{round(wide * (n + 0.5), 1):g} {_SPARK_HEIGHT}v-{max(2, round(26 * many / top))}"
        for n, many in enumerate(counts)
        if many
    )


def _step(length: timedelta, most: int) -> timedelta:
    return next((step for step in _STEPS if length / step <= most), _STEPS[-1])


def _floor(at: datetime, step: timedelta) -> datetime:
    """Give the last moment that is a whole number of steps from a Monday."""
    monday = datetime(1, 1, 1, tzinfo=UTC)
    return monday + ((at - monday) // step) * step


def _tick(at: datetime, step: timedelta) -> str:
    if step >= timedelta(days=300):
        return f"{at:%b} {at.year}"
    if step >= timedelta(days=1) or at.hour == 0:
        return f"{at.day} {at:%b}"
    return f"{at:%H:%M}"


def _when(at: datetime, step: timedelta) -> str:
    day = f"{at.day} {at:%b} {at.year}"
    return day if step >= timedelta(days=1) else f"{day}, {at:%H:%M}"


def hours(rows: Iterable[dict[str, object]]) -> Iterator[Report]:
    """Give the reports of rows of look's GROWTH."""
    for row in rows:
        yield words.utc(row["hour"]), row["articles"], row["reposts"]  # type: ignore[misc,arg-type]
