"""A small set of export tables, for tests: two stories that are linked, one with reposts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from pipeline import schema

START = datetime(2021, 7, 5, 8, 20, tzinfo=UTC)


def member(
    name: str, minutes: float | None, source: str | None, story: str = "ferry", **others: Any
) -> dict[str, Any]:
    return {
        "story_id": story,
        "article_id": name,
        "role": "article",
        "similarity": 0.5,
        "source": source,
        "title": f"Headline of {name}",
        "url": f"https://{source}/{name}",
        "published": None if minutes is None else START + timedelta(minutes=minutes),
        **others,
    }


def fold(name: str, kept: str, relation: str = "near") -> dict[str, Any]:
    figures = {"jaccard": 0.8, "containment": 0.9, "shared_shingles": 40}
    return {"article_id": name, "kept_id": kept, "relation": relation, **figures, "run_id": "r1"}


MEMBERS = [
    member("f4", None, "late.example"),
    member("f2", 100, "herald.example", role="repost"),
    member("f1", 0, "wire.example"),
    member("f3", 100, "courier.example"),
    member("f5", 30, "wire.example"),
    member("f6", 200, None, role="repost"),
    member("t1", 3000, "courier.example", story="tow"),
]


def tables() -> dict[str, pa.Table]:
    stories = [
        {"story_id": "tow", "title": "Ferry towed", "articles": 1, "reposts": 0, "sources": 1},
        {"story_id": "ferry", "title": "Ferry aground", "articles": 4, "reposts": 2, "sources": 4},
    ]
    events = [
        {"story_id": "ferry", "event": "born", "other_id": None, "at": START, "run_id": "r1"},
        {"story_id": "older", "event": "merged", "other_id": "old", "at": START, "run_id": "r2"},
        {"story_id": "old", "event": "merged", "other_id": "ferry", "at": START, "run_id": "r3"},
    ]
    link = {"story_id": "tow", "other_id": "ferry", "kind": "predecessor", "similarity": 0.3}
    rows = {
        "stories": stories,
        "members": MEMBERS,
        "duplicates": [fold("f2", "f1"), fold("f6", "f1", "excerpt")],
        "story_events": events,
        "story_links": [link | {"terms": ["ferry"]}],
    }
    return {
        name: pa.Table.from_pylist(rows.get(name, []), kind)
        for name, kind in schema.EXPORTS.items()
    }
