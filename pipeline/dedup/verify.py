"""Exact overlap of candidate pairs, on their full shingle sets."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.texts import Texts
from pipeline.parallel import over_ranges


class Overlaps(NamedTuple):
    """Pairs of texts and what they share; every array has shape (n_pairs,)."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    shared: NDArray[np.int32]
    """Shingles that stand in both."""
    jaccard: NDArray[np.float64]
    """Shared over distinct shingles of both."""
    containment: NDArray[np.float64]
    """Shared over distinct shingles of the smaller."""

    def where(self, mask: NDArray[np.bool_]) -> "Overlaps":
        """Keep the pairs under a mask."""
        return Overlaps(
            self.left[mask],
            self.right[mask],
            self.shared[mask],
            self.jaccard[mask],
            self.containment[mask],
        )

    def joined(self, other: "Overlaps") -> "Overlaps":
        """Put another's pairs behind these."""
        return Overlaps(
            np.concatenate([self.left, other.left]),
            np.concatenate([self.right, other.right]),
            np.concatenate([self.shared, other.shared]),
            np.concatenate([self.jaccard, other.jaccard]),
            np.concatenate([self.containment, other.containment]),
        )


def overlap(
    texts: Texts,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    shingle_words: int,
    threads: int,
) -> Overlaps:
    """Compare the shingle sets of pairs of texts.

    Parameters
    ----------
    texts : Texts
        The texts' tokens.
    left, right : int32 arrays, shape (n_pairs,)
        Texts to compare.
    shingle_words : int
        Tokens in a shingle.
    threads : int
        0 for every core.

    Returns
    -------
    Overlaps
        In the order of the pairs. Two texts without words share nothing: 0, not NaN.
    """
    from pipeline.dedup.kernels.pairs import overlaps
    from pipeline.dedup.kernels.shingles import shingle_sets

    wanted = np.zeros(len(texts.rows), dtype=np.bool_)
    wanted[left] = True
    wanted[right] = True
    rows = texts.rows[wanted]
    lengths = np.diff(texts.offsets)[rows]
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    sets = np.empty(starts[-1], dtype=np.uint64)
    sizes = np.empty(len(rows), dtype=np.int32)
    source = (rows, texts.tokens, texts.offsets, shingle_words)
    over_ranges(shingle_sets, starts, threads, *source, starts, sets, sizes)
    place = np.cumsum(wanted, dtype=np.int32) - np.int32(1)
    x, y = place[left], place[right]
    shared = np.empty(len(left), dtype=np.int32)
    cost = np.zeros(len(left) + 1, dtype=np.int64)
    np.cumsum(sizes[x].astype(np.int64) + sizes[y], out=cost[1:])
    over_ranges(overlaps, cost, threads, x, y, sets, starts, sizes, shared)
    union = sizes[x].astype(np.int64) + sizes[y] - shared
    smaller = np.minimum(sizes[x], sizes[y])
    return Overlaps(
        left,
        right,
        shared,
        shared / np.maximum(union, 1),
        shared / np.maximum(smaller, 1),
    )
