"""Pairs of articles that are near in words and in time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.settings import StorySettings
from pipeline.stories.kernels import neighbors, pair_cosines, tail_norms


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, ``left`` ascending and above ``right``."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    cosine: NDArray[np.float32]


def by_time(days: NDArray[np.float64]) -> NDArray[np.int64]:
    """Order rows by day, the undated last; ties keep their order."""
    return np.argsort(days, kind="stable")


def near_pairs(
    rows: Any, days: NDArray[np.float64], settings: StorySettings, threads: int
) -> Pairs:
    """Find all pairs inside the window whose decayed cosine reaches the floor.

    Parameters
    ----------
    rows : float32 csr_array, shape (n, n_terms)
        Unit rows as ``tfidf`` gives them, in the order of ``by_time``.
    days : float64 array, shape (n,)
        Ascending; NaN, at the end, where unknown. An undated row meets every other.
    settings : StorySettings
        ``window_days``, ``decay_days``, ``unknown_gap_days`` and ``floor``.
    threads : int
        0 for every core.

    Returns
    -------
    Pairs
    """
    oldest = np.searchsorted(days, days - settings.window_days)
    oldest[np.isnan(days)] = 0
    columns = rows.tocsc()
    indptr = rows.indptr.astype(np.int64)
    by_row = (indptr, rows.indices, rows.data, tail_norms(indptr, rows.data))
    by_column = (columns.indptr.astype(np.int64), columns.indices, columns.data)
    window = (oldest, days, settings.decay_days, settings.unknown_gap_days, settings.floor)
    cost = np.concatenate([[0], np.cumsum(np.arange(len(days)) - oldest + 1)])
    parts = over_ranges(neighbors, cost, threads, *by_row, *by_column, *window)
    if not parts:
        none = np.empty(0, dtype=np.int32)
        return Pairs(none, none, np.empty(0, dtype=np.float32))
    return Pairs(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def cosines(rows: Any, pairs: Pairs, threads: int) -> NDArray[np.float32]:
    """Give the cosine of each pair in another view of the same rows, shape (n_pairs,)."""
    every = np.arange(len(pairs.left) + 1)
    indptr = rows.indptr.astype(np.int64)
    args = (pairs.left, pairs.right, indptr, rows.indices, rows.data, rows.shape[1])
    parts = over_ranges(pair_cosines, every, threads, *args)
    return np.concatenate([np.empty(0, dtype=np.float32), *parts])


def decay(pairs: Pairs, days: NDArray[np.float64], settings: StorySettings) -> NDArray[np.float64]:
    """Give the weight that time leaves each pair: exp(-gap / decay_days)."""
    gap = days[pairs.left] - days[pairs.right]
    gap[np.isnan(gap)] = settings.unknown_gap_days
    return np.exp(-gap / settings.decay_days)
