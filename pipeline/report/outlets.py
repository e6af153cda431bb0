"""The page of outlets: who wrote, who reprinted, who was first."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import look
from pipeline.report.paper import Paper, cut, drawn

_ROWS_BYTES = 90_000


def write_outlets(paper: Paper, articles: pa.Table, members: pa.Table) -> None:
    """Write the page of outlets, those that published most first.

    Parameters
    ----------
    paper : Paper
    articles : table of schema.ARTICLES
    members : table of schema.MEMBERS
    """
    rows = _rows(articles, members)
    parts = cut(drawn(paper.parts.total, rows), _ROWS_BYTES) or [[]]
    for number, shown in enumerate(parts, 1):
        paper.write(
            _url(number),
            "outlets.html",
            here="outlets",
            rows=shown,
            many_outlets=sum(1 for row in rows if row["source"] is not None),
            number=number,
            many=len(parts),
            urls=_url,
        )


def _url(number: int) -> str:
    return "outlets.html" if number == 1 else f"outlets-{number}.html"


def _rows(articles: pa.Table, members: pa.Table) -> list[dict[str, Any]]:
    repost = articles["kept_id"].is_valid().cast(pa.int64())
    counted = pa.table({"source": articles["source"], "repost": repost}).group_by("source")
    found = counted.aggregate([("repost", "sum"), ("repost", "count")])
    stories, first = _told(members)
    found = found.sort_by([("repost_count", "descending"), ("source", "ascending")])
    return [
        {
            "source": row["source"],
            "articles": row["repost_count"],
            "own": row["repost_count"] - row["repost_sum"],
            "reposts": row["repost_sum"],
            "share": row["repost_sum"] / row["repost_count"],
            "stories": stories.get(row["source"], 0),
            "first": first.get(row["source"], 0),
        }
        for row in found.to_pylist()
    ]


def _told(members: pa.Table) -> tuple[dict[str | None, int], dict[str | None, int]]:
    """Count the stories that each outlet told, and those of several reports that it told first."""
    told = look.outlets(members)
    sizes = told.group_by("story_id").aggregate([("articles", "sum"), ("reposts", "sum")])
    place = pc.index_in(told["story_id"], sizes["story_id"].combine_chunks())
    size = pc.add(sizes["articles_sum"], sizes["reposts_sum"]).take(place)
    first = pc.and_(pc.equal(told["delay"], timedelta(0)), pc.greater(size, 1))
    return _by_source(told), _by_source(told.filter(first))


def _by_source(told: pa.Table) -> dict[str | None, int]:
    counts = pc.value_counts(told["source"]).to_pylist()
    return {row["values"]: row["counts"] for row in counts}
