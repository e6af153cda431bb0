"""The front pages, and the data that their script searches."""

from collections.abc import Iterable
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.report import words
from pipeline.report.charts import Growth, Report, axis_of, growth_of
from pipeline.report.paper import Paper
from pipeline.report.story_pages import Listed

_A_PAGE = 100
_A_SHARD = 1000
_CHART_HEIGHT = 108


def write_front(paper: Paper, members: pa.Table, stories: list[Listed]) -> None:
    """Write the front page, its continuations, and the data that its script loads when asked.

    Without the script all stories can be paged through; with it they can be searched.

    Parameters
    ----------
    paper : Paper
    members : table of schema.MEMBERS
    stories : list of Listed
        The largest first.
    """
    shards = _write_data(paper, stories)
    many = max(1, -(-len(stories) // _A_PAGE))
    totals = _totals(members, stories)
    growth = _growth(members)
    for number in range(1, many + 1):
        begin = (number - 1) * _A_PAGE
        shown = stories[begin : begin + _A_PAGE]
        paper.write(
            _url(number),
            "index.html",
            here="index",
            totals=totals,
            growth=growth,
            shards=shards,
            rows=[paper.parts.story(story, "") for story in shown],
            first=begin + 1 if shown else 0,
            last=begin + len(shown),
            number=number,
            many=many,
            urls=_url,
        )


def _url(number: int) -> str:
    return "index.html" if number == 1 else f"page-{number}.html"


def _totals(members: pa.Table, stories: list[Listed]) -> dict[str, Any]:
    languages = {story.language for story in stories if story.language}
    return {
        "articles": len(members),
        "stories": len(stories),
        "reposts": sum(story.reposts for story in stories),
        "several": sum(1 for story in stories if story.articles + story.reposts > 1),
        "outlets": len(pc.unique(members["source"].drop_null())),
        "languages": sorted(languages),
    }


def _growth(members: pa.Table) -> Growth | None:
    """Count all reports by the hour."""
    dated = members.filter(members["published"].is_valid())
    hour = pc.floor_temporal(dated["published"], unit="hour")
    repost = pc.equal(dated["role"], "repost").cast(pa.int64())
    counts = pa.table({"hour": hour, "repost": repost}).group_by("hour")
    rows = counts.aggregate([("repost", "sum"), ("repost", "count")]).to_pylist()
    reports: list[Report] = [
        (words.utc(row["hour"]), row["repost_count"] - row["repost_sum"], row["repost_sum"])
        for row in rows
    ]
    axis = axis_of([at for at, _, _ in reports])
    return growth_of(axis, reports, _CHART_HEIGHT) if axis else None


def _write_data(paper: Paper, stories: list[Listed]) -> int:
    """Write the shards; a page on disk may load scripts, but fetch nothing.

    Returns
    -------
    int
        How many there are.
    """
    names = sorted({outlet for story in stories for outlet in story.outlets})
    number_of = {name: number for number, name in enumerate(names)}
    _script(paper, "outlets", names)
    shards = [stories[at : at + _A_SHARD] for at in range(0, len(stories), _A_SHARD)]
    for number, shard in enumerate(shards):
        _script(paper, number, _columns(shard, number_of))
    return len(shards)


def _script(paper: Paper, name: int | str, value: Any) -> None:
    path = paper.folder / "data" / f"stories-{name}.js"
    path.parent.mkdir(exist_ok=True)
    call = b"storyfold.take(" + orjson.dumps(name) + b"," + orjson.dumps(value) + b");\n"
    path.write_bytes(call)


def _columns(stories: Iterable[Listed], number_of: dict[str, int]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for story in stories:
        row = {
            "url": story.url,
            "title": story.title,
            "lead": story.lead,
            "language": story.language,
            "articles": story.articles,
            "reposts": story.reposts,
            "sources": story.sources,
            "first": story.first,
            "last": story.last,
            "when": story.when,
            "keywords": story.keywords,
            "outlets": [number_of[outlet] for outlet in story.outlets],
            "spark": story.spark,
            "peak": story.peak,
        }
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return columns
