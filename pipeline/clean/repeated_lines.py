"""Lines that a site prints at the beginning or end of its articles: learned, and found."""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.clean.edges import EDGE, Edges
from pipeline.settings import CleanSettings
from pipeline.text import (
    first_characters,
    first_parts,
    last_characters,
    last_parts,
    string_keys,
)

_PROBE = 6  # sites whose ends never share so many characters repeat nothing
_UNITS = 3
_LEAST = 3
_NOTHING = pa.scalar("", pa.large_string())

Repeated = dict[str, list[str]]
"""Of each site, the lines or sentences that it repeats, the longest first."""


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
    coded = sites.dictionary_encode()
    with ThreadPoolExecutor(1) as other:
        learned = other.submit(_learn, coded, tails, settings, last=True)
        at_start = _learn(coded, heads, settings, last=False)
        at_end = learned.result()
    may_end = _known(sites, last_characters(tails, _LEAST), at_end, slice(-_LEAST, None))
    may_start = _known(sites, pc.utf8_slice_codeunits(heads, 0, _LEAST), at_start, slice(_LEAST))
    rows = np.flatnonzero(pc.or_(may_end, may_start).to_numpy(zero_copy_only=False))
    columns = (column.take(pa.array(rows)).to_pylist() for column in (sites, heads, tails))
    cuts = []
    for row, site, head, tail in zip(rows.tolist(), *columns, strict=True):
        lines = at_start.get(site, []), at_end.get(site, [])
        cut = _ends_of_edges(head, tail, *lines) or _ends_of(whole(row), *lines)
        cuts.append([len(part.encode()) for part in cut])
    found = np.zeros((len(sites), 2), dtype=np.int64)
    found[rows] = np.array(cuts, dtype=np.int64).reshape(-1, 2)
    return found[:, 0].copy(), found[:, 1].copy()


def _ends_of_edges(
    head: str, tail: str, starts: list[str], ends: list[str]
) -> tuple[str, str] | None:
    """Give what to cut from both ends of a text; None where its edges are too short to tell."""
    front = head[: len(head) - len(_cut_start(head, starts))] if starts else ""
    back = tail[len(_cut_end(tail, ends)) :]
    longest = max(len(lines[0]) for lines in (starts, ends) if lines)
    left = len(head) - len(front) - len(back)
    return (front, back) if left > longest + 1 else None


def _ends_of(text: str, starts: list[str], ends: list[str]) -> tuple[str, str]:
    """Give what to cut from both ends of a text."""
    ended = _cut_end(text, ends)
    return ended[: len(ended) - len(_cut_start(ended, starts))], text[len(ended) :]


def _learn(
    sites: pa.DictionaryArray, edges: pa.Array, settings: CleanSettings, *, last: bool
) -> Repeated:
    """Find the parts of edges that stand in many different articles of a site."""
    site_of = sites.indices.to_numpy().astype(np.int64)
    least = _least(np.bincount(site_of, minlength=len(sites.dictionary)), settings)
    rows = np.flatnonzero(_sites_to_read(sites, edges, least)[site_of])
    _, firsts = np.unique(string_keys(edges.take(pa.array(rows)), site_of[rows]), return_index=True)
    rows = rows[firsts]  # copies of one text teach nothing
    parts = (
        last_parts(last_characters(edges, EDGE, rows), _UNITS, site_of[rows])
        if last
        else first_parts(first_characters(edges, EDGE, rows), _UNITS, site_of[rows])
    )
    _, at, times = np.unique(parts.keys, return_index=True, return_counts=True)
    found: defaultdict[str, list[str]] = defaultdict(list)
    site = site_of[rows[parts.rows[at]]]
    for often in np.flatnonzero(times >= least[site]).tolist():
        line = parts.string(at[often])
        if len(line) >= _LEAST:
            found[sites.dictionary[site[often]].as_py()].append(line)
    return {
        name: sorted(lines, key=lambda line: (-len(line), line)) for name, lines in found.items()
    }


def _known(sites: pa.Array, probes: pa.Array, repeated: Repeated, probe: slice) -> pa.Array:
    """Tell which texts begin or end with the first or last characters of a repeated line."""
    known = {f"{site}{line[probe]}" for site, lines in repeated.items() for line in lines}
    keys = pc.binary_join_element_wise(sites.cast(pa.large_string()), probes, _NOTHING)
    return pc.is_in(keys, pa.array(sorted(known), pa.large_string()))


def _least(articles: NDArray[np.int64], settings: CleanSettings) -> NDArray[np.float64]:
    """Give how many of a site's articles a line must stand in, by how many there are."""
    return np.maximum(settings.repeated_line_articles, settings.repeated_line_share * articles)


def _sites_to_read(
    sites: pa.DictionaryArray,
    edges: pa.Array,
    least: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Leave out sites that cannot repeat a line: nearly all, and their texts are then not read."""
    site_of = sites.indices.to_numpy().astype(np.int64)
    wanted = np.zeros(len(sites.dictionary), dtype=np.bool_)
    for probes in (first_characters(edges, _PROBE), last_characters(edges, _PROBE)):
        _, at, times = np.unique(
            string_keys(probes, site_of), return_index=True, return_counts=True
        )
        site = site_of[at]
        wanted[site[times >= least[site]]] = True
    return wanted & pc.not_equal(sites.dictionary, "").to_numpy(zero_copy_only=False)


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
