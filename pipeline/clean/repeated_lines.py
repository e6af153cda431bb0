"""Lines that a site prints at the beginning or end of its articles: learned, then cut."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.settings import CleanSettings
from pipeline.text import last_characters, without_ends

_EDGE = 300  # characters of each end in which repeated lines are sought
_PROBE = 6  # sites whose ends never share so many characters repeat nothing
_UNITS = 3
_LEAST = 3
_BREAK = re.compile(r"[.!?؟。\n](?:(?<=\n)\s*|[\"'”’»)\]]*\s+)")

_NOTHING = pa.scalar("", pa.large_string())

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
    sites = articles["source"].combine_chunks().fill_null("")
    heads = pc.utf8_slice_codeunits(text, 0, _EDGE + 1)
    tails = last_characters(text, _EDGE + 1)
    at_end = _learn(sites, tails, _last_parts, settings)
    at_start = _learn(sites, heads, _first_parts, settings)
    may_end = _known(sites, last_characters(tails, _LEAST), at_end, slice(-_LEAST, None))
    may_start = _known(sites, pc.utf8_slice_codeunits(heads, 0, _LEAST), at_start, slice(_LEAST))
    rows = np.flatnonzero(pc.or_(may_end, may_start).to_numpy(zero_copy_only=False))
    front, back = np.zeros((2, len(text)), dtype=np.int64)  # bytes
    edges = (column.take(pa.array(rows)).to_pylist() for column in (sites, heads, tails))
    for row, site, head, tail in zip(rows.tolist(), *edges, strict=True):
        lines = at_start.get(site, []), at_end.get(site, [])
        cut = _ends_of_edges(head, tail, *lines) or _ends_of(text[row].as_py(), *lines)
        front[row], back[row] = (len(part.encode()) for part in cut)
    changed = int(np.count_nonzero(front + back))
    if not changed:
        return articles, 0
    return schema.with_columns(articles, text=without_ends(text, front, back)), changed


def _ends_of_edges(
    head: str, tail: str, starts: list[str], ends: list[str]
) -> tuple[str, str] | None:
    """Give what to cut from both ends of a text; None where its edges are too short to tell."""
    front = head[: len(head) - len(_cut_start(head, starts))]
    back = tail[len(_cut_end(tail, ends)) :]
    longest = max(map(len, (*starts[:1], *ends[:1])))
    left = len(head) - len(front) - len(back)
    return (front, back) if left > longest + 1 else None


def _ends_of(text: str, starts: list[str], ends: list[str]) -> tuple[str, str]:
    """Give what to cut from both ends of a text."""
    ended = _cut_end(text, ends)
    return ended[: len(ended) - len(_cut_start(ended, starts))], text[len(ended) :]


def _learn(
    sites: pa.Array,
    edges: pa.Array,
    parts: Callable[[str], list[str]],
    settings: CleanSettings,
) -> Repeated:
    """Find the parts of edges that stand in many different articles of a site."""
    sizes = _counts(sites)
    wanted = _sites_to_read(sites, edges, sizes, settings)
    rows = pc.is_in(sites, pa.array(wanted, pa.string()))
    different = set(  # copies of one text teach nothing
        zip(sites.filter(rows).to_pylist(), edges.filter(rows).to_pylist(), strict=True)
    )
    times: Counter[tuple[str, str]] = Counter()
    for site, edge in different:
        times.update({(site, part) for part in parts(edge)})
    found: defaultdict[str, list[str]] = defaultdict(list)
    fewest = min((_least(sizes[site], settings) for site in wanted), default=0)
    for (site, part), seen in times.items():
        if seen >= fewest and len(part) >= _LEAST and seen >= _least(sizes[site], settings):
            found[site].append(part)
    return {
        site: sorted(lines, key=lambda part: (-len(part), part)) for site, lines in found.items()
    }


def _last_parts(tail: str) -> list[str]:
    """Give the last lines or sentences of a text; what the edge cuts into is none."""
    return _parts(tail[-_EDGE:])[1:][-_UNITS:]


def _first_parts(head: str) -> list[str]:
    """Give the first lines or sentences of a text; what the edge cuts into is none."""
    return _parts(head[:_EDGE])[:-1][:_UNITS]


def _parts(text: str) -> list[str]:
    """Part a text at the ends of lines and behind sentences."""
    parts, begin = [], 0
    for found in _BREAK.finditer(text):
        stop = found.start()
        parts.append(text[begin:stop].rstrip() if text[stop] == "\n" else text[begin : stop + 1])
        begin = found.end()
    return [*parts, text[begin:]]


def _known(sites: pa.Array, probes: pa.Array, repeated: Repeated, probe: slice) -> pa.Array:
    """Tell which texts begin or end with the first or last characters of a repeated line."""
    known = {f"{site}{line[probe]}" for site, lines in repeated.items() for line in lines}
    keys = pc.binary_join_element_wise(sites.cast(pa.large_string()), probes, _NOTHING)
    return pc.is_in(keys, pa.array(sorted(known), pa.large_string()))


def _counts(values: pa.Array) -> dict[str, int]:
    return {str(one["values"]): int(one["counts"]) for one in values.value_counts().to_pylist()}


def _least(articles: int, settings: CleanSettings) -> float:
    return max(settings.repeated_line_articles, settings.repeated_line_share * articles)


def _sites_to_read(
    sites: pa.Array, edges: pa.Array, sizes: dict[str, int], settings: CleanSettings
) -> list[str]:
    """Leave out sites that cannot repeat a line: nearly all, and their texts are then not read."""
    wanted = set()
    for probe in (
        pc.utf8_slice_codeunits(edges, 0, _PROBE),
        last_characters(edges, _PROBE),
    ):
        table = pa.table({"site": sites, "probe": probe}).group_by(["site", "probe"])
        counts = table.aggregate([([], "count_all")])
        often = pc.greater_equal(counts["count_all"], settings.repeated_line_articles)
        counts = counts.filter(often).to_pydict()
        for site, times in zip(counts["site"], counts["count_all"], strict=True):
            if site and times >= _least(sizes[site], settings):
                wanted.add(site)
    return sorted(wanted)


def _cut_end(text: str, lines: list[str]) -> str:
    for _ in range(_UNITS):
        before = len(text)
        for line in lines:
            if text.endswith(line) and not text[-len(line) - 1 : -len(line)].isalnum():
                text = text.removesuffix(line).rstrip()
        if len(text) == before:
            break
    return text


def _cut_start(text: str, lines: list[str]) -> str:
    for _ in range(_UNITS):
        before = len(text)
        for line in lines:
            if text.startswith(line) and not text[len(line) : len(line) + 1].isalnum():
                text = text.removeprefix(line).lstrip()
        if len(text) == before:
            break
    return text
