"""New and growing stories as an Atom feed (RFC 4287)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.export.rows import rows, urn, web_url
from pipeline.export.xml import Document, document

_LONGEST_FEED = 200
_NEVER = "1970-01-01T00:00:00Z"


def write_atom(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Write the stories of several reports that were born or grew, the latest first.

    Everything is text, nothing HTML: a headline cannot bring markup into a feed reader.
    The feed holds at most 200 stories and says of how many.

    Parameters
    ----------
    tables : mapping of str to table
        By the names of schema.EXPORTS.
    path : Path
    """
    news = _news(tables)
    shown = news[:_LONGEST_FEED]
    heads = _heads(tables, shown)
    with document(path, "feed", {"xmlns": "http://www.w3.org/2005/Atom"}) as xml:
        xml.element("id", urn("feed", "stories"))
        xml.element("title", "Stories")
        xml.element("subtitle", f"{len(shown)} of {len(news)} new and growing stories")
        xml.element("updated", _updated(shown[0][0]) if shown else _NEVER)
        xml.element("generator", "storyfold")
        with xml.inside("author"):
            xml.element("name", "storyfold")
        for story, event in shown:
            with xml.inside("entry"):
                _entry(xml, story, event, heads.get(story["representative_id"], {}))


def _news(tables: Mapping[str, pa.Table]) -> list[tuple[dict[str, Any], str]]:
    """Give stories with ``born`` or ``grew``; what was born in these events is new."""
    events: dict[str, str] = {}
    for event in rows(tables["story_events"]):
        if event["event"] == "born" or (
            event["event"] == "grew" and event["story_id"] not in events
        ):
            events[event["story_id"]] = event["event"]
    found = [
        (story, events[story["story_id"]])
        for story in rows(tables["stories"])
        if story["story_id"] in events and story["articles"] + story["reposts"] > 1
    ]
    found.sort(key=lambda entry: entry[0]["story_id"])
    found.sort(key=lambda entry: _updated(entry[0]), reverse=True)
    return found


def _updated(story: Mapping[str, Any]) -> str:
    return story["last_published"] or _NEVER


def _heads(
    tables: Mapping[str, pa.Table], shown: list[tuple[dict[str, Any], str]]
) -> dict[str, dict[str, Any]]:
    """Give the articles that represent stories, by id."""
    ids = pa.array([story["representative_id"] for story, _ in shown], pa.string())
    articles = tables["articles"].select(["article_id", "url", "source"])
    found = articles.filter(pc.is_in(articles["article_id"], ids))
    return {row["article_id"]: row for row in rows(found)}


def _entry(xml: Document, story: Mapping[str, Any], event: str, head: Mapping[str, Any]) -> None:
    xml.element("id", urn("story", story["story_id"]))
    xml.element("title", story["title"])
    xml.element("updated", _updated(story))
    if story["first_published"]:
        xml.element("published", story["first_published"])
    if link := web_url(head.get("url")):
        xml.element("link", "", {"rel": "alternate", "href": link})
    with xml.inside("author"):
        xml.element("name", head.get("source") or "unknown source")
    for word in story["keywords"] or []:
        xml.element("category", "", {"term": word})
    xml.element("summary", _summary(story, event), {"type": "text"})


def _summary(story: Mapping[str, Any], event: str) -> str:
    counts = ", ".join(
        f"{story[name]} {name[:-1] if story[name] == 1 else name}"
        for name in ("articles", "reposts", "sources")
    )
    told = "New story" if event == "born" else "Growing story"
    words = ", ".join(story["keywords"] or [])
    lead = story["lead"] or ""
    return f"{told}: {counts}." + (f" {lead}" if lead else "") + (f" ({words})" if words else "")
