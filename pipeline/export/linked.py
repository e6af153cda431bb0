"""Stories and articles as linked data: JSON-LD 1.1 in the words of schema.org."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.export.rows import rows, urn, web_url

_CONTEXT = {
    "@vocab": "https://schema.org/",
    "url": {"@type": "@id"},
    "mainEntityOfPage": {"@type": "@id"},
    "isPartOf": {"@type": "@id"},
    "isBasedOn": {"@type": "@id"},
    "relatedLink": {"@type": "@id"},
    "mainEntity": {"@type": "@id"},
    "datePublished": {"@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
}
"""Stands in the file itself: whoever reads it asks no other server."""


def write_jsonld(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Write one graph: a story is a Collection, an article a NewsArticle that is part of it.

    A repost ``isBasedOn`` its kept article; stories that are linked are each other's
    ``relatedLink``. Each thing stands on a line of its own.

    Parameters
    ----------
    tables : mapping of str to table
        By the names of schema.EXPORTS.
    path : Path
    """
    import orjson

    related: dict[str, list[str]] = {}
    for link in rows(tables["story_links"]):
        for one, other in (("story_id", "other_id"), ("other_id", "story_id")):
            related.setdefault(link[one], []).append(urn("story", link[other]))
    with path.open("wb") as file:
        file.write(b'{"@context":' + orjson.dumps(_CONTEXT) + b',"@graph":[')
        before = b"\n"
        for story in rows(tables["stories"]):
            thing = _story(story, related.get(story["story_id"]))
            file.write(before + orjson.dumps(_known(thing)))
            before = b",\n"
        for article in rows(tables["articles"]):
            file.write(before + orjson.dumps(_known(_article(article))))
            before = b",\n"
        file.write(b"\n]}\n")


def _known(thing: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if value not in (None, [], "")}


def _story(story: Mapping[str, Any], related: list[str] | None) -> dict[str, Any]:
    first, last = story["first_published"], story["last_published"]
    return {
        "@id": urn("story", story["story_id"]),
        "@type": "Collection",
        "identifier": story["story_id"],
        "name": story["title"],
        "abstract": story["lead"],
        "keywords": story["keywords"],
        "inLanguage": story["language"],
        "temporalCoverage": f"{first}/{last}" if first else None,
        "collectionSize": story["articles"] + story["reposts"],
        "mainEntity": urn("article", story["representative_id"]),
        "relatedLink": related,
        "creativeWorkStatus": story["status"],
    }


def _article(article: Mapping[str, Any]) -> dict[str, Any]:
    story, kept = article["story_id"], article["kept_id"]
    source = article["source"]
    return {
        "@id": urn("article", article["article_id"]),
        "@type": "NewsArticle",
        "identifier": article["article_id"],
        "headline": article["title"],
        "url": web_url(article["url"]),
        "publisher": {"@type": "Organization", "name": source} if source else None,
        "datePublished": article["published"],
        "inLanguage": article["language"],
        "wordCount": article["words"],
        "isPartOf": urn("story", story) if story is not None else None,
        "isBasedOn": urn("article", kept) if kept is not None else None,
    }
