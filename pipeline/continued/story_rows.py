"""Rows of the archive's ``stories``, counted over all members, and which stories close."""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import archive, schema
from pipeline.archive import TABLES, Archive

STORY_ROWS = pa.schema([field for field in TABLES["stories"] if field.name != "run_id"])
_DESCRIBED = ("title", "lead", "keywords", "representative_id", "language", "profile")
_COUNTS = ("articles", "reposts", "sources")
_LATE = np.iinfo(np.int64).max
_MICROSECONDS_A_DAY = 86_400_000_000


def story_rows(
    known: pa.Table,
    described: NDArray[np.int64],
    groups: pa.Table,
    earlier: pa.Table,
    members: pa.Table,
    quiet_since: datetime,
) -> pa.Table:
    """Write the rows of stories that changed.

    Parameters
    ----------
    known : table with the columns ``story_id`` and ``day``, n rows
        The stories.
    described : int64 array, shape (n,)
        Row of ``groups`` that describes each; -1 where the earlier description stands.
    groups, earlier : tables of schema.STORIES and PROFILES, and of the archive's ``stories``
        Descriptions of this run, and of earlier ones.
    members : table of the archive's ``members``
        All members of these stories, at least.
    quiet_since : datetime
        A story without a report since then is closed.

    Returns
    -------
    table of the archive's ``stories``, without ``run_id``
    """
    n = len(known)
    story = pc.index_in(members["story_id"], known["story_id"].combine_chunks())
    members = members.filter(story.is_valid())
    story = story.drop_null().to_numpy().astype(np.int64)
    repost = pc.equal(members["role"], "repost").to_numpy()
    first, last = _extent(
        members["published"].cast(pa.int64()).fill_null(_LATE).to_numpy(), story, n
    )
    days = members["day"].cast(pa.int32()).to_numpy().astype(np.int64)
    first_day, last_day = _extent(days, story, n)
    columns = {
        "story_id": known["story_id"],
        "articles": _count(story[~repost], n),
        "reposts": _count(story[repost], n),
        "sources": _sources(members["source"], story, n),
        "first_published": _moments(first),
        "last_published": _moments(last),
        "status": pa.array(
            np.where(_latest(last, last_day) < _micros(quiet_since), "closed", "open"), pa.string()
        ),
        "day": known["day"],
        "first_day": pa.array(first_day.astype(np.int32)).cast(pa.date32()),
        "last_day": pa.array(last_day.astype(np.int32)).cast(pa.date32()),
    }
    texts = pa.concat_tables([groups.select(_DESCRIBED), earlier.select(_DESCRIBED)])
    stored = pc.index_in(known["story_id"], earlier["story_id"].combine_chunks())
    rows = np.where(
        described >= 0, described, stored.fill_null(0).to_numpy().astype(np.int64) + len(groups)
    )
    columns |= {name: texts[name].take(pa.array(rows)) for name in _DESCRIBED}
    filled = pa.table([columns[name] for name in STORY_ROWS.names], schema=STORY_ROWS)
    return filled.filter(pa.array(first_day != _LATE))


def gone_quiet(
    past: Archive, changed: pa.Table, quiet_since: datetime, clock: datetime
) -> pa.Table:
    """Give the rows of stories, none of those changed, that were open and close now."""
    if past.clock is None or past.clock >= clock:
        return STORY_ROWS.empty_table()
    before = quiet_since - (clock - past.clock)
    first, last = archive.day_of(before) - timedelta(days=1), archive.day_of(clock)
    members = past.read("members", [(first, last)], ["story_id", "story_day", "published", "day"])
    members = members.filter(
        pc.invert(pc.is_in(members["story_id"], changed["story_id"].combine_chunks()))
    )
    encoded = members["story_id"].combine_chunks().dictionary_encode()
    story, n = encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)
    times = members["published"].cast(pa.int64()).fill_null(_LATE).to_numpy()
    days = members["day"].cast(pa.int32()).to_numpy().astype(np.int64)
    latest = _latest(_extent(times, story, n)[1], _extent(days, story, n)[1])
    quiet = encoded.dictionary.filter(pa.array(latest < _micros(quiet_since)))
    found = members.filter(pc.is_in(members["story_id"], quiet))
    rows = past.read("stories", archive.around(found["story_day"], 0))
    rows = rows.filter(pc.and_(pc.is_in(rows["story_id"], quiet), pc.equal(rows["status"], "open")))
    closed = pa.repeat(pa.scalar("closed", pa.string()), len(rows))
    rows = schema.with_columns(rows, status=closed)
    return rows.select(STORY_ROWS.names).sort_by("story_id")


def tombstones(ended: pa.Table) -> pa.Table:
    """Rows that say that a story is no more: it became part of another, and nothing else."""
    n = len(ended)
    kept = {name: ended[name] for name in ("story_id", "day", "first_day", "last_day")}
    kept |= {name: pa.nulls(n, pa.int32()).fill_null(0) for name in _COUNTS}
    kept["status"] = pa.repeat(pa.scalar("merged", pa.string()), n)
    columns = [kept.get(field.name, pa.nulls(n, field.type)) for field in ended.schema]
    return pa.table(columns, schema=ended.schema)


def _latest(last: NDArray[np.int64], last_day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Last known report in microseconds; where no date is known, the end of the last day."""
    return np.where(last == _LATE, (last_day + 1) * _MICROSECONDS_A_DAY, last)


def _extent(
    values: NDArray[np.int64], story: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Least and greatest known value of each story; the far future where none is known."""
    first = np.full(n, _LATE)
    last = np.full(n, np.iinfo(np.int64).min)
    known = values != _LATE
    np.minimum.at(first, story[known], values[known])
    np.maximum.at(last, story[known], values[known])
    last[first == _LATE] = _LATE
    return first, last


def _count(story: NDArray[np.int64], n: int) -> pa.Array:
    return pa.array(np.bincount(story, minlength=n).astype(np.int32))


def _sources(source: pa.ChunkedArray, story: NDArray[np.int64], n: int) -> pa.Array:
    """Different known sources of each story."""
    code = source.combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy()
    known = code >= 0
    pairs = np.unique(np.stack([story[known], code[known].astype(np.int64)]), axis=1)
    return _count(pairs[0], n)


def _moments(times: NDArray[np.int64]) -> pa.Array:
    return pa.array(times, mask=times == _LATE).cast(STORY_ROWS.field("first_published").type)


def _micros(moment: datetime) -> int:
    return int(pa.scalar(moment, STORY_ROWS.field("first_published").type).value)
