"""MinHash signatures, equal to datasketch's bit for bit, and shingle samples."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.settings import DedupSettings


class Fingerprints(NamedTuple):
    """What candidate search reads of n texts."""

    signatures: NDArray[np.uint32]
    """Shape (n, num_perm)."""
    sampled: NDArray[np.uint64]
    """Sampled shingle hashes (FracMinHash)."""
    sampled_rows: NDArray[np.int32]
    """The text of each sampled shingle."""


def fingerprint(
    tokens: NDArray[np.uint64], offsets: NDArray[np.int64], settings: DedupSettings, threads: int
) -> Fingerprints:
    """Sign every text and sample its shingles.

    Parameters
    ----------
    tokens : uint64 array
        Token hashes.
    offsets : int64 array, shape (n + 1,)
        Text ``i`` is ``tokens[offsets[i]:offsets[i + 1]]``.
    settings : DedupSettings
        Shingle size, permutations, seed and sampling rate.
    threads : int
        0 for every core.

    Returns
    -------
    Fingerprints
        Row ``i`` of ``signatures`` equals the hash values of datasketch's
        ``MinHash(num_perm, seed, scheme="affine32")`` (2.0) updated with the upper 32
        bits of each shingle hash. The sample keeps shingles whose hash is below
        ``2**64 / sample_rate`` (Irber et al. 2022, FracMinHash).
    """
    from pipeline.dedup.kernels import fingerprint_rows

    a, b = permutations(settings.num_perm, settings.seed)
    signatures = np.empty((len(offsets) - 1, settings.num_perm), dtype=np.uint32)
    below = np.uint64(2**64 // settings.sample_rate - (settings.sample_rate == 1))
    parts = over_ranges(
        fingerprint_rows,
        offsets,
        threads,
        tokens,
        offsets,
        settings.shingle_words,
        a,
        b,
        below,
        signatures,
    )
    sampled = [hashes for hashes, _ in parts] or [np.empty(0, dtype=np.uint64)]
    rows = [row for _, row in parts] or [np.empty(0, dtype=np.int32)]
    return Fingerprints(signatures, np.concatenate(sampled), np.concatenate(rows))


@cache
def permutations(num_perm: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Give datasketch's own affine permutations ``a * h + b mod 2**32``, each (num_perm,)."""
    from datasketch import MinHash

    a, b = MinHash(num_perm=num_perm, seed=seed, scheme="affine32").permutations
    return np.ascontiguousarray(a), np.ascontiguousarray(b)
