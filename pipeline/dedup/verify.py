"""Exact overlap of candidate pairs, on their full shingle sets."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.minhash import short_shingle
from pipeline.dedup.texts import Texts
from pipeline.parallel import over_ranges
from pipeline.settings import DedupSettings
from pipeline.text import offsets_of

_OPENING_WORDS = 30


class Overlaps(NamedTuple):
    """Pairs of texts and what they share; every array has shape (n_pairs,)."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    shared: NDArray[np.int32]
    """Shingles that stand in both."""
    left_size: NDArray[np.int32]
    """Distinct shingles of each."""
    right_size: NDArray[np.int32]
    new_opening: NDArray[np.bool_]
    """Whether the larger opens with words that the smaller does not have."""

    @property
    def jaccard(self) -> NDArray[np.float64]:
        """Shared over distinct shingles of both; two texts without words share nothing."""
        union = self.left_size.astype(np.int64) + self.right_size - self.shared
        return self.shared / np.maximum(union, 1)

    @property
    def containment(self) -> NDArray[np.float64]:
        """Shared over distinct shingles of the smaller."""
        return self.shared / np.maximum(np.minimum(self.left_size, self.right_size), 1)

    def where(self, picked: NDArray[np.bool_] | NDArray[np.int64]) -> "Overlaps":
        """Take the pairs under a mask, or at some rows."""
        return Overlaps._make(column[picked] for column in self)

    def joined(self, other: "Overlaps") -> "Overlaps":
        """Put another's pairs behind these."""
        return Overlaps._make(np.concatenate(both) for both in zip(self, other, strict=True))


def overlap(
    texts: Texts,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    settings: DedupSettings,
    threads: int,
) -> Overlaps:
    """Compare the shingle sets of pairs of texts.

    Parameters
    ----------
    texts : Texts
        The texts' tokens.
    left, right : int32 arrays, shape (n_pairs,)
        Texts to compare.
    settings : DedupSettings
        Tokens in a shingle: fewer where one of the two is short, for in a short text one
        other word spoils a large part of the long shingles.
    threads : int
        0 for every core.

    Returns
    -------
    Overlaps
        In the order of the pairs.
    """
    is_short = texts.lengths < settings.short_words
    short = is_short[left] | is_short[right]
    found = _overlap(texts, left[~short], right[~short], settings.shingle_words, threads)
    if not short.any():
        return found
    few = _overlap(texts, left[short], right[short], short_shingle(settings), threads)
    place = np.argsort(np.concatenate([np.flatnonzero(~short), np.flatnonzero(short)]))
    return found.joined(few).where(place)


def _overlap(
    texts: Texts, left: NDArray[np.int32], right: NDArray[np.int32], size: int, threads: int
) -> Overlaps:
    from pipeline.dedup.kernels.pairs import overlaps
    from pipeline.dedup.kernels.shingles import new_openings, shingle_sets

    wanted = np.zeros(len(texts.rows), dtype=np.bool_)
    wanted[left] = True
    wanted[right] = True
    _, tokens, offsets = texts.words.of(texts.rows[wanted].astype(np.int64), threads)
    sets = np.empty_like(tokens)
    sizes = np.empty(len(offsets) - 1, dtype=np.int32)
    over_ranges(shingle_sets, offsets, threads, tokens, offsets, size, sets, sizes)
    place = np.cumsum(wanted, dtype=np.int32) - np.int32(1)
    x, y = place[left], place[right]
    shared = np.empty(len(left), dtype=np.int32)
    cost = offsets_of(sizes[x].astype(np.int64) + sizes[y])
    over_ranges(overlaps, cost, threads, x, y, sets, offsets, sizes, shared)
    opening = np.empty(len(left), dtype=np.bool_)
    larger, smaller = np.where(sizes[x] >= sizes[y], (x, y), (y, x)).astype(np.int64)
    each = np.arange(len(left) + 1)
    held = (tokens, offsets, size, _OPENING_WORDS, sets, sizes, opening)
    over_ranges(new_openings, each, threads, larger, smaller, *held)
    return Overlaps(left, right, shared, sizes[x], sizes[y], opening)
