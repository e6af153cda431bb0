"""Lines that a site prints at the beginning or end of its articles: learned, and found."""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.clean.edges import EDGE, Edges
from pipeline.settings import CleanSettings
from pipeline.text import last_characters

_PROBE = 6  # sites whose ends never share so many characters repeat nothing
_UNITS = 3
_LEAST = 3
_BLANK = r"[\s\v\x1c-\x1f\x{85}\pZ]"
_BREAK = rf"([.!?؟。])[\"'”’»)\]]*{_BLANK}+|\n{_BLANK}*"
_MARK = "\0"  # which no text holds

_NOTHING = pa.scalar("", pa.large_string())

Repeated = dict[str, list[str]]
"""Of each site, the lines or sentences that it repeats, the longest first."""


class _Parts(NamedTuple):
    """Lines or sentences of some texts."""

    text: pa.Array
    """The row of each one's text."""
    part: pa.Array


def repeated_ends(
    sites: pa.Array, edges: Edges, whole: Callable[[int], str], settings: CleanSettings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find what each site repeats at the ends of its articles.

    Parameters
    ----------
    sites : string array of n rows
        The source of every article of a run.
    edges : Edges
        Of their texts.
    whole : callable
        Gives the whole text of a row; asked where the edges are too short to tell.
    settings : CleanSettings
        How often is too often.

    Returns
    -------
    front, back : int64 arrays, shape (n,)
        Bytes to be cut from both ends of each text: all of it, sometimes.
    """
    sites = sites.fill_null("")
    heads, tails = edges
    with ThreadPoolExecutor(1) as other:  # Arrow leaves a core idle for most of the way
        learned = other.submit(_learn, sites, tails, _last_parts, settings)
        at_start = _learn(sites, heads, _first_parts, settings)
        at_end = learned.result()
    may_end = _known(sites, last_characters(tails, _LEAST), at_end, slice(-_LEAST, None))
    may_start = _known(sites, pc.utf8_slice_codeunits(heads, 0, _LEAST), at_start, slice(_LEAST))
    rows = np.flatnonzero(pc.or_(may_end, may_start).to_numpy(zero_copy_only=False))
    front, back = np.zeros((2, len(sites)), dtype=np.int64)
    columns = (column.take(pa.array(rows)).to_pylist() for column in (sites, heads, tails))
    for row, site, head, tail in zip(rows.tolist(), *columns, strict=True):
        lines = at_start.get(site, []), at_end.get(site, [])
        cut = _ends_of_edges(head, tail, *lines) or _ends_of(whole(row), *lines)
        front[row], back[row] = (len(part.encode()) for part in cut)
    return front, back


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
    parts_of: Callable[[pa.Array], _Parts],
    settings: CleanSettings,
) -> Repeated:
    """Find the parts of edges that stand in many different articles of a site."""
    sizes = _counts(sites)
    wanted = _sites_to_read(sites, edges, sizes, settings)
    rows = pc.is_in(sites, pa.array(wanted, pa.string()))
    read = pa.table({"site": sites, "edge": edges}).filter(rows)
    different = read.group_by(["site", "edge"]).aggregate([])  # copies of one text teach nothing
    edge, part = parts_of(different["edge"].combine_chunks())
    once = pa.table({"edge": edge, "part": part}).group_by(["edge", "part"]).aggregate([])
    standing = pa.table({"site": different["site"].take(once["edge"]), "part": once["part"]})
    times = standing.group_by(["site", "part"]).aggregate([([], "count_all")])
    fewest = min((_least(sizes[site], settings) for site in wanted), default=0)
    often = times.filter(pc.greater_equal(times["count_all"], fewest)).to_pylist()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in often:
        site, line = one["site"], one["part"]
        if len(line) >= _LEAST and one["count_all"] >= _least(sizes[site], settings):
            found[site].append(line)
    return {
        site: sorted(lines, key=lambda line: (-len(line), line)) for site, lines in found.items()
    }


def _last_parts(tails: pa.Array) -> _Parts:
    """Give the last lines or sentences of texts; what the edge cuts into is none."""
    parts, starts, stops = _parts(last_characters(tails, EDGE))
    return _picked(parts, np.maximum(starts + 1, stops - _UNITS), stops)


def _first_parts(heads: pa.Array) -> _Parts:
    """Give the first lines or sentences of texts; what the edge cuts into is none."""
    parts, starts, stops = _parts(pc.utf8_slice_codeunits(heads, 0, EDGE))
    return _picked(parts, starts, np.minimum(stops - 1, starts + _UNITS))


def _parts(texts: pa.Array) -> tuple[pa.Array, NDArray[np.int64], NDArray[np.int64]]:
    """Part texts at the ends of lines and behind sentences; where each text's parts lie."""
    marked = pc.replace_substring_regex(texts, _BREAK, rf"\1{_MARK}")
    lists = pc.split_pattern(marked, _MARK)
    offsets = lists.offsets.to_numpy().astype(np.int64)
    return pc.utf8_rtrim_whitespace(lists.values), offsets[:-1], offsets[1:]


def _picked(parts: pa.Array, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> _Parts:
    """Take some of the parts of each text."""
    counts = np.maximum(stops - starts, 0)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    picked = parts.take(pa.array(np.repeat(starts, counts) + within))
    return _Parts(pa.array(np.repeat(np.arange(len(starts)), counts)), picked)


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
