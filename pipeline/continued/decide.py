"""Folds and groups of what was recalled: the stages of one batch, on the rows they concern."""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import dedup, schema, stories
from pipeline.continued.recalled import Recalled
from pipeline.job import Job, Tokens


def fold(job: Job, recalled: Recalled, tokens: Tokens) -> dedup.Reposts:
    """Fold new articles and those that hang together with them; other folds stand."""
    rows = np.flatnonzero(recalled.standing["folding"].to_numpy())
    picked = pa.array(rows)
    settings = job.settings
    found = dedup.fold(
        recalled.articles.take(picked), tokens.table.take(picked), settings.dedup, settings.threads
    )
    folds = pa.concat_tables([_at(found.folds, rows, "article", "kept"), _standing(recalled)])
    return dedup.Reposts(
        _at(found.pairs, rows, "left", "right"), folds.sort_by("article"), found.counts
    )


def group(job: Job, recalled: Recalled, tokens: Tokens, reposts: dedup.Reposts) -> stories.Grouping:
    """Group new articles and those of active stories anew."""
    seated = seats(recalled, reposts.folds)
    known = _known(recalled, reposts.pairs, seated.kept)
    grouped = _with_updates(seated.grouped, known.together)
    if not recalled.gone:  # what was told of forgotten articles is told anew
        known = known._replace(as_told=_as_told(recalled, seated, grouped))
    inside = pc.is_in(reposts.folds["article"], pa.array(np.flatnonzero(grouped), pa.int32()))
    settings = job.settings
    return stories.group(
        recalled.articles,
        tokens.table,
        reposts.folds.filter(inside),
        settings.stories,
        settings.threads,
        known._replace(aside=~grouped),
    )


def _known(recalled: Recalled, found: pa.Table, kept: NDArray[np.int64]) -> stories.Known:
    """Give the updates and roundups of this run and of earlier ones, and who stays in a story."""
    ids = recalled.articles["article_id"].combine_chunks()
    links = recalled.links
    stored = pa.table(
        {
            "left": pc.index_in(links["article_id"], ids),
            "right": pc.index_in(links["other_id"], ids),
            "left_shingles": links["article_shingles"],
            "right_shingles": links["other_shingles"],
            "relation": links["relation"],
        }
    )
    pairs = pa.concat_tables([found.select(stored.column_names), stored])
    story = recalled.standing["story_id"]
    stays = pc.is_in(story, recalled.settled().combine_chunks()).to_numpy()
    told = None  # only what forgets articles leaves the others where they are
    if recalled.gone:
        told = pc.index_in(story, recalled.stories["story_id"].combine_chunks()).to_numpy()
    return stories.Known(
        kept[dedup.update_rows(pairs)],
        dedup.roundup_rows(pairs),
        np.flatnonzero(stays),
        told,
        background=recalled.background,
    )


def _with_updates(
    grouped: NDArray[np.bool_], together: NDArray[np.integer[Any]]
) -> NDArray[np.bool_]:
    """Add articles, of whatever time, that grouped ones go on from, or that go on from them."""
    return grouped | np.isin(np.arange(len(grouped)), together[grouped[together].any(axis=1)])


class Seats(NamedTuple):
    """Who stands for each of n articles, and which of them are grouped."""

    kept: NDArray[np.int64]
    """Row of each article's kept article, its own where it is kept; shape (n,)."""
    grouped: NDArray[np.bool_]
    """Whether it is grouped with others; else it, or its kept article, stays in a story."""


def _as_told(recalled: Recalled, seated: Seats, grouped: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give the story of each article so far, -1 where one of it is new, elsewhere, or changed."""
    stored = recalled.stories["story_id"].combine_chunks()
    story = pc.index_in(recalled.standing["story_id"], stored).fill_null(-1)
    story = story.to_numpy().astype(np.int64)
    other = changed(recalled, seated) | ~grouped
    told_anew = np.zeros(len(stored) + 1, dtype=np.bool_)
    told_anew[story[other]] = True
    return np.where(told_anew[story], -1, story)


def seats(recalled: Recalled, folds: pa.Table) -> Seats:
    """Tell which articles are grouped: those of active stories, and new ones.

    A new article that is kept for reposts in a story that is not active takes their place.
    """
    standing = recalled.standing
    n = len(standing)
    kept = np.arange(n)
    kept[folds["article"].to_numpy()] = folds["kept"].to_numpy()
    active = standing["active"].fill_null(False).to_numpy()
    new = standing["new"].to_numpy()
    had = standing["story_id"].is_valid().to_numpy()
    claimed = np.zeros((2, n), dtype=np.bool_)
    claimed[0, kept[had & active]] = True
    claimed[1, kept[had & ~active]] = True
    free = active | (new & (claimed[0] | ~claimed[1]))
    return Seats(kept, free[kept])


def changed(recalled: Recalled, seated: Seats) -> NDArray[np.bool_]:
    """Tell which articles are new, revised, or a repost as they were not before."""
    repeats = recalled.repeats.filter(recalled.repeats["kept_id"].is_valid())
    ids = recalled.articles["article_id"]
    was_repost = pc.is_in(ids, repeats["article_id"].combine_chunks()).to_numpy()
    is_repost = seated.kept != np.arange(len(ids))
    return recalled.standing["new"].to_numpy() | (is_repost != was_repost)


def _standing(recalled: Recalled) -> pa.Table:
    """Give the stored folds of the articles whose fold is not decided anew."""
    ids = recalled.articles["article_id"].combine_chunks()
    repeats = recalled.repeats.filter(recalled.repeats["kept_id"].is_valid())
    article = pc.index_in(repeats["article_id"], ids)
    kept = pc.index_in(repeats["kept_id"], ids)
    known = pc.and_(article.is_valid(), kept.is_valid())
    repeats, article, kept = repeats.filter(known), article.filter(known), kept.filter(known)
    decided = pc.take(recalled.standing["folding"], article)
    stored = pa.table(
        [article, kept, *(repeats[name] for name in schema.FOLDS.names[2:])], schema=schema.FOLDS
    )
    return stored.filter(pc.invert(decided))


def _at(table: pa.Table, rows: NDArray[np.int64], *names: str) -> pa.Table:
    """Turn row numbers of some columns into those of another table."""
    placed = {name: pa.array(rows[table[name].to_numpy()].astype(np.int32)) for name in names}
    return schema.with_columns(table, **placed)
