"""Small export tables of ours, some of them hostile."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from pipeline import schema

NOON = datetime(2021, 7, 5, 12, tzinfo=UTC)
HOSTILE = '<script>alert("\u202egnp\x00")</script> & \x0b\ufffe]]> \r\n=1+1'


def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Give rows the schema of their table; what they do not say is null."""
    kind = schema.EXPORTS[name]
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in kind]
    return pa.table(columns, schema=kind)


def story(number: int, **known: Any) -> dict[str, Any]:
    """Give a story of two articles, with what is known set."""
    row = {
        "story_id": f"s{number}",
        "title": f"Ferry {number} runs again",
        "articles": 2,
        "reposts": 0,
        "sources": 2,
        "first_published": NOON,
        "last_published": NOON,
        "keywords": ["ferry", "Lindholm"],
        "representative_id": f"a{number}",
        "language": "en",
        "status": "open",
    }
    return row | known


def article(name: str, **known: Any) -> dict[str, Any]:
    """Give an article, with what is known set."""
    row = {
        "article_id": name,
        "url": f"https://harbour.example/{name}",
        "source": "harbour.example",
        "title": f"Report {name}",
        "published": NOON,
        "language": "en",
        "words": 120,
        "story_id": "s1",
        "kept_id": None,
        "run_id": "r1",
    }
    return row | known


def small() -> dict[str, pa.Table]:
    """Give two linked stories: one with a repost, one with hostile words and nothing known."""
    articles = [
        article("a1"),
        article("a2", kept_id="a1", source="copy.example", title="Again: report a1"),
        article(
            "a3",
            story_id="s2",
            title=HOSTILE,
            url="javascript:alert(1)",
            source=None,
            published=None,
            language=None,
        ),
    ]
    stories = [
        story(1, articles=1, reposts=1),
        story(
            2,
            articles=1,
            sources=0,
            title=HOSTILE,
            keywords=["<b>", "\x00"],
            first_published=None,
            last_published=None,
            representative_id="a3",
            language=None,
        ),
    ]
    members = [
        {"role": "repost" if row["kept_id"] else "article", "similarity": 0.5, **row}
        for row in articles
    ]
    fold = {"relation": "near", "jaccard": 0.9, "containment": 1.0, "shared_shingles": 80}
    pair = {"article_id": "a1", "other_id": "a2", **fold}
    link = {"story_id": "s2", "other_id": "s1", "kind": "predecessor", "similarity": 0.5}
    reject = {"input": "in.jsonl", "position": 3, "reason": "not JSON", "excerpt": HOSTILE}
    rows: dict[str, list[dict[str, Any]]] = {
        "articles": articles,
        "duplicates": [{"article_id": "a2", "kept_id": "a1", "run_id": "r1", **fold}],
        "pairs": [pair],
        "stories": stories,
        "members": members,
        "story_events": [
            {"story_id": name, "event": "born", "at": NOON, "run_id": "r1"} for name in ("s1", "s2")
        ],
        "story_links": [{"terms": ["ferry", HOSTILE], **link}],
        "rejects": [reject],
    }
    return {name: table(name, rows.get(name, [])) for name in schema.EXPORTS}
