"""The archive's state as export tables."""

from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, dedup, export, schema
from pipeline.archive import Archive, Span
from pipeline.continued import links
from pipeline.settings import Settings

_ARTICLES = [
    name for name in schema.ARTICLES.names if name not in ("story_id", "kept_id", "roundup")
]


def span_tables(past: Archive, since: date | None, until: date | None) -> dict[str, pa.Table]:
    """Give the export tables of a span of days.

    Parameters
    ----------
    past : Archive
    since, until : date or None
        First and last day whose articles are wanted, both included. Their stories are
        described whole.

    Returns
    -------
    dict of str to table
        One for each name in schema.EXPORTS, with that schema. A link may lead to a story that
        is not among ``stories``.
    """
    spans = None if since is None and until is None else [(since or date.min, until or date.max)]
    members = past.read("members", spans)
    days = archive.around(members["story_day"], 0)
    stories = _of(past.read("stories", days), pc.unique(members["story_id"]))
    return _tables(
        past,
        members,
        stories,
        past.read("story_events", spans and days),
        links.links_of(past, stories),
        past.read("rejects", spans),
    )


def story_tables(past: Archive, story_id: str) -> dict[str, pa.Table] | None:
    """Give the export tables of one story.

    Parameters
    ----------
    past : Archive
    story_id : str
        Of the story, or of one that became part of it.

    Returns
    -------
    dict of str to table, or None
        ``stories`` also has those that it is linked to. None where the archive has no such story.
    """
    found = _rows(past, [story_id])
    if not len(found):
        return None
    events = past.read("story_events", where=pc.field("event") == "merged")
    if found["status"].to_pylist() == ["merged"]:
        found = _rows(past, [archive.heir(events, story_id)])
    row = found.select(["story_id", "first_day", "last_day", "day"]).to_pylist()[0]
    ids = pa.array([row["story_id"]])
    members = _of(past.read("members", [(row["first_day"], row["last_day"])]), ids)
    own = _of(past.read("story_events", [(row["day"], row["day"])]), ids)
    events = pa.concat_tables([own, _merged_into(events, ids)])
    linked = links.links_of(past, found)
    others = {*linked["story_id"].to_pylist(), *linked["other_id"].to_pylist()}
    found = _rows(past, sorted({row["story_id"], *others}))
    return _tables(past, members, found, events, linked, past.read("rejects", []))


def _rows(past: Archive, story_ids: Sequence[str]) -> pa.Table:
    return past.read("stories", where=pc.field("story_id").isin(story_ids))


def _merged_into(events: pa.Table, ids: pa.Array) -> pa.Table:
    """Give the events by which others became part of a story, also over several steps."""
    found = events[:0]
    while len(more := events.filter(pc.is_in(events["other_id"], ids))):
        found, ids = pa.concat_tables([found, more]), more["story_id"].combine_chunks()
    return found


def run_tables(past: Archive, run: str, settings: Settings) -> dict[str, pa.Table]:
    """Give the export tables of all open stories, and of those that a run touched."""
    touched = past.read("stories", since=run)
    recent: Sequence[Span] = []
    if past.clock is not None:
        last = archive.day_of(past.clock)
        recent = [(last - timedelta(days=settings.archive.quiet_days + 1), date.max)]
    active = past.read("members", recent, ["story_id", "story_day"])
    days = archive.around(active["story_day"], 0)
    stories = past.read("stories", archive.union([*days, *archive.around(touched["day"], 0)]))
    wanted = pc.or_(
        pc.is_in(stories["story_id"], touched["story_id"].combine_chunks()),
        pc.equal(stories["status"], "open"),
    )
    stories = stories.filter(wanted)
    stories = stories.filter(pc.not_equal(stories["status"], "merged"))
    spans = zip(stories["first_day"].to_pylist(), stories["last_day"].to_pylist(), strict=True)
    members = _of(past.read("members", archive.union(spans)), stories["story_id"].combine_chunks())
    events = past.read("story_events", since=run)
    linked = links.links_of(past, stories, links.spans(stories, settings.stories))
    return _tables(past, members, stories, events, linked, past.read("rejects", since=run))


def repost_texts(past: Archive, articles: pa.Table, duplicates: pa.Table) -> pa.Table:
    """Read the texts of reposts and of the articles kept for them.

    Parameters
    ----------
    past : Archive
    articles, duplicates : tables of schema.ARTICLES, schema.DUPLICATES

    Returns
    -------
    table
        ``article_id``, ``text``.
    """
    names = pa.chunked_array([*duplicates["article_id"].chunks, *duplicates["kept_id"].chunks])
    names = pc.unique(names)
    dates = articles["published"].filter(pc.is_in(articles["article_id"], names))
    wanted = _lying(past, names, archive.around(dates.cast(pa.date32(), safe=False), 0))
    missing = names.filter(pc.invert(pc.is_in(names, wanted["article_id"].combine_chunks())))
    if len(missing):  # without a date, or revised since
        wanted = pa.concat_tables([wanted, _lying(past, missing, None)])
    return past.articles(wanted).select(["article_id", "text"])


def _lying(past: Archive, names: pa.Array, spans: Sequence[Span] | None) -> pa.Table:
    """Give the articles of some names that lie in some days, and under which of them."""
    found = past.read("articles", spans, ["day"]).select(["article_id", "day"])
    return found.filter(pc.is_in(found["article_id"], names))


def _tables(
    past: Archive,
    members: pa.Table,
    stories: pa.Table,
    events: pa.Table,
    linked: pa.Table,
    rejects: pa.Table,
) -> dict[str, pa.Table]:
    days = archive.around(members["day"], 0)
    ids = members["article_id"].combine_chunks()
    articles = past.read("articles", days, _ARTICLES)
    articles = articles.filter(pc.is_in(articles["article_id"], ids)).sort_by("article_id")
    folds = past.read("duplicates", days)
    folds = folds.filter(pc.and_(folds["kept_id"].is_valid(), pc.is_in(folds["article_id"], ids)))
    pairs = past.read("pairs", days)
    inside = pc.or_(pc.is_in(pairs["article_id"], ids), pc.is_in(pairs["other_id"], ids))
    pairs = pairs.filter(pc.and_(pairs["jaccard"].is_valid(), inside))
    member_of = pc.index_in(articles["article_id"], ids)
    fold_of = pc.index_in(articles["article_id"], folds["article_id"].combine_chunks())
    articles = articles.append_column("story_id", members["story_id"].take(member_of))
    articles = articles.append_column("kept_id", folds["kept_id"].take(fold_of))
    articles = articles.append_column("roundup", _roundups(articles["article_id"], pairs))
    folds = export.with_outlets(folds.drop_columns("day"), articles)
    place = pc.index_in(members["article_id"], articles["article_id"].combine_chunks())
    members = members.append_column("title", articles["title"].take(place))
    members = members.append_column("url", articles["url"].take(place))
    alive = stories.filter(pc.not_equal(stories["status"], "merged"))
    largest = [("articles", "descending"), ("reposts", "descending"), ("story_id", "ascending")]
    found = {
        "articles": articles,
        "duplicates": folds.sort_by("article_id"),
        "pairs": _sorted(pairs, "article_id", "other_id"),
        "stories": alive.sort_by(largest),
        "members": _sorted(members, "story_id", "article_id"),
        "story_events": _sorted(events, "run_id", "story_id", "event"),
        "story_links": linked,
        "rejects": _sorted(rejects, "input", "position", "reason"),
    }
    return {
        name: table.select(schema.EXPORTS[name].names).cast(schema.EXPORTS[name])
        for name, table in found.items()
    }


def _roundups(ids: pa.ChunkedArray, pairs: pa.Table) -> pa.ChunkedArray:
    """Tell which articles contain unrelated ones."""
    parts = dedup.of_relation(pairs, "part")
    larger = pc.greater_equal(parts["article_shingles"], parts["other_shingles"])
    holders = pc.if_else(larger, parts["article_id"], parts["other_id"])
    return pc.is_in(ids, holders.combine_chunks())


def _of(rows: pa.Table, ids: pa.Array) -> pa.Table:
    return rows.filter(pc.is_in(rows["story_id"], ids))


def _sorted(rows: pa.Table, *names: str) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in names])
