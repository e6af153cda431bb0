"""The pages of a story: its time line, who reported it, its articles and their reposts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from markupsafe import Markup

from pipeline.look import StoryView
from pipeline.report import words
from pipeline.report.charts import Axis, Report, axis_of, growth_of, hours, spark
from pipeline.report.paper import Paper, cut
from pipeline.report.repost_pages import Texts, group_url, relation_said, write_group

_OUTLETS_BYTES = 40_000
_COVERAGE_BYTES = 60_000
_LINKS_BYTES = 20_000
"""Together with what else is on a page, far under 150 kB."""
_CHART_HEIGHT = 108
_ROOT = "../../"
_LANE_MARKS = 60
_KINDS = {"predecessor": "came before", "successor": "came after", "sibling": "beside it"}


class Branch(NamedTuple):
    """An article and those of its reposts that a page has room for."""

    head: Markup
    continued: bool
    reposts: list[Markup]


@dataclass(frozen=True)
class Listed:
    """A story as the front page shows it."""

    url: str
    title: str
    lead: str
    language: str
    articles: int
    reposts: int
    sources: int
    first: int | None
    """Second of the first report, since 1970."""
    last: int | None
    when: str
    keywords: list[str]
    outlets: list[str]
    spark: str
    peak: int
    """Most reports within an hour."""


def story_url(story_id: str, number: int = 1) -> str:
    """Give the path of a story's page, from its first on."""
    name = words.file_name(story_id)
    part = f".{number}" if number > 1 else ""
    return f"stories/{words.folder_of(story_id)}/{name}{part}.html"


def write_story(paper: Paper, view: StoryView, texts: Texts) -> Listed:
    """Write the pages of a story, and of its repost groups.

    Parameters
    ----------
    paper : Paper
    view : StoryView
    texts : Texts
        Where they are known, reposts are compared with their kept articles.

    Returns
    -------
    Listed
        For the front page.
    """
    members = view.members.to_pylist()
    outlets = view.outlets.to_pylist()
    reports = list(hours(view.growth.to_pylist()))
    dated = [words.utc(row["published"]) for row in members if row["published"]]
    axis = axis_of(dated)
    parts = _Parts(
        cut(_outlet_rows(paper, outlets, members, axis), _OUTLETS_BYTES),
        _coverage(paper, view, members, texts),
        cut(_link_rows(paper, view), _LINKS_BYTES),
    )
    known = {
        "story": view.story,
        "period": words.span(view.story["first_published"], view.story["last_published"]),
        "lead": view.story["lead"],
        "keywords": _keywords(view.story),
        "lasted": max(dated) - min(dated) if len(dated) > 1 else None,
        "axis": axis,
        "growth": growth_of(axis, reports, _CHART_HEIGHT) if axis else None,
        "undated": len(members) - len(dated),
        "events": _events(view),
    }
    _write_pages(paper, view.story["story_id"], parts, known)
    return _listed(view.story, outlets, reports)


class _Parts(NamedTuple):
    outlets: list[list[Markup]]
    coverage: list[list[Branch]]
    links: list[list[Markup]]


def _write_pages(paper: Paper, story_id: str, parts: _Parts, known: dict[str, Any]) -> None:
    """Write as many pages as the longest part needs; the first also tells of the whole."""
    many = max(len(part) for part in parts) or 1
    for number in range(1, many + 1):
        paper.write(
            story_url(story_id, number),
            "story.html",
            **known,
            number=number,
            many=many,
            urls=_urls(story_id),
            outlets=_at(parts.outlets, number - 1),
            outlet_pages=len(parts.outlets),
            coverage=_at(parts.coverage, number - 1),
            coverage_pages=len(parts.coverage),
            links=_at(parts.links, number - 1),
            link_pages=len(parts.links),
        )


def _listed(story: dict[str, Any], outlets: list[dict[str, Any]], reports: list[Report]) -> Listed:
    return Listed(
        story_url(story["story_id"]),
        words.headline(story["title"]),
        words.clean(story["lead"], 240),
        words.clean(story["language"], 20),
        story["articles"],
        story["reposts"],
        story["sources"],
        _second(story["first_published"]),
        _second(story["last_published"]),
        words.span(story["first_published"], story["last_published"]),
        _keywords(story),
        [words.clean(row["source"], 80) for row in outlets if row["source"]],
        spark(reports),
        max((articles + reposts for _, articles, reposts in reports), default=0),
    )


def _second(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at else None


def _at(pages: list[Any], at: int) -> Any:
    return pages[at] if at < len(pages) else []


def _urls(story_id: str) -> Callable[[int], str]:
    return lambda number: story_url(story_id, number).rsplit("/", 1)[-1]


def _keywords(story: dict[str, Any]) -> list[str]:
    return [words.clean(word, 60) for word in story["keywords"] or []]


def _outlet_rows(
    paper: Paper, outlets: list[dict[str, Any]], members: list[dict[str, Any]], axis: Axis | None
) -> Iterator[Markup]:
    marks: dict[str | None, list[tuple[datetime, str]]] = {}
    for row in members:
        if row["published"]:
            marks.setdefault(row["source"], []).append((words.utc(row["published"]), row["role"]))
    for row in outlets:
        shown = marks.get(row["source"], [])[:_LANE_MARKS]
        yield paper.parts.outlet({**row, "marks": shown}, axis)


def _coverage(
    paper: Paper, view: StoryView, members: list[dict[str, Any]], texts: Texts
) -> list[list[Branch]]:
    """Part the tree of articles and reposts into pages."""
    first = next((row["published"] for row in members if row["published"]), None)
    pages: list[list[Branch]] = [[]]
    left = _COVERAGE_BYTES
    for head, reposts in _trees(view, members):
        top, lines = _drawn(paper, view, head, reposts, first, texts)
        size = len(top.encode())
        if size > left:
            pages.append([])
            left = _COVERAGE_BYTES
        branch = Branch(top, False, [])
        pages[-1].append(branch)
        left -= size
        for line in lines:
            if len(line.encode()) > left:
                branch = Branch(top, True, [])  # the head again, so that its reposts have one
                pages.append([branch])
                left = _COVERAGE_BYTES - size
            branch.reposts.append(line)
            left -= len(line.encode())
    return pages


def _drawn(
    paper: Paper,
    view: StoryView,
    head: dict[str, Any],
    reposts: list[dict[str, Any]],
    first: datetime | None,
    texts: Texts,
) -> tuple[Markup, list[Markup]]:
    """Draw an article and its reposts; write the pages of their group."""
    pairs: dict[str, str] = {}
    group = ""
    if reposts:
        group = group_url(head["article_id"])
        url = story_url(view.story["story_id"])
        pairs = write_group(paper, view.story, url, head, reposts, texts)
    said = {**head, "delay": _since(head, first), "language": view.story["language"]}
    top = paper.parts.article({**said, "copies": len(reposts), "compare": group}, _ROOT)
    rows = (_repost(row, head, view, pairs) for row in reposts)
    return top, [paper.parts.repost(row, _ROOT) for row in rows]


def _trees(
    view: StoryView, members: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Give each kept article with its reposts; a repost whose kept article is not here, alone."""
    placed = set()
    for kept in view.kept():
        placed |= {kept.article["article_id"], *(row["article_id"] for row in kept.reposts)}
        yield kept.article, list(kept.reposts)
    for row in members:
        if row["article_id"] not in placed:
            yield row, []


def _repost(
    row: dict[str, Any], head: dict[str, Any], view: StoryView, pair_urls: dict[str, str]
) -> dict[str, Any]:
    delay = _since(row, head["published"])
    return {
        **row,
        "language": view.story["language"],
        "behind": words.behind(delay),
        "relation_said": relation_said(row),
        "compare": pair_urls.get(row["article_id"], ""),
    }


def _since(row: dict[str, Any], first: datetime | None) -> timedelta | None:
    return row["published"] - first if row["published"] and first else None


def _link_rows(paper: Paper, view: StoryView) -> Iterator[Markup]:
    for row in view.links.to_pylist():
        known = row["articles"] is not None
        yield paper.parts.link(
            {
                **row,
                "url": story_url(row["other_id"]) if known else "",
                "when": words.span(row["first_published"], row["last_published"]) if known else "",
                "kind_said": _KINDS.get(row["kind"], words.clean(row["kind"], 40)),
                "terms": [words.clean(term, 40) for term in row["terms"] or []],
            },
            _ROOT,
        )


def _events(view: StoryView) -> list[dict[str, Any]]:
    """Say what became of a story; how often it grew is one line."""
    said, grew = [], []
    names = {"born": "first told", "merged": "became part of another story"}
    names |= {"split": "parted from another story", "closed": "closed"}
    for event in view.events.to_pylist():
        if event["event"] == "grew":
            grew.append(event)
            continue
        other = event["other_id"] or ""
        line = {"said": names.get(event["event"], words.clean(event["event"], 40)), "other": other}
        said.append({**line, "at": event["at"]})
    if grew:
        runs = f"grew in {words.counted(len(grew), 'run')}, last"
        said.append({"said": runs, "at": grew[-1]["at"], "other": ""})
    return said
