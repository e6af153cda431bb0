"""What a run needs of the past, put together: the articles, and where each of them stands."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, schema
from pipeline.archive import Archive

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
    kind: str = "run"
    """What the run is recorded as."""
    gone: tuple[str, ...] = ()
    """Articles to leave out of everything, though the archive still has them."""
    thawed: bool = False
    """Whether closed stories may change."""


def gathered(
    past: Archive,
    new: pa.Table,
    days: pa.ChunkedArray,
    linked: pa.Table,
    pairs: pa.Table,
    members: pa.Table,
    active: pa.Array,
) -> Recalled:
    """Read what a run needs of the past, and say where each article stands.

    Parameters
    ----------
    past : Archive
    new : table of schema.CLEANED
        New articles.
    days : date column
        Under which they lie.
    linked, pairs : tables
        From `closure.connected`: articles whose fold is decided anew.
    members : table of the archive's ``members``
        Of all these, and of the active stories.
    active : string array
        Ids of the stories that may change.

    Returns
    -------
    Recalled
        Without rejects, fingerprints and counts.
    """
    wanted = _wanted(linked, members, active, new["article_id"])
    repeats = past.read("duplicates", archive.around(wanted["day"], 0))
    wanted = _with_kept(wanted, linked, repeats)
    recalled = archive.words_of(past.articles(wanted))
    every = pa.concat_tables([new.cast(schema.CLEANED), recalled])
    every = every.take(pc.sort_indices(every["article_id"])).combine_chunks()
    standing = _standing(every, wanted, members, active, linked, new["article_id"], days)
    folding = pc.filter(every["article_id"], standing["folding"])
    ids = every["article_id"].combine_chunks()
    return Recalled(
        every,
        standing,
        schema.REJECTS.empty_table(),
        schema.FINGERPRINTS.empty_table(),
        repeats.filter(pc.is_in(repeats["article_id"], ids)),
        _between(pairs, folding.combine_chunks()),
        {"recalled": len(recalled)},
    )


def active_stories(members: pa.Table, spans: Iterable[archive.Span]) -> pa.Array:
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
