"""Dates in words or numbers, in the forms and languages of news, read strictly.

What is not understood whole is not read: no word is skipped within a date, a date whose weekday
does not fit is none, and one that can mean two days keeps both (`Reading.otherwise`).
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from pipeline.clean.dates.calendars import from_persian, gregorian_year, persian_month
from pipeline.clean.dates.clock import with_clock
from pipeline.clean.dates.names import months, weekdays
from pipeline.clean.dates.normal import folded

DAY_FIRST, MONTH_FIRST, EITHER = "day first", "month first", "day or month first"
"""How a date of numbers is written, or may be."""

_YEAR_AND_DAY = re.compile(r"\d{4}\D+\d|\d\D+\d{4}")
_LONGEST = 80  # characters of a line that is a date, and little else
_WORD = r"[^\W\d_](?:[^\s\d_,;:|/()\[\]{}!?،؛「」–—·•+-])*"
_TWO_WORDS = "كانون|تشرين|meán|deireadh"  # begin names of months that have two
_MONTH = rf"(?P<month>(?:(?:{_TWO_WORDS})\s)?{_WORD}(?:\.\s?{_WORD})*)"
_DAY = r"(?<![\d.:/-])(?P<day>\d{1,2})(?:\s?(?:st|nd|rd|th|er|ère|ème|a|o|e)\b|\.|-?(?:го|ე|та))?"
_YEAR = r"(?P<year>\d{4})(?![\d:])"
_GLUE = (
    r"(?:[\s.,،/\-–]|ค\.ศ\.|พ\.ศ\.|ta['’]|d['’]|\b(?:de|del|of|the|di|da|m|gada|г|ж|año|roku|року|года"
    r"|წლის)\b)*"
)
_OTHER_NAME = rf"(?:\s?[/(]\s?{_WORD}(?:\s{_WORD})?\)?)?"  # 5 يوليو/تموز 2021
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_DAY}{_GLUE}(?<![^\W\d_]){_MONTH}{_OTHER_NAME}{_GLUE}{_YEAR}",
        rf"(?<![^\W_]){_MONTH}{_GLUE}{_DAY}(?:\s?[,،.]?\s|\s?-\s?|[,،]){_YEAR}",
        rf"(?<![\d.:/-]){_YEAR}(?:\(e\)ko)?{_GLUE}(?<![^\W\d_]){_MONTH}{_GLUE}{_DAY}(?![\d:])",
        rf"(?<![\d.:/-]){_YEAR}{_GLUE}{_DAY}{_GLUE}(?<![^\W\d_]){_MONTH}",
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<number>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일号號]",
        r"(?<!\d)(?P<year>\d{4})\s?оны\s?(?P<number>\d{1,2})-р сарын\s?(?P<day>\d{1,2})(?!\d)",
        r"\b(?:ngày\s)?(?P<day>\d{1,2})\s(?:tháng|thg)\s(?P<number>\d{1,2}),?\s(?:năm\s)?(?P<year>\d{4})\b",
    )
)
_NUMBERS = re.compile(
    r"(?<![\d.:/+-])(?P<a>\d{1,4})(?P<by>\s?[./-]\s?)(?P<b>\d{1,2})(?P=by)(?P<c>\d{1,4})(?![/-]?\d|:\d|\.\d)"
)
_UPDATED = re.compile(
    r"updat|aktualis|actuali|mis(?:e)? [àa] jour|modifi|edited|aggiornat|atualiz|bijgewerkt|обновл|"
    r"оновлен|измен|تحديث|güncel|zaktualiz|uppdater|oppdater|opdater|päivitet|更新|수정|अपडेट|روزرسانی|"
    r"diperbarui|cập nhật|อัปเดต|ажурир|ενημ|frissít|actualiz|ultima modifica"
)
_WEEKDAY_BEFORE = re.compile(rf"({_WORD})[\s.,،)(|-]*$")
_WEEKDAY_BEHIND = re.compile(rf"^[\s.,،(|-]*({_WORD})")


class Reading(NamedTuple):
    """What a date as written means."""

    moment: datetime
    """In UTC."""
    otherwise: datetime | None = None
    """What else it can mean."""
    form: str = ""
    """How it is written, where that can tell of others: `DAY_FIRST`, `MONTH_FIRST`, or `EITHER`
    where that is the question; or the name of a month, where that means two."""
    unclear: bool = False
    """Whether a time is printed that cannot be told: the day alone counts then."""


class _Found(NamedTuple):
    days: tuple[date, ...]  # one or two
    form: str
    start: int
    stop: int


def read_written(line: str, country: str | None = None) -> Reading | None:
    """Find the one date that a short line names.

    Parameters
    ----------
    line : str
    country : str, optional
        Of the site, two letters: some names of time zones mean another thing elsewhere.

    Returns
    -------
    Reading or None
        None where the line names no day, or several that none of the labels we know tells apart,
        or the day of a change only.

    >>> read_written("Lunes, 5 de julio de 2021 - 18:05").moment.isoformat()
    '2021-07-05T18:05:00+00:00'
    >>> read_written("03/04/2021").form
    'day or month first'
    """
    text = folded(line) if _may_be_dated(line) else ""
    found, updated = _the_date(text)
    if not found or updated:
        return None
    clocks = [with_clock(text, day, found.start, found.stop, country) for day in found.days]
    known = [clock for clock in clocks if clock]
    if len(known) < len(clocks):
        return None
    other = known[1].moment if len(known) > 1 else None
    return Reading(known[0].moment, other, found.form, known[0].unclear)


def names_day(line: str) -> bool | None:
    """Tell whether a short line names one day; None for that of a change."""
    found, updated = _the_date(folded(line)) if _may_be_dated(line) else (None, False)
    return None if updated else found is not None


def _may_be_dated(line: str) -> bool:
    return len(line) <= _LONGEST and _YEAR_AND_DAY.search(line) is not None


def _the_date(text: str) -> tuple[_Found | None, bool]:
    """Give the date of a line, and whether it is that of a change."""
    found = sorted(_dates(text), key=lambda one: one.start)
    plain = [one for at, one in enumerate(found) if not _is_update(text, found, at)]
    named = plain or found[:1]
    if not named or any(one.days != named[0].days for one in named):
        return None, False
    return named[0], not plain


def _is_update(text: str, found: list[_Found], at: int) -> bool:
    begin = found[at - 1].stop if at else 0
    return bool(_UPDATED.search(text[begin : found[at].start]))


def _dates(text: str) -> Iterator[_Found]:
    for form in _FORMS:
        for match in form.finditer(text):
            yield from _fitting(text, match, _named_days(match))
    for match in _NUMBERS.finditer(text):
        yield from _fitting(text, match, _numbered_days(match))


def _fitting(text: str, match: re.Match[str], days: dict[date, str]) -> Iterator[_Found]:
    """Drop the days whose weekday is another than the one that is printed beside the date."""
    printed = _weekdays_beside(text, match)
    left = {day: form for day, form in days.items() if not printed or day.weekday() in printed}
    if not left:
        return
    forms = set(left.values())
    form = next(iter(forms)) if len(forms) == 1 else EITHER
    yield _Found(tuple(left), form, match.start(), match.end())


def _weekdays_beside(text: str, match: re.Match[str]) -> set[int]:
    before = _WEEKDAY_BEFORE.search(text[: match.start()])
    behind = _WEEKDAY_BEHIND.match(text[match.end() :])
    words = [found[1] for found in (before, behind) if found]
    return {number for word in words for number in weekdays(word) if len(word) > 1}


def _named_days(match: re.Match[str]) -> dict[date, str]:
    parts = match.groupdict()
    day, year = int(parts["day"]), int(parts["year"])
    if parts.get("number"):
        return _days([(year, int(parts["number"]), day)], "")
    name = parts["month"]
    if number := persian_month(name):
        return _persian_days(year, number, day)
    known = months(name)
    year = gregorian_year(year, name)
    return _days([(year, number, day) for number in known], name if len(known) > 1 else "")


def _persian_days(year: int, month: int, day: int) -> dict[date, str]:
    try:
        return {from_persian(year, month, day): ""}
    except ValueError:
        return {}


def _numbered_days(match: re.Match[str]) -> dict[date, str]:
    a, b, c = (int(match[name]) for name in "abc")
    if len(match["a"]) == 4 and len(match["c"]) <= 2:
        return _days([(a, b, c)], "")
    if len(match["a"]) > 2 or len(match["c"]) != 4:
        return {}
    found = _days([(c, b, a)], DAY_FIRST)
    for day in _days([(c, a, b)], MONTH_FIRST):
        found[day] = "" if day in found else MONTH_FIRST
    return found


def _days(candidates: list[tuple[int, int, int]], form: str) -> dict[date, str]:
    found = {}
    for year, month, day in candidates:
        try:
            found[date(year, month, day)] = form
        except ValueError:
            continue
    return found
