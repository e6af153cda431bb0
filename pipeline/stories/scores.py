"""What the score of a pair of articles is made of."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.settings import StorySettings
from pipeline.stories.assign import Measured
from pipeline.stories.kernels.nearness import products, rows_of
from pipeline.stories.neighbors import uncrowded


class PairScores(NamedTuple):
    """Scores of m pairs and their parts; float64 arrays, shape (m,)."""

    whole: NDArray[np.float64]
    """Cosine of titles and texts."""
    lead: NDArray[np.float64]
    """Cosine of titles and leads."""
    title: NDArray[np.float64]
    """Cosine of titles."""
    gap_days: NDArray[np.float64]
    """Days between the two; NaN where a date is unknown."""
    decay: NDArray[np.float64]
    """What the gap leaves of the cosines, from 0 to 1."""
    crowding: NDArray[np.float64]
    """What is taken off for surroundings that are near anyway."""
    score: NDArray[np.float64]
    """Weighted mean of the cosines times ``decay``, less ``crowding``; at least 0."""


def pair_scores(
    measured: Measured,
    left: NDArray[np.integer[Any]],
    right: NDArray[np.integer[Any]],
    settings: StorySettings,
) -> PairScores:
    """Score pairs of articles, near or not, as linkage sees them.

    Linkage counts a pair as 0, whatever its score, if it lies outside the window, if its
    cosines after decay stay below the floor, or if it shares no telling terms.

    Parameters
    ----------
    measured : Measured
        The articles of one language.
    left, right : int arrays, shape (m,)
        Positions in ``measured.rows``.
    settings : StorySettings
        Those that it was measured under.

    Returns
    -------
    PairScores
    """
    model, vectors = measured.model, measured.vectors
    whole, lead, title = (
        products(left, right, rows_of(rows)).astype(np.float64)
        for rows in (vectors.whole, vectors.lead, vectors.title)
    )
    gap = np.abs(measured.days[left] - measured.days[right])
    decay = np.exp(-np.where(np.isnan(gap), settings.unknown_gap_days, gap) / settings.decay_days)
    near = (model.whole * whole + model.lead * lead + model.title * title) * decay
    crowd = measured.pairs.crowding
    score = uncrowded(near, crowd[left], crowd[right], model.crowding)
    return PairScores(whole, lead, title, gap, decay, near - score, np.maximum(score, 0.0))
