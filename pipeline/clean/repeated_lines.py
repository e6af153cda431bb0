"""Lines that a site prints at the beginning or end of its articles: learned, then cut."""

import re
from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.settings import CleanSettings

_EDGE = 300  # characters of each end in which repeated lines are sought
_UNITS = 3
_PARTS = re.compile(r"\s*\n\s*|(?<=[.!?؟。])\s+")
_LEAST = 3


class _Edges(NamedTuple):
    source: str
    head: list[str]
    tail: list[str]


def cut_repeated(articles: pa.Table, settings: CleanSettings) -> tuple[pa.Table, int]:
    """Cut what each site repeats at the ends of its articles.

    Parameters
    ----------
    articles : table of schema.CLEANED
        All articles of a run.
    settings : CleanSettings
        How often is too often.

    Returns
    -------
    articles : table of schema.CLEANED
        The same rows; a text may be empty now.
    cut : int
        In how many articles something was cut.
    """
    edges = _edges(articles)
    repeated = _learn(edges, settings)
    rows = [
        row
        for row, edge in enumerate(edges)
        if edge.source in repeated and not repeated[edge.source].isdisjoint(edge.head + edge.tail)
    ]
    if not rows:
        return articles, 0
    texts = articles["text"].take(rows).to_pylist()
    cut = [
        _cut(text, repeated[edges[row].source], edges[row])
        for row, text in zip(rows, texts, strict=True)
    ]
    mask = np.zeros(len(articles), dtype=bool)
    mask[rows] = True
    column = pc.replace_with_mask(
        articles["text"].combine_chunks(), pa.array(mask), pa.array(cut, pa.large_string())
    )
    return articles.set_column(articles.column_names.index("text"), "text", column), len(rows)


def _edges(articles: pa.Table) -> list[_Edges]:
    heads = pc.utf8_slice_codeunits(articles["text"], 0, _EDGE).to_pylist()
    tails = pc.utf8_slice_codeunits(articles["text"], -_EDGE).to_pylist()
    sources = articles["source"].to_pylist()
    return [
        _Edges(source or "", _PARTS.split(head)[:-1][:_UNITS], _PARTS.split(tail)[1:][-_UNITS:])
        for source, head, tail in zip(sources, heads, tails, strict=True)
    ]


def _learn(edges: list[_Edges], settings: CleanSettings) -> dict[str, set[str]]:
    """Count each unit once a distinct beginning, so that copies of one text teach nothing."""
    openings: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    sites = Counter(edge.source for edge in edges if edge.source)
    for edge in edges:
        if edge.source and sites[edge.source] >= settings.repeated_line_articles:
            for unit in {*edge.head, *edge.tail}:
                openings[edge.source, unit].add(hash((*edge.head[:1], *edge.tail[:1])))
    learned: defaultdict[str, set[str]] = defaultdict(set)
    for (source, unit), seen in openings.items():
        least = max(settings.repeated_line_articles, settings.repeated_line_share * sites[source])
        if len(unit) >= _LEAST and len(seen) >= least:
            learned[source].add(unit)
    return dict(learned)


def _cut(text: str, repeated: set[str], edge: _Edges) -> str:
    for unit in reversed(edge.tail):
        if unit in repeated and text.rstrip().endswith(unit):
            text = text.rstrip().removesuffix(unit)
    for unit in edge.head:
        if unit in repeated and text.lstrip().startswith(unit):
            text = text.lstrip().removeprefix(unit)
    return text.strip()
