"""Dates that count back from the time at which a page was fetched."""

import re
from datetime import UTC, datetime, timedelta

from pipeline.clean.dates.clock import with_clock
from pipeline.clean.dates.names import ago, begins_span
from pipeline.clean.dates.normal import folded

_LONGEST = 60
_PARTS = re.compile(r"\s*[|·•,–—]\s*|\s+-\s+|:\s+|\s/\s")
_LABEL = re.compile(
    r"^(?:published|posted|created|veröffentlicht|publicado|publicada|publié|publiée|pubblicato|"
    r"gepubliceerd|geplaatst|опубликовано|نشر|نُشر|yayınlandı|opublikowano|publicerad|publisert)\s"
)
_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?![\d.,])")
_FIGURE = re.compile(r"\d")
_SOME_DAY = datetime(2021, 7, 5, 12, tzinfo=UTC)
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_FARTHEST = {"minute": 240, "hour": 72, "day": 31}


def read_relative(line: str, crawled: datetime) -> datetime | None:
    """Read a line that says how long ago something was, and nothing else but a label.

    Parameters
    ----------
    line : str
        In words of `names.csv`; of weeks and months nobody knows the day.
    crawled : datetime
        When the page was fetched, with a time zone.

    Returns
    -------
    datetime or None
        In UTC: the moment, where minutes or hours are counted; of days their first moment, by
        UTC, for the page's own midnight is not known. None where the line says no such thing.

    >>> from datetime import UTC
    >>> read_relative("Vor 2 Stunden", datetime(2021, 7, 5, 17, 30, tzinfo=UTC)).isoformat()
    '2021-07-05T15:30:00+00:00'
    """
    if len(line) > _LONGEST:
        return None
    for part in _PARTS.split(folded(line)):
        if found := _read_part(_LABEL.sub("", part), crawled):
            unit, moment = found
            return _of_day(folded(line), moment, crawled) if unit == "day" else moment
    return None


def counts_back(line: str) -> bool:
    """Tell whether a line says how long ago something was."""
    if len(line) > _LONGEST or not (
        _FIGURE.search(line) or begins_span(line.partition(" ")[0].casefold())
    ):
        return False
    return read_relative(line, _SOME_DAY) is not None


def _read_part(part: str, crawled: datetime) -> tuple[str, datetime] | None:
    numbers = _NUMBER.findall(part)
    if len(numbers) > 1:
        numbers, part = [], part.partition(" ")[0]  # "yesterday 17:30": its clock is read apart
    known = ago(_NUMBER.sub("#", part).strip(" .()"))
    if known is None:
        return None
    unit, count = known[0], int(numbers[0]) if numbers else known[1]
    return (unit, crawled - count * _UNITS[unit]) if count <= _FARTHEST[unit] else None


def _of_day(line: str, moment: datetime, crawled: datetime) -> datetime | None:
    """Give the day, with the time that stands on the line."""
    clock = _CLOCK.search(line)
    if clock:
        known = with_clock(line, moment.date(), clock.start(), clock.start(), None)
        return known.moment if known else None
    if moment == crawled:
        return None  # "Today" alone is the name of a section
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
