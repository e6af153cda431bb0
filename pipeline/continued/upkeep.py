"""Changes to what an archive already holds: stories of a span anew, articles forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, schema, text
from pipeline.archive import Archive
from pipeline.continued.background import background
from pipeline.continued.closure import connected
from pipeline.continued.decide import fold, group
from pipeline.continued.keep import commit
from pipeline.continued.recalled import Recalled, gathered, whole_stories
from pipeline.errors import ArchiveError
from pipeline.job import Job, Tokens
from pipeline.settings import Settings


def rebuild(
    root: str, settings: Settings, since: date | None, until: date | None, now: datetime
) -> dict[str, int]:
    """Gather the stories of a span of days anew, under these settings.

    Those of which any article lies in the span are taken whole. Stories go on under the id
    that shares most members; what came of them is recorded in ``story_events``. Reposts stay
    as they are.

    Parameters
    ----------
    root : str
        The archive's folder or URL.
    settings : Settings
        Of the stories.
    since, until : date or None
        First and last day, both included; None for the first and last there is.
    now : datetime
        Recorded as the beginning.

    Returns
    -------
    dict of str to int
        Articles, stories, and events by kind.

    Raises
    ------
    ArchiveError
    """
    with archive.writing(root, settings) as past:
        members = past.read("members", [(since or date.min, until or date.max)])
        active = pc.unique(members["story_id"])
        members = whole_stories(past, members, active)
        linked, pairs = members.select(["article_id", "day"])[:0], archive.TABLES["pairs"]
        recalled = _standing(past, members, active, linked, pairs.empty_table())
        latest = pc.max(recalled.standing["day"]).as_py()
        beside = background(past, recalled.articles, latest, settings.threads)
        job = Job([], Path(), settings, now, root)
        return _run(job, replace(recalled, kind="rebuild", background=beside))


def forget(root: str, settings: Settings, ids: Sequence[str], now: datetime) -> dict[str, int]:
    """Delete articles and every trace of them.

    Their reposts are folded anew; their stories keep their other articles, and are told
    without them. Then their rows are erased from every version of every table. Killed
    half-way, it can be run again.

    Parameters
    ----------
    root : str
        The archive's folder or URL.
    settings : Settings
    ids : sequence of str
        Of articles.
    now : datetime
        Recorded as the beginning.

    Returns
    -------
    dict of str to int
        Articles forgotten, and rows erased.

    Raises
    ------
    ArchiveError
        The archive has no such article.
    """
    gone = pa.array(ids, pa.string())
    with archive.writing(root, settings) as past:
        found = past.read("articles", columns=["day"])
        found = found.filter(pc.is_in(found["article_id"], gone)).select(["article_id", "day"])
        if len(found) < len(set(ids)):
            missing = sorted(set(ids) - set(found["article_id"].to_pylist()))
            raise ArchiveError(
                f"the archive at {root} has no article {', '.join(missing)}; nothing was "
                "forgotten: ids stand in the column article_id of the export"
            )
        linked, pairs = connected(past, found, settings.dedup)
        theirs = past.read("members", archive.around(linked["day"], 0))
        theirs = theirs.filter(
            pc.is_in(theirs["article_id"], linked["article_id"].combine_chunks())
        )
        theirs = pa.concat_tables([theirs, _memberships_ever(past, found)])
        stories = pc.unique(theirs["story_id"])
        members = _without(whole_stories(past, theirs, stories), gone)
        recalled = _standing(past, members, stories, _without(linked, gone), pairs)
        job = Job([], Path(), settings, now, root)
        _run(job, replace(recalled, kind="forget", gone=tuple(ids)))
        told = archive.open_archive(root, settings)
        rows = archive.erase(told, _traces(told, gone, stories), settings.archive.compression)
    return {"articles": len(set(ids)), "rows": rows}


def _memberships_ever(past: Archive, articles: pa.Table) -> pa.Table:
    """Give the members rows that articles have or had: what their stories say may be of them."""
    named = pc.field("article_id").isin(articles["article_id"].combine_chunks())
    rows = past.read("members", where=named, history=True)
    return rows.filter(rows["story_id"].is_valid())


def _standing(
    past: Archive, members: pa.Table, active: pa.Array, linked: pa.Table, pairs: pa.Table
) -> Recalled:
    """Gather articles of the past alone; closed stories may change."""
    days = pa.chunked_array([], pa.date32())
    nothing = schema.CLEANED.empty_table()
    return replace(gathered(past, nothing, days, linked, pairs, members, active), thawed=True)


def _without(rows: pa.Table, gone: pa.Array) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["article_id"], gone)))


def _run(job: Job, recalled: Recalled) -> dict[str, int]:
    """Fold, group and commit what was recalled."""
    tokens = Tokens(text.tokenize(recalled.articles, job.settings.threads), {})
    reposts = fold(job, recalled, tokens)
    grouping = group(job, recalled, tokens, reposts)
    committed = commit(job, recalled, reposts, grouping)
    return {**recalled.counts, "stories": len(grouping.stories), **committed.counts}


def _traces(past: Archive, gone: pa.Array, stories: pa.Array) -> dict[str, archive.Doomed]:
    """Tell rows that name or describe forgotten articles.

    Of the stories that they were ever in, only the rows of the last run, which tell them
    without, may stay, and those that say what a story became part of, which tell nothing.
    """

    def named(*columns: str) -> archive.Doomed:
        def doomed(rows: pa.Table) -> pa.ChunkedArray:
            found = pc.is_in(rows[columns[0]], gone)
            for column in columns[1:]:
                found = pc.or_(found, pc.is_in(rows[column], gone))
            return found

        return doomed

    def told(rows: pa.Table) -> pa.ChunkedArray:
        earlier = pc.less(rows["run_id"], past.last_run)
        telling = pc.and_(earlier, pc.not_equal(rows["status"], "merged"))
        return pc.and_(pc.is_in(rows["story_id"], stories), telling)

    def linking(rows: pa.Table) -> pa.ChunkedArray:
        ends = pc.or_(pc.is_in(rows["story_id"], stories), pc.is_in(rows["other_id"], stories))
        return pc.and_(ends, pc.less(rows["run_id"], past.last_run))

    return {
        "stories": told,  # first: while the members are here, it is known which these are
        "members": named("article_id"),
        "duplicates": named("article_id", "kept_id"),
        "pairs": named("article_id", "other_id"),
        "story_links": linking,
        "fingerprints": named("article_id"),
        "articles": named("article_id"),  # last: while it is here, all can be done again
    }
