"""Reposts and pairs in the terminal."""

from typing import Any

import pyarrow as pa

from pipeline.duplicates import duration, spread

_TITLE = 60


def show_reposts(shown: pa.Table, every: pa.Table, articles: pa.Table, limit: int) -> None:
    """Print reposts under the article that is kept for them, each with its outlet and delay.

    Parameters
    ----------
    shown, every : tables of schema.DUPLICATES
        Those wanted, by kept article; and all, which say how far an article was copied.
    articles : table of schema.ARTICLES
    limit : int
        Rows to print.
    """
    known = _by_id(articles)
    reach = spread(every)
    last = None
    for row in shown.slice(0, limit).to_pylist():
        if row["kept_id"] != last:
            last = row["kept_id"]
            print(f"{_told(known, last)}: {reach[last]}")
        told = _told(known, row["article_id"])
        print(f"    {_behind(row):>12}  {row['relation']:8}{_overlap(row)}  {told}")
    print(f"{len(shown):,} reposts" + _left_out(len(shown), limit))


def show_pairs(pairs: pa.Table, articles: pa.Table, limit: int) -> None:
    """Print pairs around the thresholds, the nearest first.

    Parameters
    ----------
    pairs : table
        From `duplicates.borderline`.
    articles : table of schema.ARTICLES
    limit : int
        Rows to print.
    """
    known = _by_id(articles)
    for row in pairs.slice(0, limit).to_pylist():
        print(f"{row['distance']:+.3f}  {row['relation']:10}{_overlap(row)}")
        for name in ("article_id", "other_id"):
            print(f"    {_told(known, row[name])}")
    print(f"{len(pairs):,} pairs around the thresholds" + _left_out(len(pairs), limit))


def _by_id(articles: pa.Table) -> dict[str, dict[str, Any]]:
    rows = articles.select(["article_id", "source", "title"]).to_pylist()
    return {row["article_id"]: row for row in rows}


def _told(known: dict[str, dict[str, Any]], name: str) -> str:
    row = known.get(name, {"source": None, "title": None})
    title = (row["title"] or "")[:_TITLE]
    return f"{name}  {row['source'] or 'unknown source'}  {title}".rstrip()


def _behind(row: dict[str, Any]) -> str:
    seconds = row["seconds_behind"]
    if seconds is None:
        return "undated"
    return "first" if seconds == 0 else f"+{duration(seconds)}"


def _overlap(row: dict[str, Any]) -> str:
    return f"jaccard {row['jaccard']:.3f} containment {row['containment']:.3f}"


def _left_out(n: int, limit: int) -> str:
    return f", {n - limit:,} of them not shown: --limit {n}" if n > limit else ""
