"""Pairs of articles that are near in words and in time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.settings import StorySettings
from pipeline.stories.edges import EdgeModel
from pipeline.stories.kernels.nearness import crowding, neighbors, rows_of, turned
from pipeline.text import offsets_of

CROWD = 16
"""The rank of the neighbour that says how crowded an article's surroundings are."""


@dataclass(frozen=True)
class Vectors:
    """Unit rows of n articles as ``tfidf`` gives them; float32 csr_arrays of n rows."""

    whole: Any
    """Of title and text."""
    lead: Any
    """Of title and lead."""
    title: Any


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, ``left`` ascending and above ``right``, and how crowded the rows are."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    similarity: NDArray[np.float32]
    """Score of each pair, above 0."""
    crowding: NDArray[np.float32]
    """Similarity of each row with its `CROWD`-th nearest, before any was taken off."""


def by_time(days: NDArray[np.float64]) -> NDArray[np.int64]:
    """Order rows by day, the undated last; ties keep their order."""
    return np.argsort(days, kind="stable")


def near_pairs(
    vectors: Vectors,
    days: NDArray[np.float64],
    model: EdgeModel,
    settings: StorySettings,
    threads: int,
) -> Pairs:
    """Find the pairs inside the window that share telling terms, and score them.

    A term that stands in more than ``telling_articles`` of a window's articles tells little
    of an event: it counts in the similarity of a pair, but proposes none. Pairs that share
    nothing else are topics, not events; to leave them out is better and ten times faster.

    Parameters
    ----------
    vectors : Vectors
        In the order of ``by_time``.
    days : float64 array, shape (n,)
        Ascending; NaN, at the end, where unknown. An undated row meets every other.
    model : EdgeModel
        Weights of the cosines and of crowding.
    settings : StorySettings
        Window, decay and floor.
    threads : int
        0 for every core.

    Returns
    -------
    Pairs
    """
    oldest = np.searchsorted(days, days - settings.window_days)
    oldest[np.isnan(days)] = 0
    whole = rows_of(vectors.whole)
    columns = turned(whole, threads)
    in_window = np.arange(1, len(days) + 1) - oldest
    most = settings.telling_articles * (len(days) / in_window)
    n_telling = np.searchsorted(np.diff(columns.starts), most, side="right")
    parts = over_ranges(
        neighbors,
        offsets_of(in_window),
        threads,
        *(whole, columns, rows_of(vectors.lead), rows_of(vectors.title)),
        np.array([model.whole, model.lead, model.title]),
        *(oldest, n_telling, days),
        *(settings.decay_days, settings.unknown_gap_days, settings.floor),
    )
    if not parts:
        none = np.empty(0, dtype=np.int32)
        return Pairs(none, none, np.empty(0, np.float32), np.empty(0, np.float32))
    left, right, similarity = (np.concatenate(part) for part in zip(*parts, strict=True))
    return less_crowding(len(days), left, right, similarity, model.crowding)


def less_crowding(
    n: int,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    similarity: NDArray[np.float32],
    share: float,
) -> Pairs:
    """Take a share of crowding from every pair of n rows; keep the pairs that still score."""
    crowd = crowding(n, left, right, similarity, CROWD)
    score = uncrowded(similarity, crowd[left], crowd[right], share)
    near = score > 0
    return Pairs(left[near], right[near], score[near], crowd)


def uncrowded(
    similarity: NDArray[Any],
    of_left: NDArray[np.float32],
    of_right: NDArray[np.float32],
    share: float,
) -> NDArray[Any]:
    """Take a share of the mean crowding of its two rows from each pair's similarity."""
    return similarity - np.float32(share) * (of_left + of_right) / np.float32(2)
