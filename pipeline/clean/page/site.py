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
            hashes, times = _lines_of([pages[row] for row in different.values()])
            often = np.sort(hashes[times >= max(least, share * len(different))])
            if len(often):
                found[site] = often
    return found


def _lines_of(pages: list[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Give the hashes of all lines, and on how many of the pages each stands."""
    from pipeline.clean.page import kernels
    from pipeline.clean.page.lines import hash_lines, joined

    parts, sizes = [], [np.zeros(1, np.int64)]
    for start in range(0, len(pages), _CHUNK):
        hashes, starts = hash_lines(*joined(pages[start : start + _CHUNK]))
        parts.append(hashes)
        sizes.append(np.diff(starts))
    return kernels.count_pages(np.concatenate(parts), np.cumsum(np.concatenate(sizes)))
