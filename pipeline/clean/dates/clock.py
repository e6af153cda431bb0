"""The time of day that stands beside a date."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from pipeline.clean.dates.names import half, weekdays
from pipeline.clean.dates.zones import zone_behind

_TIME = re.compile(
    r"(?<![\d:./-])(?P<hour>\d{1,2})"
    r"(?:(?:\s?[:.]\s?|h|\s?(?:時|时|点|點|시)\s?)(?P<minute>\d{2})(?:分|\s?분)?"
    r"(?:[:.](?P<second>\d{2})(?:[.,]\d{1,6})?)?)?"
    r"(?P<half>\s?[ap]\.?\s?m\b\.?)?(?![\d:]|[.,/-]\d)"
)
_BETWEEN = re.compile(r"[\s,،|·•\-–—()/.]*")
_WORD = re.compile(r"[^\W\d_](?:[^\s\d_,;:|/()\[\]،–—·•])*")
_LEADING = frozenset(
    ["at", "um", "à", "às", "as", "alle", "ore", "ora", "kl", "kl.", "kello", "klo", "om", "o",
     "в", "о", "saat", "jam", "pukul", "pk", "pk.", "lúc", "godz", "godz.", "ob", "u", "الساعة",
     "ساعت", "a", "las", "t", "on", "den", "le", "the", "el", "am", "tanggal", "г", "г.", "р", "р.",
     "թ", "թ.", "d", "d.", "m", "เวลา"]
)  # fmt: skip
"""Words that lead from a date to its time, or from a time to its date."""
_FOLLOWING = frozenset(
    ["uhr", "h", "hrs", "hrs.", "hr", "hours", "horas", "uur", "ч", "ч.", "год", "น", "น.",
     "heures", "by", "giờ", "óra"]
)  # fmt: skip
"""Words that may follow a time and change nothing."""
_ZONE_LETTERS = 5


class Clock(NamedTuple):
    """A day with its time."""

    moment: datetime
    """In UTC; the day's first moment where no time is printed."""
    unclear: bool = False
    """Whether a time is printed that cannot be told: the day alone counts then."""


def with_clock(text: str, day: date, begin: int, end: int, country: str | None) -> Clock | None:
    """Give a day with the time that stands behind or before it.

    Parameters
    ----------
    text : str
        The line, `folded`.
    day : date
    begin, end : int
        Where the date stands in it.
    country : str or None
        Of the site.

    Returns
    -------
    Clock or None
        None where what stands there is the time of no day.
    """
    at, before = _skip(text, end)
    try:
        if (found := _TIME.match(text, at)) and _is_time(found):
            return _clock(text, found, day, country, before)[0]
        if found := next(_times(text[:begin]), None):
            clock, stop = _clock(text[:begin], found, day, country, None)
            if _skip(text[:begin], stop)[0] == begin:
                return clock
    except (ValueError, OverflowError):
        return None
    return Clock(_midnight(day))


def _times(text: str) -> Iterator[re.Match[str]]:
    return reversed([match for match in _TIME.finditer(text) if _is_time(match)])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _is_time(match: re.Match[str]) -> bool:
    return bool(match["minute"] or match["half"])


def _skip(text: str, at: int) -> tuple[int, int | None]:
    """Pass over what may part a date from its time; give the half of the day that is named."""
    named = None
    while True:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        word = _WORD.match(text, at)
        if not word:
            return at, named
        part = half(word[0])
        if part is None and word[0] not in _LEADING and not weekdays(word[0]):
            return at, named
        named = part if part is not None else named
        at = word.end()


def _clock(
    text: str, found: re.Match[str], day: date, country: str | None, named: int | None
) -> tuple[Clock, int]:
    """Give the moment of a time, and where all that belongs to it ends.

    Raises
    ------
    ValueError, OverflowError
        There is no such time.
    """
    at = found.end()
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    word = _WORD.match(text, _spaces(text, at))
    if found["half"]:
        named = half(found["half"])
    elif word and half(word[0]) is not None and (word[0] != "am" or hour <= 12):
        named, at = half(word[0]), word.end()
    moment = datetime.combine(day, time(_hour(hour, named), minute, second), UTC)
    if (word := _WORD.match(text, _spaces(text, at))) and word[0] in _FOLLOWING:
        at = word.end()
    if zone := zone_behind(text[at:], moment.replace(tzinfo=None), country):
        if zone.shift is None:
            return Clock(_midnight(day), unclear=True), at + zone.length
        return Clock(moment - zone.shift), at + zone.length
    unknown = _WORD.match(text, _spaces(text, at))
    if unknown and not _harmless(unknown[0]) and (hour <= 12 or len(unknown[0]) <= _ZONE_LETTERS):
        return Clock(_midnight(day), unclear=True), at  # it may be a zone, or half of a day
    return Clock(moment), at


def _hour(hour: int, named: int | None) -> int:
    if named is None or (named and hour > 12):
        return hour
    if hour > 12:
        raise ValueError(f"got {hour} o'clock in the forenoon")
    return hour % 12 + 12 * named


def _harmless(word: str) -> bool:
    return word in _FOLLOWING or word in _LEADING or bool(weekdays(word))


def _spaces(text: str, at: int) -> int:
    while text[at : at + 1] == " ":
        at += 1
    return at
