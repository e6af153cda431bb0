"""Years and months of other calendars than the Gregorian one."""

from datetime import date, timedelta

_BUDDHIST = 543  # years ahead
_BUDDHIST_YEARS = range(2343, 2743)
_PERSIAN_YEARS = range(1244, 1473)  # in which the 33-year cycle gives every leap year
_LEAPS = (1, 5, 9, 13, 17, 22, 26, 30)
_NEW_YEAR = date(1921, 3, 21)  # of 1300
_PERSIAN = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن",
    "اسفند",
)  # fmt: skip
_THAI = range(0x0E00, 0x0E80)


def gregorian_year(year: int, month: str) -> int:
    """Give the year that a Thai date means: Thais count from the Buddha's death.

    >>> gregorian_year(2564, "กรกฎาคม"), gregorian_year(2564, "july")
    (2021, 2564)
    """
    return year - _BUDDHIST if ord(month[0]) in _THAI and year in _BUDDHIST_YEARS else year


def persian_month(name: str) -> int | None:
    """Tell which month of the Persian calendar a name is, from 1."""
    return _PERSIAN.index(name) + 1 if name in _PERSIAN else None


def from_persian(year: int, month: int, day: int) -> date:
    """Give the Gregorian date of a day of the Persian (solar Hijri) calendar.

    The leap years of the 33-year cycle are those of the astronomical calendar in the years of
    `range(1244, 1473)` (Borkowski 1996, "The Persian calendar for 3000 years").

    Raises
    ------
    ValueError
        There is no such day, or the year is none of those.

    >>> from_persian(1400, 4, 14)
    datetime.date(2021, 7, 5)
    """
    length = 31 if month <= 6 else 30 if month < 12 or _is_leap(year) else 29
    if year not in _PERSIAN_YEARS or not 1 <= day <= length:
        raise ValueError(f"no day of the Persian calendar: {year}-{month}-{day}")
    years = range(1300, year) if year >= 1300 else range(year, 1300)
    days = sum(365 + _is_leap(other) for other in years)
    begin = _NEW_YEAR + timedelta(days=days if year >= 1300 else -days)
    return begin + timedelta(days=31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day - 1)


def _is_leap(year: int) -> bool:
    return year % 33 in _LEAPS
