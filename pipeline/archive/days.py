"""Spans of days: which partitions a run has to read."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.archive.files import Span


def day_of(moment: datetime) -> date:
    """Give the day of a moment, in UTC."""
    return moment.astimezone(UTC).date()


def days_column(published: pa.ChunkedArray, undated: date) -> pa.ChunkedArray:
    """Give the day that each article lies under; those without a date under ``undated``."""
    return published.cast(pa.date32(), safe=False).fill_null(pa.scalar(undated, pa.date32()))


def union(spans: Iterable[Span]) -> list[Span]:
    """Join spans that touch; sorted.

    >>> union([(date(2021, 5, 4), date(2021, 5, 6)), (date(2021, 5, 1), date(2021, 5, 3))])
    [(datetime.date(2021, 5, 1), datetime.date(2021, 5, 6))]
    """
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def around(
    days: pa.ChunkedArray | pa.Array, before: float, after: float | None = None
) -> list[Span]:
    """Give the days within so many days of those in a date column; whole days, rounded up."""
    ahead = before if after is None else after
    lower, upper = timedelta(days=-int(-before // 1)), timedelta(days=-int(-ahead // 1))
    found = pc.unique(days.drop_null()).to_pylist()
    return union((_shifted(day, -lower), _shifted(day, upper)) for day in found)


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day
