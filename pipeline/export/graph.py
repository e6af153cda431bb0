"""Stories and reposts as a graph, for Gephi, networkx and their like.

A node is a story or an article. An edge leads from an article to its story, from a repost
to its kept article, and from a story to another that it is linked with.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline.export.rows import rows
from pipeline.export.xml import Document, document

_NODE_TYPES = {
    "kind": "string",  # story, article or repost
    "id": "string",
    "title": "string",
    "source": "string",
    "url": "string",
    "published": "string",
    "language": "string",
    "words": "integer",
    "articles": "integer",
    "reposts": "integer",
    "sources": "integer",
    "first_published": "string",
    "last_published": "string",
    "keywords": "string",
    "status": "string",
}
_EDGE_TYPES = {
    "relation": "string",  # member, or how a repost is one, or how stories are linked
    "similarity": "double",
    "jaccard": "double",
    "containment": "double",
}
_LABEL = 120
"""Characters of a headline that a drawing shows; the attribute ``title`` has all."""


class _Edge(NamedTuple):
    source: str
    target: str
    weight: float
    values: dict[str, Any]


def write_graphml(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Write GraphML (Brandes et al. 2002), directed.

    Parameters
    ----------
    tables : mapping of str to table
        By the names of schema.EXPORTS.
    path : Path
    """
    with document(path, "graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"}) as xml:
        names = {"integer": "int"}
        for kind, types in (("node", {"label": "string", **_NODE_TYPES}), ("edge", _EDGE_TYPES)):
            for name, of in types.items():
                xml.element("key", "", _key(kind, name, names.get(of, of)))
        xml.element("key", "", _key("edge", "weight", "double"))
        with xml.inside("graph", {"id": "stories", "edgedefault": "directed"}):
            for node, label, _, values in _nodes(tables):
                with xml.inside("node", {"id": node}):
                    _data(xml, "node", {"label": label, **values})
            for edge in _edges(tables):
                with xml.inside("edge", {"source": edge.source, "target": edge.target}):
                    _data(xml, "edge", {"weight": edge.weight, **edge.values})


def write_gexf(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Write GEXF 1.2, directed; a node with a date begins then, for Gephi's time line.

    Parameters
    ----------
    tables : mapping of str to table
        By the names of schema.EXPORTS.
    path : Path
    """
    root = {"xmlns": "http://www.gexf.net/1.2draft", "version": "1.2"}
    graph = {"defaultedgetype": "directed", "mode": "dynamic", "timeformat": "date"}
    with document(path, "gexf", root) as xml, xml.inside("graph", graph):
        for kind, types in (("node", _NODE_TYPES), ("edge", _EDGE_TYPES)):
            with xml.inside("attributes", {"class": kind, "mode": "static"}):
                for name, of in types.items():
                    xml.element("attribute", "", {"id": name, "title": name, "type": of})
        with xml.inside("nodes"):
            for node, label, start, values in _nodes(tables):
                with xml.inside("node", {"id": node, "label": label, "start": start}):
                    _attvalues(xml, values)
        with xml.inside("edges"):
            for number, edge in enumerate(_edges(tables)):
                ends = {"source": edge.source, "target": edge.target, "weight": edge.weight}
                with xml.inside("edge", {"id": number, **ends}):
                    _attvalues(xml, edge.values)


def _key(kind: str, name: str, of: str) -> dict[str, str]:
    return {"id": f"{kind}-{name}", "for": kind, "attr.name": name, "attr.type": of}


def _data(xml: Document, kind: str, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value is not None:
            xml.element("data", value, {"key": f"{kind}-{name}"})


def _attvalues(xml: Document, values: Mapping[str, Any]) -> None:
    with xml.inside("attvalues"):
        for name, value in values.items():
            if value is not None:
                xml.element("attvalue", "", {"for": name, "value": value})


def _nodes(
    tables: Mapping[str, pa.Table],
) -> Iterator[tuple[str, str, str | None, dict[str, Any]]]:
    """Give node, label, beginning and attributes."""
    for story in rows(tables["stories"]):
        values = {name: story[name] for name in _NODE_TYPES if name in story}
        values |= {"kind": "story", "id": story["story_id"]}
        values["keywords"] = "; ".join(story["keywords"] or [])
        node = _story(story["story_id"])
        yield node, _label(story["title"]), story["first_published"], values
    for article in rows(tables["articles"]):
        values = {name: article[name] for name in _NODE_TYPES if name in article}
        kind = "repost" if article["kept_id"] is not None else "article"
        values |= {"kind": kind, "id": article["article_id"]}
        node = _article(article["article_id"])
        yield node, _label(article["title"]), article["published"], values


def _edges(tables: Mapping[str, pa.Table]) -> Iterator[_Edge]:
    """Give the edges whose two ends are nodes: a span of an archive ends somewhere."""
    stories = set(tables["stories"]["story_id"].to_pylist())
    articles = set(tables["articles"]["article_id"].to_pylist())
    for member in rows(tables["members"]):
        if member["story_id"] in stories and member["article_id"] in articles:
            values = {"relation": "member", "similarity": member["similarity"]}
            yield _Edge(
                _article(member["article_id"]),
                _story(member["story_id"]),
                member["similarity"] or 0.0,
                values,
            )
    for fold in rows(tables["duplicates"]):
        if fold["article_id"] in articles and fold["kept_id"] in articles:
            values = {name: fold[name] for name in ("relation", "jaccard", "containment")}
            ends = _article(fold["article_id"]), _article(fold["kept_id"])
            yield _Edge(*ends, fold["containment"] or 0.0, values)
    for link in rows(tables["story_links"]):
        if link["story_id"] in stories and link["other_id"] in stories:
            values = {"relation": link["kind"], "similarity": link["similarity"]}
            ends = _story(link["story_id"]), _story(link["other_id"])
            yield _Edge(*ends, link["similarity"] or 0.0, values)


def _story(story_id: str) -> str:
    return f"story:{story_id}"


def _article(article_id: str) -> str:
    return f"article:{article_id}"


def _label(title: str | None) -> str:
    title = " ".join((title or "").split())
    return title if len(title) <= _LABEL else title[: _LABEL - 1] + "…"
