"""The page of outlets: who wrote, who reprinted, who was first."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pyarrow as pa

from pipeline.look import StoryView
from pipeline.report.paper import Paper, cut, drawn

_ROWS_BYTES = 90_000


class Firsts:
    """How often each outlet told of a story, and was the first of several."""

    def __init__(self) -> None:
        self.stories: Counter[str | None] = Counter()
        self.first: Counter[str | None] = Counter()

    def note(self, view: StoryView) -> None:
        """Count a story's outlets."""
        sources = view.outlets["source"].to_pylist()
        self.stories.update(sources)
        if len(view.members) > 1:
            delays = view.outlets["delay"].to_pylist()
            pairs = zip(sources, delays, strict=True)
            self.first.update(source for source, late in pairs if late == timedelta(0))


def write_outlets(paper: Paper, articles: pa.Table, firsts: Firsts) -> None:
    """Write the page of outlets, those that published most first.

    Parameters
    ----------
    paper : Paper
    articles : table of schema.ARTICLES
    firsts : Firsts
    """
    rows = _rows(articles, firsts)
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


def _rows(articles: pa.Table, firsts: Firsts) -> list[dict[str, Any]]:
    repost = articles["kept_id"].is_valid().cast(pa.int64())
    counted = pa.table({"source": articles["source"], "repost": repost}).group_by("source")
    found = counted.aggregate([("repost", "sum"), ("repost", "count")])
    found = found.sort_by([("repost_count", "descending"), ("source", "ascending")])
    return [
        {
            "source": row["source"],
            "articles": row["repost_count"],
            "own": row["repost_count"] - row["repost_sum"],
            "reposts": row["repost_sum"],
            "share": row["repost_sum"] / row["repost_count"],
            "stories": firsts.stories[row["source"]],
            "first": firsts.first[row["source"]],
        }
        for row in found.to_pylist()
    ]
