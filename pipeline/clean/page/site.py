"""Lines that a site prints on many of its pages."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_CHUNK = 1024


def site_lines(
    pages: Sequence[str], sites: Sequence[str | None], least: int, share: float
) -> dict[str | None, NDArray[np.uint64]]:
    """Find, for every site, the lines that stand on many different pages of it.

    Parameters
    ----------
    pages : sequence of n str
    sites : sequence of n str or None
        Pages of unknown origin count as one site.
    least : int
        On how many pages at least.
    share : float
        And on what share of the site's pages.

    Returns
    -------
    dict of site to uint64 array
        Hashes, as in `Lines.hashes`. Sites that repeat nothing are left out.
    """
    rows: defaultdict[str | None, dict[str, int]] = defaultdict(dict)
    for row, (site, page) in enumerate(zip(sites, pages, strict=True)):
        rows[site].setdefault(page, row)  # copies of one page teach nothing
    found = {}
    for site, different in rows.items():
        if len(different) >= least:
            seen = _line_hashes([pages[row] for row in different.values()])
            hashes, times = np.unique(seen, return_counts=True)
            often = hashes[times >= max(least, share * len(different))]
            if len(often):
                found[site] = often
    return found


def _line_hashes(pages: list[str]) -> NDArray[np.uint64]:
    """Give the hashes of all lines, each once a page."""
    from pipeline.clean.page.lines import joined, split_lines

    parts = []
    for start in range(0, len(pages), _CHUNK):
        lines = split_lines(*joined(pages[start : start + _CHUNK]))
        page = np.repeat(np.arange(len(lines.starts) - 1), np.diff(lines.starts))
        order = np.lexsort((lines.hashes, page))
        hashes, page = lines.hashes[order], page[order]
        first = np.ones(len(hashes), bool)
        first[1:] = (hashes[1:] != hashes[:-1]) | (page[1:] != page[:-1])
        parts.append(hashes[first])
    return np.concatenate(parts)
