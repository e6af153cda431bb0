"""What a page says of dates, delays, counts and of words that came from outside."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls
    "\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of what follows
    "\ufdd0-\ufdef\ufffe\uffff]"  # noncharacters
)
"""What nobody sees, and what turns the direction of its surroundings: a headline has its own
direction (``dir=auto``), and no say in that of others. The marks that Arabic and Hebrew need
(U+200E, U+200F, U+061C) stay."""

_PLAIN_NAME = re.compile(r"[a-z0-9_-]{1,64}")
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))


def clean(text: str | None, longest: int = 300) -> str:
    """Make a line of foreign text fit to be shown; what is cut off is marked by an ellipsis."""
    if not text:
        return ""
    line = " ".join(_INVISIBLE.sub("", text[: 4 * longest]).split())
    if len(line) <= longest and len(text) <= 4 * longest:
        return line
    return line[: longest - 1].rstrip() + "…"


def visible(text: str) -> str:
    """Take the invisible marks out of a text of several lines."""
    return _INVISIBLE.sub("", text)


def headline(title: str | None) -> str:
    """Give a headline, or say that there is none."""
    return clean(title) or "(no headline)"


def file_name(name: str) -> str:
    """Give an id a name that every file system takes, each id another.

    Ids are the inputs' own: they may hold slashes, or differ by case alone.
    """
    if _PLAIN_NAME.fullmatch(name):
        return name
    return f"x{blake2b(name.encode(), digest_size=16).hexdigest()}"


def folder_of(name: str) -> str:
    """Give one of 256 folders, so that none holds too many files."""
    return blake2b(name.encode(), digest_size=1).hexdigest()


def utc(moment: datetime) -> datetime:
    """Give the same moment in UTC."""
    return moment.astimezone(UTC)


def moment(at: datetime | None) -> str:
    """Say when: to the minute, or the day alone where that is all that is known."""
    if at is None:
        return "no date"
    at = utc(at)
    day = f"{at.day} {at:%b} {at.year}"
    return day if _is_day(at) else f"{day}, {at:%H:%M}"


def iso(at: datetime | None) -> str:
    """Give the ``datetime`` of a ``time`` element."""
    if at is None:
        return ""
    at = utc(at)
    return f"{at:%Y-%m-%d}" if _is_day(at) else f"{at:%Y-%m-%dT%H:%MZ}"


def span(first: datetime | None, last: datetime | None) -> str:
    """Say from which day to which."""
    if first is None or last is None:
        return "no date"
    first, last = utc(first), utc(last)
    end = f"{last.day} {last:%B} {last.year}"
    if first.date() == last.date():
        return end
    if first.year != last.year:
        return f"{first.day} {first:%B} {first.year} – {end}"
    if first.month != last.month:
        return f"{first.day} {first:%B} – {end}"
    return f"{first.day}–{end}"


def length(time: timedelta) -> str:
    """Say how long, in the two largest units."""
    left, said = int(time.total_seconds()), []
    for seconds, unit in _UNITS:
        number, left = divmod(left, seconds)
        if number:
            said.append(f"{number}\u00a0{unit}")
    return " ".join(said[:2]) or "under a minute"


def delay(behind: timedelta | None) -> str:
    """Say how long after the first report."""
    if behind is None:
        return "no date"
    return f"+{length(behind)}" if behind > timedelta(0) else "first"


def behind(time: timedelta | None) -> str:
    """Say how long after the article that is kept, or before it."""
    if time is None:
        return "no date"
    if time < timedelta(0):
        return f"{length(-time)} earlier"
    return f"+{length(time)}" if time else "same time"


def percent(share: float | None) -> str:
    """Never say 100 % of what is not all, nor 0 % of what is something."""
    if share is None:
        return "–"
    whole = round(100 * share)
    if share < 1:
        whole = min(whole, 99)
    if share > 0:
        whole = max(whole, 1)
    return f"{whole}\u00a0%"


def counted(number: int, one: str, many: str = "") -> str:
    """Say how many: 1 article, 2 articles."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _is_day(at: datetime) -> bool:
    return (at.hour, at.minute, at.second) == (0, 0, 0)
