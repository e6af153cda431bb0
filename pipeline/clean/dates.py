"""Dates as sites write them to UTC, or to nothing: never a guess."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_STAMP = pa.timestamp("us", tz="UTC")
_ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
_ISO_TIME = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?$"
_EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
_MILLISECONDS_FROM = 10**11  # seconds would be the year 5138: such numbers are milliseconds
_MONTHS = (
    "jan|january|enero|januar|janvier feb|february|febrero|februar|fevrier|février "
    "mar|march|marzo|märz|maerz|mars apr|april|abril|avril may|mayo|mai "
    "jun|june|junio|juni|juin jul|july|julio|juli|juillet aug|august|agosto|août|aout "
    "sep|sept|september|septiembre|septembre oct|october|octubre|oktober|octobre "
    "nov|november|noviembre|novembre dec|december|diciembre|dezember|décembre"
)
_MONTH_OF = {
    name: number
    for number, names in enumerate(_MONTHS.split(" "), start=1)
    for name in names.split("|")
}
_CLOCK = r"(?:\D{1,4}(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[ap]\.?m\b\.?)?)?"
_WRITTEN = (
    re.compile(rf"(?P<day>\d{{1,2}})\.?(?:st|nd|rd|th)?\s+(?:de\s+)?(?P<month>[^\W\d]+)\.?,?\s+(?:de\s+|del\s+)?(?P<year>\d{{4}}){_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?P<month>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){_CLOCK}", re.IGNORECASE),
)  # fmt: skip
_DATE_LINE = 60
_ZONE = re.compile(
    r"\s*\(?(?P<name>[A-Z]{1,5})\b(?![a-z])(?:(?P<shift>[+-]\d{1,2})(?::?(?P<part>\d{2}))?)?|\s*(?P<plain>[+-]\d{2}):?(?P<plain_part>\d{2})\b"
)
_ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "EDT": -4, "EST": None, "ET": None, "CDT": None, "CST": None,
    "MDT": -6, "MST": None, "PDT": -7, "PST": None, "BST": None, "IST": None, "AST": None,
    "JST": 9, "KST": 9, "WIB": 7, "HKT": 8, "SGT": 8, "PKT": 5, "NPT": 5.75, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
"""Hours from UTC; None for letters that name several zones, or one with and without summer time."""


def published_column(written: pa.ChunkedArray, now: datetime) -> tuple[pa.Array, int]:
    """Turn a column of dates as written into UTC timestamps.

    Parameters
    ----------
    written : string column, shape (n,)
        ISO 8601, seconds or milliseconds since 1970, RFC 5322, or a date in words.
    now : datetime
        The present, with a time zone.

    Returns
    -------
    published : timestamp[us, UTC] array, shape (n,)
        Null where nothing stood, or nothing that names one day between 1800 and two days
        from now; the Unix epoch itself is a default of machines, not a date.
    absurd : int
        How many were written and could not be used.
    """
    texts = pc.utf8_trim_whitespace(written.combine_chunks().cast(pa.string()))
    texts = texts if isinstance(texts, pa.Array) else texts.combine_chunks()
    day = pc.match_substring_regex(texts, _ISO_DAY).fill_null(False)
    plain = pc.or_(day, pc.match_substring_regex(texts, _ISO_TIME).fill_null(False))
    iso = pc.if_else(
        plain, pc.replace_substring_regex(texts, "Z$", ""), pa.scalar(None, pa.string())
    )
    try:
        stamps = iso.cast(pa.timestamp("us")).cast(pa.int64())
        slow = pc.and_(pc.invert(plain), texts.is_valid())
    except pa.ArrowInvalid:  # a 31st of February: find it row by row
        stamps = pa.nulls(len(texts), pa.int64())
        slow = texts.is_valid()
    values = stamps.fill_null(0).to_numpy(zero_copy_only=False).copy()
    known = np.asarray(stamps.is_valid().to_numpy(zero_copy_only=False), dtype=bool).copy()
    for row in np.flatnonzero(slow.to_numpy(zero_copy_only=False)).tolist():
        found = parse_date(texts[row].as_py())
        known[row] = found is not None
        values[row] = _micros(found) if found else 0
    possible = (values >= _micros(_EARLIEST)) & (values <= _micros(now + _AHEAD)) & (values != 0)
    given = np.asarray(pc.greater(pc.binary_length(texts), 0).fill_null(False), dtype=bool)
    absurd = int((given & ~(known & possible)).sum())
    return pa.array(values, mask=~(known & possible)).cast(_STAMP), absurd


def parse_date(text: str) -> datetime | None:
    """Read one date as written; None where it names no single moment."""
    text = text.strip()
    if re.fullmatch(r"-?\d{9,13}(\.\d+)?", text):
        seconds = float(text) / (1000 if abs(float(text)) >= _MILLISECONDS_FROM else 1)
        return _EPOCH + timedelta(seconds=seconds)
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = reader(text)
        except (ValueError, TypeError):
            continue
        if found.tzinfo:
            return found.astimezone(UTC)
        if reader is datetime.fromisoformat:
            return found.replace(tzinfo=UTC)
    return find_date(text)


def find_date(line: str) -> datetime | None:
    """Find a date in words, or year-month-day, in a short line, as UTC; None where none is."""
    if len(line) > _DATE_LINE:
        return None
    for pattern in _WRITTEN:
        match = pattern.search(line)
        if match and (found := _moment(match)):
            hours = _hours_from_utc(line[match.end() :]) if match["hour"] else 0.0
            return None if hours is None else found - timedelta(hours=hours)
    return None


def _hours_from_utc(behind: str) -> float | None:
    """Read the zone that stands behind a time; None where its letters name more than one."""
    zone = _ZONE.match(behind)
    if not zone:
        return 0.0
    named = _ZONES.get(zone["name"]) if zone["name"] else 0
    if named is None:
        return None
    shift, part = zone["shift"] or zone["plain"], zone["part"] or zone["plain_part"]
    hours = int(shift or 0) + (int(part or 0) / 60) * (-1 if (shift or "").startswith("-") else 1)
    return named + hours


def _moment(match: re.Match[str]) -> datetime | None:
    parts = match.groupdict()
    month = parts["month"].casefold()
    number = int(month) if month.isdigit() else _MONTH_OF.get(month)
    hour = int(parts["hour"] or 0)
    half = (parts["half"] or "").casefold()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return datetime(
            int(parts["year"]), number or 0, int(parts["day"]), hour,
            int(parts["minute"] or 0), int(parts["second"] or 0), tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        return None


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
