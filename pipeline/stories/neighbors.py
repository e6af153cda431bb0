"""Pairs of articles that are near in words and in time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.settings import StorySettings
from pipeline.stories.kernels import neighbors


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, ``left`` ascending and above ``right``."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    similarity: NDArray[np.float32]


def by_time(days: NDArray[np.float64]) -> NDArray[np.int64]:
    """Order rows by day, the undated last; ties keep their order."""
    return np.argsort(days, kind="stable")


def near_pairs(
    whole: Any, lead: Any, days: NDArray[np.float64], settings: StorySettings, threads: int
) -> Pairs:
    """Find the pairs inside the window that share telling terms, and measure them.

    A term that stands in more than ``telling_articles`` of a window's articles tells little
    of an event: it counts in the similarity of a pair, but proposes none. Pairs that share
    nothing else are topics, not events; to leave them out is better and ten times faster.

    Parameters
    ----------
    whole, lead : float32 csr_array, shape (n, n_terms); (n, n_lead_terms)
        Unit rows as ``tfidf`` gives them, in the order of ``by_time``.
    days : float64 array, shape (n,)
        Ascending; NaN, at the end, where unknown. An undated row meets every other.
    settings : StorySettings
        Window, decay, weights and floor.
    threads : int
        0 for every core.

    Returns
    -------
    Pairs
        ``similarity`` is the weighted mean of both cosines times ``exp(-gap / decay_days)``.
    """
    oldest = np.searchsorted(days, days - settings.window_days)
    oldest[np.isnan(days)] = 0
    columns = whole.tocsc()
    starts = columns.indptr.astype(np.int64)
    in_window = np.arange(1, len(days) + 1) - oldest
    most = settings.telling_articles * (len(days) / in_window)
    n_telling = np.searchsorted(np.diff(starts), most, side="right")
    parts = over_ranges(
        neighbors,
        np.concatenate([[0], np.cumsum(in_window)]),
        threads,
        *(whole.indptr.astype(np.int64), whole.indices, whole.data),
        *(starts, columns.indices, columns.data),
        *(lead.indptr.astype(np.int64), lead.indices, lead.data, lead.shape[1]),
        *(oldest, n_telling, days),
        *(settings.decay_days, settings.unknown_gap_days, settings.lead_weight, settings.floor),
    )
    if not parts:
        none = np.empty(0, dtype=np.int32)
        return Pairs(none, none, np.empty(0, dtype=np.float32))
    return Pairs(*(np.concatenate(part) for part in zip(*parts, strict=True)))
