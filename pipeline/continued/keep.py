"""The rows of a run, committed to the archive."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, dedup, schema, stories
from pipeline.continued.recalled import Recalled
from pipeline.continued.track import Tracked, clock_of, run_name, track
from pipeline.job import Job

_PAIRED = set(schema.PAIRS.names)
_PAIR = ["article_id", "other_id"]
_ENDS = ["article_day", "other_day"]


@dataclass(frozen=True)
class Committed:
    """A run that now counts."""

    run_id: str
    counts: dict[str, int]


def commit(
    job: Job, recalled: Recalled, reposts: dedup.Reposts, grouping: stories.Grouping
) -> Committed:
    """Match groups to earlier stories, append all that was found, and make the run count.

    New articles, most of what is written, are appended while stories are tracked.
    """
    past = archive.open_archive(str(job.archive), job.settings)
    run = run_name(past, job, recalled)
    clock = clock_of(past, job, recalled)
    of_articles, moved = _of_articles(job, recalled, reposts, archive.day_of(clock))
    about = {
        "kind": recalled.kind,
        "began": job.now,
        "clock": clock,
        "files": orjson.dumps(job.files, default=list).decode(),
        "settings": job.settings.model_dump_json(exclude={"archive": {"storage_options"}}),
    }
    with past.committing(run, about) as pending:
        pending.append(of_articles, moved)
        tracked = track(past, run, clock, job, recalled, reposts, grouping)
        of_stories = {
            "members": tracked.members,
            "stories": tracked.stories,
            "story_events": tracked.story_events,
            "story_links": _links(recalled, tracked),
        }
        pending.append(of_stories, moved)
        pending.counts = {**recalled.counts, **tracked.counts}
    rows = sum(len(part) for part in (of_articles | of_stories).values())
    return Committed(run, {"rows": rows, **tracked.counts})


def _of_articles(
    job: Job, recalled: Recalled, reposts: dedup.Reposts, today: date
) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """Give what is known before stories are tracked, and what moves; by table."""
    window = job.settings.dedup.window_days
    pairs, folds = _pairs(recalled, reposts.pairs), _duplicates(recalled, reposts.folds)
    rows = {
        "articles": _new_articles(recalled),
        "fingerprints": _new_fingerprints(recalled),
        "pairs": _under_both_days(_changes(*pairs, _PAIR), window),
        "duplicates": _changes(*folds, ["article_id"]),
        "rejects": _under_one_day(recalled.rejects, today),
    }
    return rows, _moved(recalled, pairs, folds, window)


def _new_articles(recalled: Recalled) -> pa.Table:
    new = recalled.standing["new"]
    articles = recalled.articles.filter(new).append_column(
        "day", recalled.standing["day"].filter(new)
    )
    return articles.append_column("words", _aligned(recalled, articles)["words"])


def _new_fingerprints(recalled: Recalled) -> pa.Table:
    new = recalled.standing["new"]
    ids = recalled.articles.filter(new)
    return _aligned(recalled, ids).append_column("day", recalled.standing["day"].filter(new))


def _aligned(recalled: Recalled, articles: pa.Table) -> pa.Table:
    """Fingerprints in the order of the articles."""
    prints = recalled.fingerprints
    return prints.take(pc.index_in(articles["article_id"], prints["article_id"].combine_chunks()))


def _moved(
    recalled: Recalled,
    pairs: tuple[pa.Table, pa.Table],
    folds: tuple[pa.Table, pa.Table],
    window_days: int,
) -> dict[str, pa.Table]:
    """Say of what moves that it is no longer where it was: all null but keys and days."""
    if not len(recalled.moved):
        return {}
    rows = {
        name: _all_null(recalled.moved, _unstamped(name), ["article_id", "day"])
        for name in ("articles", "fingerprints", "members")
    }
    rows["pairs"] = _under_both_days(_displaced(*pairs, _PAIR, _ENDS), window_days)
    rows["duplicates"] = _displaced(*folds, ["article_id"], ["day"])
    return rows


def _unstamped(name: str) -> pa.Schema:
    return pa.schema([field for field in archive.TABLES[name] if field.name != "run_id"])


def _displaced(now: pa.Table, before: pa.Table, keys: list[str], places: list[str]) -> pa.Table:
    """Give what there was and still is, but under another day."""
    before = before.select(now.column_names).cast(now.schema)
    both = pa.concat_tables([before, now]).combine_chunks()
    key, place = _codes(both, keys), _codes(both, [*keys, *places])
    n = len(before)
    elsewhere = np.isin(key[:n], key[n:]) & ~np.isin(place[:n], place[n:])
    return _all_null(before.filter(pa.array(elsewhere)), now.schema, [*keys, "day", *places])


def _all_null(rows: pa.Table, kind: pa.Schema, but: list[str]) -> pa.Table:
    columns = [
        rows[field.name] if field.name in but else pa.nulls(len(rows), field.type) for field in kind
    ]
    return pa.table(columns, schema=kind)


def _pairs(recalled: Recalled, found: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Pairs as they are, and as they were."""
    ids, days = recalled.articles["article_id"], recalled.standing["day"]
    left, right = found["left"], found["right"]
    now = pa.table(
        {
            "article_id": ids.take(left),
            "other_id": ids.take(right),
            "article_shingles": found["left_shingles"],
            "other_shingles": found["right_shingles"],
            **{name: found[name] for name in schema.VERIFIED_PAIRS.names if name in _PAIRED},
            "article_day": days.take(left),
            "other_day": days.take(right),
            "day": days.take(left),
        }
    )
    return now, recalled.pairs


def _under_both_days(pairs: pa.Table, window_days: int) -> pa.Table:
    """Put pairs under the earlier of their days; those wider than the window also under the later.

    An article without a date is compared with whatever is at hand. From either end of a pair,
    the other is sought no further away than the window.
    """
    earlier, later = (
        pick(pairs["article_day"], pairs["other_day"])
        for pick in (pc.min_element_wise, pc.max_element_wise)
    )
    pairs = schema.with_columns(pairs, day=earlier)
    wide = pc.greater(pc.days_between(earlier, later), window_days)
    again = schema.with_columns(pairs, day=later).filter(wide)
    return pa.concat_tables([pairs, again])


def _duplicates(recalled: Recalled, folds: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Folds as they are, and as they were."""
    ids, days = recalled.articles["article_id"], recalled.standing["day"]
    now = pa.table(
        {
            "article_id": ids.take(folds["article"]),
            "kept_id": ids.take(folds["kept"]),
            **{name: folds[name] for name in schema.FOLDS.names[2:]},
            "day": days.take(folds["article"]),
        }
    )
    return now, recalled.repeats.filter(recalled.repeats["kept_id"].is_valid())


def _links(recalled: Recalled, tracked: Tracked) -> pa.Table:
    """Links that are new or other than before, and, without a kind, those that are no more.

    Where articles are forgotten, earlier rows will be erased: all are written again.
    """
    before = tracked.links_before[:0] if recalled.gone else tracked.links_before
    return _changes(tracked.links, before, ["story_id", "other_id"])


def _changes(now: pa.Table, before: pa.Table, keys: list[str]) -> pa.Table:
    """Rows that are not among those before; and, all null but keys and days, those gone."""
    before = before.select(now.column_names).cast(now.schema)
    both = pa.concat_tables([before, now]).combine_chunks()
    placed = "article_day" in both.column_names  # then the day follows from these
    everything = _codes(both, [name for name in both.column_names if name != "day" or not placed])
    key = _codes(both, keys)
    n = len(before)
    fresh = now.filter(pa.array(~np.isin(everything[n:], everything[:n])))
    gone = before.filter(pa.array(~np.isin(key[:n], key[n:])))
    return pa.concat_tables([fresh, _all_null(gone, now.schema, [*keys, "day", *_ENDS])])


def _codes(table: pa.Table, names: list[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Give equal rows the same number."""
    code = np.zeros(len(table), dtype=np.int64)
    for name in names:
        column = table[name]
        if pa.types.is_list(column.type):
            column = pc.binary_join(column, "\n")
        part = column.combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy()
        _, code = np.unique(code * (int(part.max(initial=0)) + 2) + part + 1, return_inverse=True)
    return code


def _under_one_day(rows: pa.Table, day: Any) -> pa.Table:
    return rows.append_column("day", pa.repeat(pa.scalar(day, pa.date32()), len(rows)))
