"""What a run needs of the past, put together: the articles, and where each of them stands."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, dedup, schema, text
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

PLACES = pa.schema([("article_id", pa.string()), ("day", _DAY)])
"""Articles, and the day that each lies under."""

_NOWHERE = PLACES.empty_table()


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
    links: pa.Table
    """The archive's ``pairs`` that tell of updates and roundups, between other recalled ones."""
    stories: pa.Table
    """The archive's ``stories`` that the articles are in so far, the eldest first."""
    moved: pa.Table
    """Columns ``article_id`` and ``day``: articles whose date is another now, where they lay."""
    counts: dict[str, int]
    kind: str = "run"
    """What the run is recorded as."""
    gone: tuple[str, ...] = ()
    """Articles to leave out of everything, though the archive still has them."""
    background: pa.Table | None = None
    """Of stories.BACKGROUND: articles besides, that only tell which terms are common."""
    thawed: bool = False
    """Whether closed stories may change."""

    def settled(self) -> pa.ChunkedArray:
        """Ids of the stories whose articles stay: those that are not active, and closed ones.

        A closed story from which an article moves away may change.
        """
        active = pc.unique(self.standing["story_id"].filter(self.standing["active"]))
        stays = pc.invert(pc.is_in(self.stories["story_id"], active))
        if not self.thawed:
            moved = pc.is_in(self.articles["article_id"], self.moved["article_id"].combine_chunks())
            left = pc.unique(self.standing["story_id"].filter(moved))
            closed = pc.equal(self.stories["status"], "closed")
            stays = pc.or_(
                stays, pc.and_(closed, pc.invert(pc.is_in(self.stories["story_id"], left)))
            )
        return self.stories["story_id"].filter(stays)


def gathered(
    past: Archive,
    new: pa.Table,
    days: pa.ChunkedArray,
    linked: pa.Table,
    pairs: pa.Table,
    members: pa.Table,
    active: pa.Array,
    at_hand: pa.Table | None = None,
    moved: pa.Table = _NOWHERE,
    threads: int = 1,
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
    at_hand : table of the archive's ``articles``, optional
        Read already; the others are read here.
    moved : table of PLACES, optional
        Where new ones lay that move.
    threads : int
        0 for every core.

    Returns
    -------
    Recalled
        Without rejects, fingerprints and counts.
    """
    wanted = _wanted(linked, members, active, new["article_id"])
    lying = [*wanted["day"].chunks, *days.chunks, *moved["day"].chunks]
    all_days = pa.chunked_array(lying, _DAY)  # also of revised ones
    repeats = past.read("duplicates", archive.around(all_days, 0))
    recalled = archive.words_of(_articles(past, wanted, at_hand))
    every = _sorted(pa.concat_tables([new.cast(schema.CLEANED), recalled]), threads)
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
        _links(past, all_days, ids, folding.combine_chunks()),
        _stories(past, standing),
        moved,
        {"recalled": len(recalled)},
    )


def _sorted(articles: pa.Table, threads: int) -> pa.Table:
    """Sort articles by id; their texts are moved only once."""
    rows = pc.sort_indices(articles["article_id"])
    texts = text.taken(articles["text"], rows.to_numpy().astype(np.int64), threads)
    others = articles.drop_columns("text").take(rows).combine_chunks()
    at = articles.column_names.index("text")
    return others.add_column(at, schema.CLEANED.field("text"), texts)


def _articles(past: Archive, wanted: pa.Table, at_hand: pa.Table | None) -> pa.Table:
    if at_hand is None:
        return past.articles(wanted)
    asked_for = pc.is_in(at_hand["article_id"], wanted["article_id"].combine_chunks())
    here = archive.rows_where(at_hand, asked_for)
    missing = pc.invert(pc.is_in(wanted["article_id"], here["article_id"].combine_chunks()))
    return pa.concat_tables([here, past.articles(wanted.filter(missing))])


def whole_stories(past: Archive, stories: pa.Table, ids: pa.Array) -> pa.Table:
    """Give all members of some stories.

    Parameters
    ----------
    past : Archive
    stories : table with the column ``story_day``
        Under which days they lie.
    ids : string array
        Of the stories.

    Returns
    -------
    table of the archive's ``members``
    """
    rows = past.read("stories", archive.around(stories["story_day"], 0), ["first_day", "last_day"])
    rows = rows.filter(pc.is_in(rows["story_id"], ids))
    spans = zip(rows["first_day"].to_pylist(), rows["last_day"].to_pylist(), strict=True)
    members = past.read("members", archive.union(spans))
    return members.filter(pc.is_in(members["story_id"], ids))


def _wanted(
    linked: pa.Table, members: pa.Table, active: pa.Array, new: pa.ChunkedArray
) -> pa.Table:
    """Ids and days of the articles to read: those linked, and those of active stories."""
    of_active = members.filter(pc.is_in(members["story_id"], active))
    rows = pa.concat_tables([linked, of_active.select(["article_id", "day"])])
    rows = rows.group_by("article_id").aggregate([("day", "max")])
    rows = rows.filter(pc.invert(pc.is_in(rows["article_id"], new.combine_chunks())))
    return pa.table({"article_id": rows["article_id"], "day": rows["day_max"]})


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


def _stories(past: Archive, standing: pa.Table) -> pa.Table:
    """Read the rows of the stories that articles are in, the eldest first."""
    found = past.read("stories", archive.around(standing["story_day"], 0)).drop_columns("run_id")
    found = found.filter(pc.is_in(found["story_id"], pc.unique(standing["story_id"].drop_null())))
    return found.sort_by([("day", "ascending"), ("story_id", "ascending")])


def _links(past: Archive, days: pa.ChunkedArray, ids: pa.Array, folding: pa.Array) -> pa.Table:
    """Read what stored pairs say of stories; those between articles in ``folding`` are sought."""
    pairs = past.read("pairs", archive.around(days, 0))  # a pair lies under its earlier day
    pairs = _between(dedup.of_relation(pairs, "update", "part"), ids)
    sought = [pc.is_in(pairs[name], folding) for name in ("article_id", "other_id")]
    return pairs.filter(pc.invert(pc.and_(*sought)))


def _between(pairs: pa.Table, ids: pa.Array) -> pa.Table:
    both = pc.and_(pc.is_in(pairs["article_id"], ids), pc.is_in(pairs["other_id"], ids))
    return pairs.filter(both)
