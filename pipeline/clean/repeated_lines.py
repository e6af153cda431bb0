"""Lines that a site prints at the beginning or end of its articles: learned, then cut."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.settings import CleanSettings

_EDGE = 300  # characters of each end in which repeated lines are sought
_PROBE = 6  # sites whose ends never share so many characters repeat nothing
_UNITS = 3
_LEAST = 3
_PARTS = re.compile(r"\s*\n\s*|(?<=[.!?؟。])[\"'”’»)\]]*\s+")

Repeated = dict[str, list[str]]
"""Of each site, the lines or sentences that it repeats, the longest first."""


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
    text = articles["text"]
    text = text.chunk(0) if text.num_chunks == 1 else text.combine_chunks()  # no needless copy
    sources = [source or "" for source in articles["source"].to_pylist()]
    heads = pc.utf8_slice_codeunits(text, 0, _EDGE)
    tails = pc.utf8_slice_codeunits(text, -_EDGE)
    at_end = _learn(sources, tails, lambda tail: _PARTS.split(tail)[1:][-_UNITS:], settings)
    at_start = _learn(sources, heads, lambda head: _PARTS.split(head)[:-1][:_UNITS], settings)
    rows = [row for row, site in enumerate(sources) if site in at_end or site in at_start]
    changed = _ending_in(text, rows, sources, at_end, at_start)
    if not changed:
        return articles, 0
    cut = [
        _cut_start(_cut_end(whole, at_end.get(sources[row], [])), at_start.get(sources[row], []))
        for row, whole in zip(changed, text.take(pa.array(changed)).to_pylist(), strict=True)
    ]
    mask = np.zeros(len(articles), dtype=bool)
    mask[changed] = True
    column = pc.replace_with_mask(text, pa.array(mask), pa.array(cut, pa.large_string()))
    place = articles.column_names.index("text")
    return articles.set_column(place, "text", column), len(changed)


def _learn(
    sources: list[str],
    edges: pa.Array,
    parts: Callable[[str], list[str]],
    settings: CleanSettings,
) -> Repeated:
    """Find the parts of edges that stand in many different articles of a site."""
    sites = Counter(sources)
    wanted = _sites_to_read(sources, edges, settings)
    different: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    rows = [row for row, site in enumerate(sources) if site in wanted]
    texts = edges.take(pa.array(rows, pa.int64())).to_pylist()
    for row, edge in zip(rows, texts, strict=True):
        for part in set(parts(edge)):
            different[sources[row], part].add(edge)  # copies of one text teach nothing
    found: defaultdict[str, list[str]] = defaultdict(list)
    for (site, part), seen in different.items():
        if len(part) >= _LEAST and len(seen) >= _least(sites[site], settings):
            found[site].append(part)
    return {
        site: sorted(lines, key=lambda part: (-len(part), part)) for site, lines in found.items()
    }


def _ending_in(
    text: pa.Array, rows: list[int], sources: list[str], at_end: Repeated, at_start: Repeated
) -> list[int]:
    """Find the rows that end or begin with what their site repeats."""
    some = text.take(pa.array(rows, pa.int64()))
    heads = pc.utf8_slice_codeunits(some, 0, _EDGE + 1).to_pylist()
    tails = pc.utf8_slice_codeunits(some, -_EDGE - 1).to_pylist()
    found = []
    for row, head, tail in zip(rows, heads, tails, strict=True):
        ends, starts = at_end.get(sources[row], []), at_start.get(sources[row], [])
        if _cut_end(tail, ends) != tail or _cut_start(head, starts) != head:
            found.append(row)
    return found


def _least(articles: int, settings: CleanSettings) -> float:
    return max(settings.repeated_line_articles, settings.repeated_line_share * articles)


def _sites_to_read(sources: list[str], edges: pa.Array, settings: CleanSettings) -> set[str]:
    """Leave out sites that cannot repeat a line: nearly all, and their texts are then not read."""
    begins = pc.utf8_slice_codeunits(edges, 0, _PROBE)
    ends = pc.utf8_slice_codeunits(edges, -_PROBE)
    sites = Counter(sources)
    wanted = set()
    for probe in (begins, ends):
        table = pa.table({"site": sources, "probe": probe}).group_by(["site", "probe"])
        counts = table.aggregate([([], "count_all")]).to_pydict()
        for site, times in zip(counts["site"], counts["count_all"], strict=True):
            if site and times >= _least(sites[site], settings):
                wanted.add(site)
    return wanted


def _cut_end(text: str, lines: list[str]) -> str:
    for line in lines * _UNITS:
        if text.endswith(line) and not text[: -len(line)][-1:].isalnum():
            text = text.removesuffix(line).rstrip()
    return text


def _cut_start(text: str, lines: list[str]) -> str:
    for line in lines * _UNITS:
        if text.startswith(line) and not text[len(line) :][:1].isalnum():
            text = text.removeprefix(line).lstrip()
    return text
