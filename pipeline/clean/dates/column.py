"""A column of dates as written to moments in UTC, or to nothing: never a guess."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.clean.dates.relative import read_relative
from pipeline.clean.dates.settle import country_of
from pipeline.clean.dates.written import Reading, read_written

_STAMP = pa.timestamp("us", tz="UTC")
_ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
_ISO_TIME = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?$"
_ISO_ZONED = _ISO_TIME.replace("Z?", r"[+-]\d{2}:\d{2}")
_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}(?:[T ]\d{2}.*)?")
_DIGITS = re.compile(r"\d{14}")
_SECONDS = re.compile(r"-?\d{9,13}(\.\d+)?")
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2},\s*)?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? "
    r"(?:[+-]\d{4}|GMT|UTC|UT|[ECMP][SD]T)(?: \(\w+\))?"
)
_UNIX = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2} +\d{1,2}) (\d{2}:\d{2}:\d{2}) (\S+) (\d{4})")
_EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
_AFTER_CRAWL = timedelta(days=1)  # clocks differ, and so do time zones that are not printed
_MILLISECONDS_FROM = 10**11  # seconds would be the year 5138: such numbers are milliseconds


class Dates(NamedTuple):
    """What a column of dates means."""

    columns: dict[str, pa.Array]
    """``published`` and the columns that schema.DATED has beside schema.CLEANED, of n rows."""
    absurd: int
    """How many were written and could not be used."""
    unclear: int
    """Of how many the day alone is used, for the zone of their time cannot be told."""


def published_columns(records: pa.Table, now: datetime) -> Dates:
    """Turn dates as written into UTC timestamps.

    A date is null where nothing stood, or nothing that names one day between 1800 and two days
    from now; the Unix epoch itself is a default of machines, not a date. A time without a zone
    is taken for UTC.

    Parameters
    ----------
    records : table of schema.RECORDS, of n rows
        ``published`` is ISO 8601, seconds or milliseconds since 1970, RFC 5322, a date in words
        or numbers, or how long ago. The latter counts from ``crawled``, and from nothing else; a
        date in words that lies after it is none.
    now : datetime
        The present, with a time zone.
    """
    texts = pc.utf8_trim_whitespace(records["published"].combine_chunks().cast(pa.string()))
    texts = texts if isinstance(texts, pa.Array) else texts.combine_chunks()
    values, known, slow = _plain(texts)
    others = np.zeros(len(texts), dtype=np.int64)
    forms: list[str | None] = [None] * len(texts)
    countries: list[str | None] = [None] * len(texts)
    first, last = _micros(_EARLIEST), _micros(now + _AHEAD)
    unclear = 0
    rows = np.flatnonzero(slow)
    asked = records.select(["crawled", "url", "source", "language"]).take(pa.array(rows))
    columns = [column.to_pylist() for column in asked.columns]
    for row, crawled, url, source, language in zip(rows.tolist(), *columns, strict=True):
        fetched = parse_date(crawled or "")
        countries[row] = country_of(url or source, language)
        reading = read_date(texts[row].as_py(), fetched, countries[row])
        bound = min(last, _micros(fetched + _AFTER_CRAWL)) if fetched else last
        means = [micros for micros in _meanings(reading) if first <= micros <= bound]
        known[row] = bool(means)
        values[row], others[row] = [*means, 0, 0][:2]
        if reading and means:
            forms[row] = reading.form or None
            unclear += reading.unclear
    possible = known & (values >= first) & (values <= last) & (values != 0)
    given = np.asarray(pc.greater(pc.binary_length(texts), 0).fill_null(False), dtype=bool)
    found = {
        "published": pa.array(values, mask=~possible).cast(_STAMP),
        "published_otherwise": pa.array(others, mask=others == 0).cast(_STAMP),
        "date_form": pa.array(forms, pa.string()),
        "date_country": pa.array(countries, pa.string()),
    }
    return Dates(found, int((given & ~possible).sum()), unclear)


def _plain(
    texts: pa.Array,
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Read plain ISO dates at once; give microseconds, which are read, and which are to be."""
    day, time, zoned = (
        pc.match_substring_regex(texts, form).fill_null(False)
        for form in (_ISO_DAY, _ISO_TIME, _ISO_ZONED)
    )
    without_zone = pc.replace_substring_regex(texts, "Z$", "")
    stamps = pc.coalesce(
        _stamps(without_zone, pc.or_(day, time), pa.timestamp("us")), _stamps(texts, zoned, _STAMP)
    )
    values = stamps.fill_null(0).to_numpy(zero_copy_only=False).copy()
    known = np.asarray(stamps.is_valid().to_numpy(zero_copy_only=False), dtype=bool).copy()
    return values, known, np.asarray(texts.is_valid().to_numpy(zero_copy_only=False)) & ~known


def _stamps(texts: pa.Array, wanted: pa.Array, kind: pa.DataType) -> pa.Array:
    """Read the dates that are wanted as Arrow does; all null where it cannot read one of them."""
    some = pc.if_else(wanted, texts, pa.scalar(None, pa.string()))
    try:
        return some.cast(kind).cast(pa.int64())
    except pa.ArrowInvalid:  # a 31st of February: find it row by row
        return pa.nulls(len(texts), pa.int64())


def _meanings(reading: Reading | None) -> Iterator[int]:
    for moment in (reading.moment, reading.otherwise) if reading else ():
        if moment:
            yield _micros(moment)


def read_date(
    text: str, crawled: datetime | None = None, country: str | None = None
) -> Reading | None:
    """Read one date as written; None where it names no day, or needs a time of crawl."""
    if stamp := parse_date(text):
        return Reading(stamp)
    written = read_written(text, country)
    if written or crawled is None:
        return written
    moment = read_relative(text, crawled)
    return Reading(moment) if moment else None


@lru_cache(maxsize=4096)
def parse_date(text: str) -> datetime | None:
    """Read a date as machines write them; None for any other.

    >>> parse_date("2021-07-05T06:30:00+04:30").isoformat()
    '2021-07-05T02:00:00+00:00'
    """
    text = text.strip()
    for form, reader in _MACHINES.items():
        if form.fullmatch(text):
            try:
                found = reader(text)
            except (ValueError, OverflowError):
                return None
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _from_number(text: str) -> datetime:
    seconds = float(text) / (1000 if abs(float(text)) >= _MILLISECONDS_FROM else 1)
    return _EPOCH + timedelta(seconds=seconds)


def _from_unix(text: str) -> datetime:
    printed = _UNIX.sub(r"\1, \4 \2 \3", text)
    found = read_written(f"{text[:3]} {printed}")
    if not found:
        raise ValueError(f"no such day: {text}")
    return found.moment


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


_MACHINES = {
    _SECONDS: _from_number,
    _DIGITS: lambda text: datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC),  # GDELT
    _ISO: datetime.fromisoformat,
    _MAIL: parsedate_to_datetime,
    _UNIX: _from_unix,
}
"""Readers of the forms that machines write."""
