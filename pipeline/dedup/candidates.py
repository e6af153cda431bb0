"""Candidate pairs: texts that may be copies, from LSH bands and from sampled shingles.

LSH finds texts that are nearly the same; it misses a text that is a small part of
another. The sampled-shingle index finds those. Both give pairs that are then verified
exactly, so that a false candidate costs time and nothing else.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.minhash import Fingerprints
from pipeline.parallel import over_ranges
from pipeline.settings import DedupSettings

_GROUP_CAP = 128
"""All pairs are made of a group of up to so many texts that share a band or a shingle."""
_GROUP_HUBS = 8
"""In a larger group, each text is paired with so many of the longest: the cost of a
phrase that thousands print stays linear, and a copy still meets the text it folds into."""
_SHARED_SAMPLES = 2


def candidate_pairs(
    fingerprints: Fingerprints, days: NDArray[np.float64], settings: DedupSettings, threads: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find pairs of texts worth comparing.

    Parameters
    ----------
    fingerprints : Fingerprints
        Of n texts in keep order.
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
    n = len(days)
    found = [*_banded(fingerprints.signatures, days, settings, threads)]
    found.append(_sampled(fingerprints, days, settings))
    pairs = _distinct(np.concatenate(found))
    return (pairs // max(n, 1)).astype(np.int32), (pairs % max(n, 1)).astype(np.int32)


@cache
def bands(threshold: float, num_perm: int) -> tuple[int, int]:
    """Give the bands and rows a band that datasketch's optimiser sets for a Jaccard threshold."""
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=num_perm)
    return index.b, index.r


def _pack(keys: NDArray[np.uint64], rows: NDArray[np.integer], row_bits: int) -> NDArray[np.uint64]:
    """Put rows into the lowest bits of their keys: one plain sort then groups them."""
    shift = np.uint64(row_bits)
    packed = (keys >> shift << shift) | rows.astype(np.uint64)
    packed.sort()
    return packed


def _distinct(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sort in place and drop repeats: NumPy's own ``unique`` hashes, five times slower here."""
    values.sort()
    return values[np.concatenate([[True], values[1:] != values[:-1]])] if len(values) else values


def _banded(
    signatures: NDArray[np.uint32],
    days: NDArray[np.float64],
    settings: DedupSettings,
    threads: int,
) -> list[NDArray[np.uint64]]:
    from pipeline.dedup.kernels import band_keys, group_pairs

    n = len(days)
    n_bands, rows_per_band = bands(settings.lsh_threshold, settings.num_perm)
    rows = np.arange(n)
    row_bits = max(n - 1, 1).bit_length()

    def pairs_of(first: int, last: int) -> list[NDArray[np.uint64]]:
        keys = np.empty(n, dtype=np.uint64)
        pairs = []
        for band in range(first, last):
            band_keys(0, n, signatures, band, rows_per_band, keys)
            packed = _pack(keys, rows, row_bits)
            window = float(settings.window_days)
            pairs.append(group_pairs(packed, row_bits, days, window, _GROUP_CAP, _GROUP_HUBS))
        return pairs

    parts = over_ranges(pairs_of, np.arange(n_bands + 1), threads)
    return [pairs for part in parts for pairs in part]


def _sampled(
    fingerprints: Fingerprints, days: NDArray[np.float64], settings: DedupSettings
) -> NDArray[np.uint64]:
    from pipeline.dedup.kernels import group_pairs, repeated

    row_bits = max(len(days) - 1, 1).bit_length()
    # the sample's upper bits are all zero: shift them out to make room for the row
    scaled = fingerprints.sampled * np.uint64(settings.sample_rate)
    packed = _distinct(_pack(scaled, fingerprints.sampled_rows, row_bits))
    window = float(settings.window_days)
    pairs = group_pairs(packed, row_bits, days, window, _GROUP_CAP, _GROUP_HUBS)
    pairs.sort()
    return repeated(pairs, _SHARED_SAMPLES)
