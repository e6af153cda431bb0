"""Candidate pairs: texts that may be copies, from LSH bands and from sampled shingles.

LSH finds texts that are nearly the same; it misses a text that is a small part of
another. The sampled-shingle index finds those. Both give pairs that are then verified
exactly, so that a false candidate costs time and nothing else.
"""

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.minhash import Fingerprints
from pipeline.dedup.relations import least_containment
from pipeline.parallel import over_ranges, stream_ranges, thread_count
from pipeline.settings import DedupSettings

GROUP_CAP = 128
"""All pairs are made of a group of up to so many texts that share a band or a shingle."""
GROUP_HUBS = 8
"""In a larger group, each text is paired with so many of the longest: the cost of a
phrase that thousands print stays linear, and a copy still meets the text it folds into."""
_EVERY = 64  # of so many pairs one is looked at to part them evenly
_SHARED_SAMPLES = 2
_SHARED_PART = 0.25
"""A pair must share this part of what the thresholds would have it share of the smaller
sample: chance keeps samples far closer to the sets they are drawn from, and pairs that
have a site's boilerplate in common and nothing else are not worth comparing."""


def candidate_pairs(
    fingerprints: Fingerprints,
    rows: NDArray[np.int32],
    days: NDArray[np.float64],
    settings: DedupSettings,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find pairs of texts worth comparing.

    Parameters
    ----------
    fingerprints : Fingerprints
        Of articles.
    rows : int32 array, shape (n,)
        The article of each of n texts, in keep order.
    days : float64 array, shape (n,)
        Days since 1970 at which each was published; NaN where unknown.
    settings : DedupSettings
        LSH threshold and window.
    threads : int
        0 for every core.

    Returns
    -------
    left, right : int32 arrays, shape (n_pairs,)
        left < right, sorted, each pair once.
    """
    from pipeline.dedup.kernels.pairs import sort_keys

    n = len(days)
    found = _banded(fingerprints.signatures, rows, days, settings, threads)
    found.append(_sampled(fingerprints, rows, days, settings, threads))
    pairs = sort_keys(np.concatenate(found))
    pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])[: len(pairs)]]
    return (pairs // max(n, 1)).astype(np.int32), (pairs % max(n, 1)).astype(np.int32)


@cache
def bands(threshold: float, num_perm: int) -> tuple[int, int]:
    """Give the bands, and rows a band, that datasketch's optimiser sets for a Jaccard threshold.

    They minimise the false positives below the threshold and the false negatives above it: the
    integrals of ``1 - (1 - s**r)**b`` and of ``(1 - s**r)**b``. Each is a polynomial of degree
    ``b * r``, for which a Gauss-Legendre rule of half as many nodes is exact. datasketch itself
    would bring SciPy's quadrature and clients of databases: 0.4 s of imports.
    """
    nodes, weights = np.polynomial.legendre.leggauss(num_perm // 2 + 1)
    share = (nodes + 1) / 2
    below, above = threshold * share, threshold + (1 - threshold) * share

    def error(shape: tuple[int, int]) -> float:
        b, r = shape
        false_positive = threshold * (1 - (1 - below**r) ** b)
        false_negative = (1 - threshold) * (1 - above**r) ** b
        return float(weights @ (false_positive + false_negative))

    shapes = ((b, r) for b in range(1, num_perm + 1) for r in range(1, num_perm // b + 1))
    return min(shapes, key=error)


def _banded(
    signatures: NDArray[np.uint32],
    rows: NDArray[np.int32],
    days: NDArray[np.float64],
    settings: DedupSettings,
    threads: int,
) -> list[NDArray[np.uint64]]:
    from pipeline.dedup.kernels.pairs import group_pairs, sort_keys
    from pipeline.dedup.kernels.shingles import band_keys

    n = len(days)
    n_bands, rows_per_band = bands(settings.lsh_threshold, settings.num_perm)
    row_bits = _row_bits(n)
    window = float(settings.window_days)
    keys = np.empty((n_bands, n), dtype=np.uint64)
    each = np.arange(n + 1)
    over_ranges(band_keys, each, threads, signatures, rows, rows_per_band, row_bits, keys)

    def pairs_of(first: int, last: int) -> list[NDArray[np.uint64]]:
        packed = map(sort_keys, keys[first:last])
        return [group_pairs(one, row_bits, days, window, GROUP_CAP, GROUP_HUBS) for one in packed]

    parts = over_ranges(pairs_of, np.arange(n_bands + 1), threads)
    return [pairs for part in parts for pairs in part]


def _sampled(
    fingerprints: Fingerprints,
    rows: NDArray[np.int32],
    days: NDArray[np.float64],
    settings: DedupSettings,
    threads: int,
) -> NDArray[np.uint64]:
    from pipeline.dedup.kernels.pairs import (
        KEY_PARTS,
        group_pairs,
        pack_keys,
        recurring,
        sort_keys,
        strong_pairs,
    )

    n = len(days)
    row_bits = _row_bits(n)
    window = float(settings.window_days)
    text_of = np.full(len(fingerprints.lengths), -1, dtype=np.int32)
    text_of[rows] = np.arange(n, dtype=np.int32)
    samples = fingerprints.samples

    def pack(first: int, last: int) -> list[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
        # the sample's upper bits are all zero: scaled up, they make room for the row
        about = text_of, settings.sample_rate, row_bits
        return [pack_keys(*sample, *about) for sample in samples[first:last]]

    parts_packed = over_ranges(pack, np.arange(len(samples) + 1), threads)
    packed = [one for part in parts_packed for one in part]

    none = np.empty(0, dtype=np.uint64)

    def pairs_of(first: int, last: int) -> list[NDArray[np.uint64]]:
        pairs = []
        for part in range(first, last):
            of_part = [keys[starts[part] : starts[part + 1]] for keys, starts in packed]
            keys = sort_keys(recurring(np.concatenate([none, *of_part])))
            pairs.append(group_pairs(keys, row_bits, days, window, GROUP_CAP, GROUP_HUBS))
        return pairs

    parts = over_ranges(pairs_of, np.arange(KEY_PARTS + 1), threads)
    shared = [pairs for part in parts for pairs in part]
    sizes = fingerprints.sample_sizes[rows]
    bounds = _quantiles(shared, thread_count(threads))

    def strong_between(low: np.uint64, high: np.uint64) -> NDArray[np.uint64]:
        some = [pairs[(pairs >= low) & (pairs < high)] for pairs in shared]
        return strong_pairs(sort_keys(np.concatenate(some)), n, sizes, *least_share(settings))

    return np.concatenate(list(stream_ranges(strong_between, bounds, threads)))


def _quantiles(parts: list[NDArray[np.uint64]], pieces: int) -> list[tuple[Any, Any]]:
    """Cut the range of all values into ranges that hold about as many values each."""
    some = np.sort(np.concatenate([part[::_EVERY] for part in parts]))
    inner = some[np.arange(1, pieces) * len(some) // pieces] if len(some) else some
    least, most = np.iinfo(np.uint64).min, np.iinfo(np.uint64).max  # which no pair is
    return list(pairwise(np.array([least, *inner.tolist(), most], dtype=np.uint64)))


def least_share(settings: DedupSettings) -> tuple[int, float]:
    """Give the sampled shingles that a pair must share, and their share of the smaller sample."""
    return _SHARED_SAMPLES, _SHARED_PART * max(least_containment(settings), 0.0)


def _row_bits(n: int) -> int:
    return max(n - 1, 1).bit_length()
