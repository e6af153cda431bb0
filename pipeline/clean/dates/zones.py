"""Time zones by name and by offset from UTC."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"\s?\(?(?:utc|gmt)?\s?([+\-−])(\d{1,2})(?::?(\d{2}))?\b\)?(?![:\d])")
_NAME = re.compile(r"\s?\(?([a-zа-я]{1,5})\b\)?(?![+\-−]?\d)")
_FARTHEST = 14  # hours
_EAST, _MIDDLE = "America/New_York", "America/Chicago"
_MOUNTAIN, _WEST = "America/Denver", "America/Los_Angeles"

_ZONES: Mapping[str, float | str] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "cest": 2, "mez": 1,
    "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "мск": 3, "trt": 3, "edt": -4, "mdt": -6, "pdt": -7,
    "akdt": -8, "akst": -9, "hst": -10, "ndt": -2.5, "adt": -3, "et": _EAST, "pt": _WEST,
    "jst": 9, "kst": 9, "wib": 7, "wita": 8, "wit": 9, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8,
    "ict": 7, "pkt": 5, "npt": 5.75, "aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5,
    "awst": 8, "nzst": 12, "nzdt": 13, "sast": 2, "cat": 2, "eat": 3, "wat": 1, "brt": -3,
    "irst": 3.5, "irdt": 4.5,
}  # fmt: skip
"""Hours from UTC of letters that name one zone, or the zone that has them in its summers too."""
_OF_COUNTRY: Mapping[str, Mapping[str, float | str]] = {
    "ist": {"in": 5.5, "ie": "Europe/Dublin", "il": "Asia/Jerusalem"},
    "bst": {"uk": 1, "gb": 1, "bd": 6},
    "ast": {"ca": -4, "sa": 3, "iq": 3, "kw": 3},
    "cst": {"us": -6, "ca": -6, "mx": -6, "cn": 8, "tw": 8},
    "cdt": {"us": -5, "ca": -5, "mx": -5},
    "gst": {"ae": 4, "om": 4},
    "ct": {"us": _MIDDLE, "ca": _MIDDLE},
    "mt": {"us": _MOUNTAIN, "ca": _MOUNTAIN},
    "est": {"au": "Australia/Sydney"},
}
"""Letters that name several zones."""
_WINTER: Mapping[str, tuple[float, str]] = {
    "est": (-5, _EAST), "mst": (-7, _MOUNTAIN), "pst": (-8, _WEST),
}  # fmt: skip
"""American letters of winter, which are printed in summer too: then they tell nothing."""
_LETTERS = frozenset([*_ZONES, *_OF_COUNTRY, *_WINTER])


class Zone(NamedTuple):
    """What stands behind a time."""

    shift: timedelta | None
    """From UTC; None where its letters name several zones."""
    length: int
    """Characters that it takes."""


def zone_behind(behind: str, moment: datetime, country: str | None) -> Zone | None:
    """Read the zone behind a time.

    Parameters
    ----------
    behind : str
        What follows the time, `folded`.
    moment : datetime
        As printed, without a zone.
    country : str or None
        Of the site, two letters: some names of zones mean another thing elsewhere.

    Returns
    -------
    Zone or None
        None where no zone stands there.
    """
    if offset := _OFFSET.match(behind):
        hours = int(offset[2]) + int(offset[3] or 0) / 60
        hours = -hours if offset[1] != "+" else hours
        shift = timedelta(hours=hours) if abs(hours) <= _FARTHEST else None
        return Zone(shift, offset.end())
    name = _NAME.match(behind)
    if not name or name[1] not in _LETTERS:
        return None
    return Zone(_shift(name[1], moment, country), name.end())


def _shift(name: str, moment: datetime, country: str | None) -> timedelta | None:
    known = _OF_COUNTRY.get(name, {}).get(country or "", _ZONES.get(name))
    if known is None and name in _WINTER:
        hours, zone = _WINTER[name]
        shift = timedelta(hours=hours)
        return shift if _in_zone(moment, zone) == shift else None
    if isinstance(known, str):
        return _in_zone(moment, known)
    return None if known is None else timedelta(hours=known)


def _in_zone(moment: datetime, zone: str) -> timedelta | None:
    """Give the shift of a zone; None where clocks showed the time twice, or no zones are known."""
    try:
        first, second = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return first.utcoffset() if first.utcoffset() == second.utcoffset() else None
