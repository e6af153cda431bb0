"""One story as a person looks at it: members in time, outlets, reposts, growth, links."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.look.chronology import growth, in_order, outlets
from pipeline.look.links import links
from pipeline.look.results import resolved

_FOLD = [
    schema.DUPLICATES.field(name)
    for name in ("kept_id", "relation", "jaccard", "containment", "shared_shingles")
]

MEMBERS = pa.schema([*schema.MEMBERS, *_FOLD])
"""A member of a story, and what a repost is a repost of; null for kept articles."""


@dataclass(frozen=True)
class KeptArticle:
    """An article, and its reposts: two levels are all there are, for folds make no chains."""

    article: dict[str, Any]
    """Row of MEMBERS."""
    reposts: tuple[dict[str, Any], ...]
    """Rows of MEMBERS, in order of publication."""


@dataclass(frozen=True)
class StoryView:
    """All there is to tell of one story."""

    story: dict[str, Any]
    """Its row of schema.STORIES."""
    members: pa.Table
    """Of MEMBERS, in order of publication, the undated last."""
    outlets: pa.Table
    """Of chronology.OUTLETS, in order of their first report."""
    growth: pa.Table
    """Of chronology.GROWTH, by the hour."""
    events: pa.Table
    """Of schema.STORY_EVENTS, in order."""
    links: pa.Table
    """Of links.LINKS, the strongest first."""

    def kept(self) -> tuple[KeptArticle, ...]:
        """Give the kept articles in order of publication, each with its reposts under it."""
        under: dict[str, list[dict[str, Any]]] = {}
        heads = []
        for row in self.members.to_pylist():
            if row["kept_id"] is None:
                heads.append(row)
            else:
                under.setdefault(row["kept_id"], []).append(row)
        return tuple(KeptArticle(row, tuple(under.get(row["article_id"], ()))) for row in heads)


def story_view(tables: dict[str, pa.Table], story_id: str) -> StoryView:
    """View one story.

    Parameters
    ----------
    tables : dict of str to table
        By the names of schema.EXPORTS.
    story_id : str
        Of the story, or of one that became part of it.

    Raises
    ------
    InputError
        The tables hold no such story.
    """
    heir = resolved(tables, story_id)
    return next(story_views(tables, [heir]))


def story_views(
    tables: dict[str, pa.Table], story_ids: list[str] | None = None
) -> Iterator[StoryView]:
    """View many stories; what they have in common is computed once.

    Parameters
    ----------
    tables : dict of str to table
        By the names of schema.EXPORTS.
    story_ids : list of str, optional
        Stories that the tables hold; all of them by default.

    Yields
    ------
    StoryView
        In the order of ``story_ids``, by default that of the table ``stories``.
    """
    every, members, events = (tables[name] for name in ("stories", "members", "story_events"))
    stories = every
    if story_ids is not None:
        wanted = pa.array(story_ids, pa.string())
        stories = every.take(pc.index_in(wanted, every["story_id"].combine_chunks()))
        members = members.filter(pc.is_in(members["story_id"], wanted))
        events = events.filter(pc.is_in(events["story_id"], wanted))
    chosen = stories["story_id"].to_pylist()
    parts = (
        _by_story(_with_folds(in_order(members), tables["duplicates"]), chosen),
        _by_story(outlets(members), chosen),
        _by_story(growth(members), chosen),
        _by_story(events.sort_by([("story_id", "ascending"), ("at", "ascending")]), chosen),
        _by_story(links(tables["story_links"], every), chosen),
    )
    for row, *tellings in zip(_rows(stories), *parts, strict=True):
        yield StoryView(row, *tellings)


def _rows(table: pa.Table, block: int = 1024) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=block):
        yield from batch.to_pylist()


def _with_folds(members: pa.Table, duplicates: pa.Table) -> pa.Table:
    """Add what each repost is a repost of."""
    place = pc.index_in(members["article_id"], duplicates["article_id"].combine_chunks())
    for field in _FOLD:
        members = members.append_column(field, duplicates[field.name].take(place))
    return members


def _by_story(table: pa.Table, story_ids: list[str]) -> Iterator[pa.Table]:
    """Cut a table that is sorted by story into those of some stories; nothing is copied."""
    table = table.combine_chunks()
    runs = table["story_id"].combine_chunks().dictionary_encode() if len(table) else None
    if runs is None:
        yield from (table for _ in story_ids)
        return
    starts = np.flatnonzero(np.diff(runs.indices.to_numpy(), prepend=-1))
    ends = np.append(starts[1:], len(table)).tolist()
    places = dict(
        zip(runs.dictionary.to_pylist(), zip(starts.tolist(), ends, strict=True), strict=True)
    )
    for name in story_ids:
        start, end = places.get(name, (0, 0))
        yield table.slice(start, end - start)
