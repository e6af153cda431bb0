"""Reposts as a curator looks at them: filtered, listed by outlet, and cut at other thresholds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import dedup, schema
from pipeline.settings import DedupSettings

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Filters:
    """Which reposts or pairs are wanted; a filter that is None lets all pass."""

    relation: str | None = None
    source: str | None = None
    """Of either article."""
    kept: str | None = None
    """Id of the kept article."""
    since: datetime | None = None
    """When the repost was published at the earliest."""
    until: datetime | None = None
    above: float | None = None
    """Lowest Jaccard, or containment of an excerpt."""


def filtered(reposts: pa.Table, articles: pa.Table, filters: Filters) -> pa.Table:
    """Pick reposts.

    Parameters
    ----------
    reposts : table of schema.DUPLICATES
    articles : table of schema.ARTICLES
    filters : Filters

    Returns
    -------
    table of schema.DUPLICATES
        By kept article, then by time.
    """
    wanted = pc.is_valid(reposts["article_id"])
    if filters.relation:
        wanted = pc.and_(wanted, pc.equal(reposts["relation"], filters.relation))
    if filters.source:
        kept = _of(articles, "source", reposts["kept_id"])
        either = [pc.equal(column, filters.source) for column in (reposts["source"], kept)]
        wanted = pc.and_(wanted, pc.or_kleene(*either))
    if filters.kept:
        wanted = pc.and_(wanted, pc.equal(reposts["kept_id"], filters.kept))
    if filters.since:
        wanted = pc.and_(wanted, pc.greater_equal(reposts["published"], pa.scalar(filters.since)))
    if filters.until:
        wanted = pc.and_(wanted, pc.less(reposts["published"], pa.scalar(filters.until)))
    if filters.above is not None:
        strength = pc.max_element_wise(reposts["jaccard"], reposts["containment"])
        wanted = pc.and_(wanted, pc.greater_equal(strength, filters.above))
    order = [("kept_id", "ascending"), ("published", "ascending"), ("article_id", "ascending")]
    return reposts.filter(wanted).sort_by(order)


def borderline(pairs: pa.Table, settings: DedupSettings) -> pa.Table:
    """Give the pairs around the thresholds, the nearest to one first.

    Parameters
    ----------
    pairs : table of schema.PAIRS
    settings : DedupSettings
        Thresholds, and the margin on either side.

    Returns
    -------
    table of schema.PAIRS, and ``distance``
        How far each lies above, or below, the nearer of its two thresholds.
    """
    jaccard = pairs["jaccard"].to_numpy() - settings.jaccard
    containment = pairs["containment"].to_numpy() - settings.containment
    distance = np.where(np.abs(jaccard) <= np.abs(containment), jaccard, containment)
    distance = np.where((jaccard < 0) & (containment >= 0), containment, distance)
    distance = np.where((jaccard >= 0) & (containment < 0), jaccard, distance)
    order = np.argsort(np.abs(distance), kind="stable")
    order = order[np.abs(distance[order]) <= settings.margin]
    picked = pa.array(order)
    return pairs.take(picked).append_column("distance", pa.array(distance).take(picked))


def recut(articles: pa.Table, pairs: pa.Table, settings: DedupSettings) -> pa.Table:
    """Fold anew at other thresholds, from the verified pairs of a run; nothing is signed again.

    Parameters
    ----------
    articles : table of schema.ARTICLES
    pairs : table of schema.PAIRS
        Down to the margin below the run's thresholds: no lower can be cut.
    settings : DedupSettings
        New thresholds, and what to keep.

    Returns
    -------
    table of schema.DUPLICATES
        Without run.
    """
    from pipeline.export import with_outlets

    articles = articles.sort_by("article_id")
    ids = articles["article_id"].combine_chunks()
    left, right = (pc.index_in(pairs[name], ids) for name in ("article_id", "other_id"))
    columns = {
        "left": left,
        "right": right,
        "left_shingles": pairs["article_shingles"],
        "right_shingles": pairs["other_shingles"],
        **{name: pairs[name] for name in schema.VERIFIED_PAIRS.names if name in pairs.schema.names},
    }
    known = pa.table({name: columns[name] for name in schema.VERIFIED_PAIRS.names})
    known = known.filter(pc.and_(known["left"].is_valid(), known["right"].is_valid()))
    folds = dedup.refold(articles, known.combine_chunks(), settings)
    reposts = pa.table(
        {
            "article_id": ids.take(folds["article"].combine_chunks()),
            "kept_id": ids.take(folds["kept"].combine_chunks()),
            **{name: folds[name] for name in schema.FOLDS.names[2:]},
        }
    )
    told = with_outlets(reposts, articles)
    told = told.append_column("run_id", pa.nulls(len(told), pa.string()))
    return told.select(schema.DUPLICATES.names).cast(schema.DUPLICATES)


def kept_of(articles: pa.Table, reposts: pa.Table) -> pa.ChunkedArray:
    """Give the kept article of each article, by these reposts; null where it is kept itself.

    Parameters
    ----------
    articles : table of schema.ARTICLES
    reposts : table of schema.DUPLICATES
    """
    return _of(reposts, "kept_id", articles["article_id"])


def spread(reposts: pa.Table) -> dict[str, str]:
    """Tell of each kept article how far and how fast it was copied: "12 outlets within 3 hours".

    Parameters
    ----------
    reposts : table of schema.DUPLICATES

    Returns
    -------
    dict of str to str
        By the kept article's id.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in reposts.select(["kept_id", "source", "seconds_behind", "article_id"]).to_pylist():
        groups.setdefault(row["kept_id"], []).append(row)
    return {kept: _spread(rows) for kept, rows in groups.items()}


def _spread(rows: list[dict[str, Any]]) -> str:
    outlets = len({row["source"] or row["article_id"] for row in rows})
    told = f"{outlets} outlet{'s' if outlets > 1 else ''}"
    behind = [row["seconds_behind"] for row in rows if row["seconds_behind"] is not None]
    return f"{told} within {duration(max(behind))}" if behind else told


def duration(seconds: int) -> str:
    """Say how long something took, in the largest unit that says it well, rounded up.

    Examples
    --------
    >>> duration(10_000), duration(59), duration(200_000)
    ('3 hours', '1 minute', '3 days')
    """
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds > unit or unit == _MINUTE:
            number = max(-(-seconds // unit), 1)
            return f"{number} {name}{'s' if number > 1 else ''}"
    raise AssertionError(seconds)


def _of(table: pa.Table, name: str, ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give a column's values by article id; null where the table has no such article."""
    return table[name].take(pc.index_in(ids, table["article_id"].combine_chunks()))
