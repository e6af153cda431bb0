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


class _Sets(NamedTuple):
    """Shingles of n texts."""

    shingles: NDArray[np.uint64]
    """Distinct ones of each text, sorted."""
    starts: NDArray[np.int64]
    """Where those of each begin, shape (n + 1,): there is room for more."""
    sizes: NDArray[np.int32]
    openings: NDArray[np.uint64]
    """Those that each opens with, shape (n, _OPENING_WORDS)."""
    opening_sizes: NDArray[np.int32]


def overlap(
    texts: Texts,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    settings: DedupSettings,
    threads: int,
    least: float = 0.0,
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
    least : float
        Pairs that share less than this part of the smaller set are of no interest.

    Returns
    -------
    Overlaps
        In the order of the pairs, without those of no interest.
    """
    is_short = texts.lengths < settings.short_words
    short = is_short[left] | is_short[right]
    longer = np.flatnonzero(~short)
    kept, found = _overlap(
        texts, left[longer], right[longer], settings.shingle_words, threads, least
    )
    if not short.any():
        return found
    shorter = np.flatnonzero(short)
    size = short_shingle(settings)
    kept_short, few = _overlap(texts, left[shorter], right[shorter], size, threads, least)
    return found.joined(few).where(np.argsort(np.append(longer[kept], shorter[kept_short])))


def _overlap(
    texts: Texts,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    size: int,
    threads: int,
    least: float,
) -> tuple[NDArray[np.int64], Overlaps]:
    """Compare pairs; give those that share enough, and their rows."""
    from pipeline.dedup.kernels.pairs import overlaps
    from pipeline.dedup.kernels.shingles import new_openings

    wanted = np.zeros(len(texts.rows), dtype=np.bool_)
    wanted[left] = True
    wanted[right] = True
    sets = _shingle_sets(texts, np.flatnonzero(wanted), size, threads)
    place = np.cumsum(wanted, dtype=np.int32) - np.int32(1)
    x, y = place[left], place[right]
    shared = np.empty(len(left), dtype=np.int32)
    sizes = sets.sizes
    cost = offsets_of(sizes[x].astype(np.int64) + sizes[y])
    over_ranges(overlaps, cost, threads, x, y, *sets[:3], least, shared)
    enough = np.flatnonzero(shared >= least * np.minimum(sizes[x], sizes[y]) - 1)
    x, y = x[enough], y[enough]
    larger, smaller = np.where(sizes[x] >= sizes[y], (x, y), (y, x)).astype(np.int64)
    opening = new_openings(larger, smaller, *sets)
    found = left[enough], right[enough], shared[enough], sizes[x], sizes[y], opening
    return enough, Overlaps(*found)


def _shingle_sets(texts: Texts, picked: NDArray[np.int64], size: int, threads: int) -> _Sets:
    """Read some texts piece by piece, and keep nothing of them but their shingles."""
    from pipeline.dedup.kernels.shingles import shingle_sets

    rows = texts.rows[picked].astype(np.int64)
    place = np.empty(len(texts.of_article), dtype=np.int64)
    place[rows] = np.arange(len(rows))
    starts = offsets_of(texts.lengths[picked])
    sets = _Sets(
        np.empty(starts[-1], dtype=np.uint64),
        starts,
        np.empty(len(rows), dtype=np.int32),
        np.empty((len(rows), _OPENING_WORDS), dtype=np.uint64),
        np.empty(len(rows), dtype=np.int32),
    )
    pieces = texts.words.pieces(rows)
    opened = _OPENING_WORDS, sets.openings, sets.opening_sizes

    def read(first: int, last: int) -> None:
        for piece in pieces[first:last]:
            of, tokens, offsets = piece()
            shingle_sets(
                tokens, offsets, size, place[of], starts, sets.shingles, sets.sizes, *opened
            )

    over_ranges(read, np.arange(len(pieces) + 1), threads)
    return sets
