"""Lines that a site prints at the beginning or end of its articles: learned, and found."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.settings import CleanSettings
from pipeline.text import (
    Lines,
    Picked,
    Slices,
    beginnings,
    endings,
    first_parts,
    known_ends,
    last_parts,
    string_keys,
)

_EDGE = 300  # characters of each end that are read
_PROBE = 6  # sites whose ends never share so many characters repeat nothing
_UNITS = 3
_LEAST = 3


def repeated_ends(
    sites: pa.Array, texts: Picked, settings: CleanSettings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find what each site repeats at the ends of its articles.

    Parameters
    ----------
    sites : string array of n rows
        The source of every article of a run.
    texts : Picked
        Their texts.
    settings : CleanSettings
        How often is too often.

    Returns
    -------
    front, back : int64 arrays, shape (n,)
        Bytes to be cut from both ends of each text: all of it, sometimes.
    """
    coded = sites.fill_null("").dictionary_encode()
    site_of = coded.indices.to_numpy().astype(np.int64)
    least = _least(np.bincount(site_of, minlength=len(coded.dictionary)), settings)
    least[pc.equal(coded.dictionary, "").to_numpy(zero_copy_only=False)] = np.inf
    where = list(texts.as_they_lie())
    with ThreadPoolExecutor(2) as both:
        share = partial(_sites_that_share, where, site_of, least)
        read = np.logical_or(*both.map(share, (beginnings, endings)))[site_of]
        learn = partial(_learn, where, read, site_of, least)
        prefixes, suffixes = both.map(learn, (False, True))
    return known_ends(where, site_of, prefixes, suffixes, _UNITS)


def _sites_that_share(
    texts: Sequence[Slices],
    site_of: NDArray[np.int64],
    least: NDArray[np.float64],
    edge: Callable[[Slices, int], Slices],
) -> NDArray[np.bool_]:
    """Find sites that may repeat a line: hardly any, and texts of the others are not read."""
    keys = string_keys([edge(part, _PROBE) for part in texts], site_of)
    _, at, times = np.unique(keys, return_index=True, return_counts=True)
    site = site_of[at]
    found = np.zeros(len(least), dtype=np.bool_)
    found[site[times >= least[site]]] = True
    return found


def _learn(
    texts: Sequence[Slices],
    read: NDArray[np.bool_],
    site_of: NDArray[np.int64],
    least: NDArray[np.float64],
    last: bool,
) -> Lines:
    """Find the parts of the ends of texts that stand in many different articles of a site.

    Of each site the longest come first.
    """
    edge = endings if last else beginnings
    edges = [edge(part.where(read), _EDGE) for part in texts]
    rows = np.flatnonzero(read)
    _, firsts = np.unique(string_keys(edges, site_of)[rows], return_index=True)
    once = np.zeros(len(site_of), dtype=np.bool_)  # copies of one text teach nothing
    once[rows[firsts]] = True
    find = last_parts if last else first_parts
    parts = find([part.where(once) for part in edges], _UNITS, site_of)
    _, at, times = np.unique(parts.keys, return_index=True, return_counts=True)
    often = at[times >= least[site_of[parts.rows[at]]]]
    found: list[list[str]] = [[] for _ in least]
    for part in often.tolist():
        line = parts.string(part)
        if len(line) >= _LEAST:
            found[site_of[parts.rows[part]]].append(line)
    return Lines.of([sorted(lines, key=lambda line: (-len(line), line)) for lines in found])


def _least(articles: NDArray[np.int64], settings: CleanSettings) -> NDArray[np.float64]:
    """Give how many of a site's articles a line must stand in, by how many there are."""
    return np.maximum(settings.repeated_line_articles, settings.repeated_line_share * articles)
