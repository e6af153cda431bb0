"""What a batch needs of the past: articles it may repeat, and stories it may continue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import archive, clean, dedup, schema, text
from pipeline.archive import Archive
from pipeline.continued.closure import connected
from pipeline.job import Job

_DAY = pa.date32()

STANDING = pa.schema(
    [
        ("day", _DAY),  # under which the article lies
        ("new", pa.bool_()),  # came, or was revised, in this run
        ("folding", pa.bool_()),  # its fold is decided anew
        ("active", pa.bool_()),  # its story may change
        ("story_id", pa.string()),  # so far; null for a new one
        ("story_day", _DAY),
    ]
)
"""Of each recalled article."""


@dataclass(frozen=True)
class Recalled:
    """A batch, and what it meets."""

    articles: pa.Table
    """Of schema.CLEANED: new ones and recalled ones, sorted by ``article_id``."""
    standing: pa.Table
    """Of STANDING, for the same rows."""
    rejects: pa.Table
    """Of schema.REJECTS."""
    fingerprints: pa.Table
    """Of schema.FINGERPRINTS, for the new ones."""
    repeats: pa.Table
    """The archive's ``duplicates`` of the recalled ones, so far."""
    pairs: pa.Table
    """The archive's ``pairs`` between articles whose fold is decided anew, so far."""
    counts: dict[str, int]


def recall(job: Job, articles: clean.Cleaned) -> Recalled:
    """Sort a batch out against the archive.

    An article whose id is known is skipped where its text is, else it is a revision.
    """
    settings = job.settings
    past = archive.open_archive(str(job.archive), settings)
    window = settings.dedup.window_days
    batch = articles.articles
    days = archive.days_column(batch["published"], _undated_day(past, batch, job))
    near = archive.around(days, window)
    prints = past.read("fingerprints", near)
    found = dedup.fingerprints(
        batch, text.tokenize(batch, settings.threads), settings.dedup, settings.threads
    )
    known = _places(batch["article_id"], prints["article_id"])
    same = _same_text(found, prints, known)
    fresh = np.flatnonzero(~same)
    revised = known[fresh] >= 0
    before = pa.array(known[fresh], mask=~revised)
    days = pc.coalesce(prints["day"].take(before), days.take(pa.array(fresh)))  # it stays there
    batch, found = batch.take(pa.array(fresh)), found.take(pa.array(fresh))
    others = np.setdiff1d(np.arange(len(prints)), known)
    partners = others[dedup.partners(found, _prints(prints).take(pa.array(others)), settings.dedup)]
    touched = np.concatenate([partners, known[fresh][revised]])
    start = prints.select(["article_id", "day"]).take(pa.array(touched))
    linked, pairs = connected(past, start, settings.dedup)
    members = past.read("members", archive.union([*near, *archive.around(linked["day"], window)]))
    active = _active(members, archive.around(days, settings.archive.quiet_days))
    wanted = _wanted(linked, members, active, batch["article_id"])
    repeats = past.read("duplicates", archive.around(wanted["day"], 0))
    wanted = _with_kept(wanted, linked, repeats)
    recalled = archive.words_of(past.articles(wanted))
    every = pa.concat_tables([batch.cast(schema.CLEANED), recalled])
    order = pc.sort_indices(every["article_id"])
    every = every.take(order).combine_chunks()
    standing = _standing(every, wanted, members, active, linked, batch["article_id"], days)
    folding = pc.filter(every["article_id"], standing["folding"])
    counts = {
        "new": len(fresh) - int(revised.sum()),
        "revised": int(revised.sum()),
        "known": int(same.sum()),
        "recalled": len(recalled),
    }
    return Recalled(
        every,
        standing,
        articles.rejects,
        found,
        repeats.filter(pc.is_in(repeats["article_id"], every["article_id"].combine_chunks())),
        _between(pairs, folding.combine_chunks()),
        counts,
    )


def _undated_day(past: Archive, batch: pa.Table, job: Job) -> date:
    """Give the day that articles without a date lie under: the latest of any so far."""
    latest = pc.max(batch["published"]).as_py()
    known = [moment for moment in (past.clock, latest) if moment]
    return archive.day_of(max(known, default=job.now))


def _places(values: pa.ChunkedArray, among: pa.ChunkedArray) -> NDArray[np.int64]:
    """Row in ``among`` of each value; -1 where it is not there."""
    found = pc.index_in(values, among.combine_chunks()).fill_null(-1)
    return found.to_numpy().astype(np.int64)


def _same_text(found: pa.Table, prints: pa.Table, known: NDArray[np.int64]) -> NDArray[np.bool_]:
    stored = prints["text_key"].take(pa.array(known, mask=known < 0))
    return pc.equal(found["text_key"], stored).fill_null(False).to_numpy()


def _prints(rows: pa.Table) -> pa.Table:
    return rows.select(schema.FINGERPRINTS.names)


def _active(members: pa.Table, spans: Iterable[archive.Span]) -> pa.Array:
    """Ids of the stories that have a member in some days."""
    days = members["day"].cast(pa.int32()).to_numpy()
    inside = np.zeros(len(members), dtype=np.bool_)
    for span in spans:
        first, last = (pa.scalar(day, _DAY).cast(pa.int32()).as_py() for day in span)
        inside |= (days >= first) & (days <= last)
    return pc.unique(pc.filter(members["story_id"], pa.array(inside)))


def _wanted(
    linked: pa.Table, members: pa.Table, active: pa.Array, new: pa.ChunkedArray
) -> pa.Table:
    """Ids and days of the articles to read: those linked, and those of active stories."""
    of_active = members.filter(pc.is_in(members["story_id"], active))
    rows = pa.concat_tables([linked, of_active.select(["article_id", "day"])])
    rows = rows.group_by("article_id").aggregate([("day", "max")])
    rows = rows.filter(pc.invert(pc.is_in(rows["article_id"], new.combine_chunks())))
    return pa.table({"article_id": rows["article_id"], "day": rows["day_max"]})


def _with_kept(wanted: pa.Table, linked: pa.Table, repeats: pa.Table) -> pa.Table:
    """Leave out a repost whose kept article is too old to be read: both stay as they are."""
    ids = wanted["article_id"].combine_chunks()
    known = pc.is_in(repeats["kept_id"], ids)
    alone = repeats.filter(pc.and_(repeats["kept_id"].is_valid(), pc.invert(known)))
    alone = alone.filter(
        pc.invert(pc.is_in(alone["article_id"], linked["article_id"].combine_chunks()))
    )
    return wanted.filter(pc.invert(pc.is_in(ids, alone["article_id"].combine_chunks())))


def _standing(
    every: pa.Table,
    wanted: pa.Table,
    members: pa.Table,
    active: pa.Array,
    linked: pa.Table,
    new: pa.ChunkedArray,
    new_days: pa.ChunkedArray,
) -> pa.Table:
    ids = every["article_id"]
    is_new = pc.is_in(ids, new.combine_chunks())
    places = pa.concat_tables(
        [wanted, pa.table({"article_id": new, "day": new_days}, schema=wanted.schema)]
    )
    day = places["day"].take(pc.index_in(ids, places["article_id"].combine_chunks()))
    member = pc.index_in(ids, members["article_id"].combine_chunks())
    story = members["story_id"].take(member)
    return pa.table(
        [
            day,
            is_new,
            pc.or_(is_new, pc.is_in(ids, linked["article_id"].combine_chunks())),
            pc.is_in(story, active),
            story,
            members["story_day"].take(member),
        ],
        schema=STANDING,
    )


def _between(pairs: pa.Table, ids: pa.Array) -> pa.Table:
    both = pc.and_(pc.is_in(pairs["article_id"], ids), pc.is_in(pairs["other_id"], ids))
    return pairs.filter(both)
