"""MinHash signatures, equal to datasketch's bit for bit, and shingle samples."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.settings import DedupSettings
from pipeline.text import offsets_of


class Fingerprints(NamedTuple):
    """What candidate search reads of n texts."""

    signatures: NDArray[np.uint32]
    """Shape (n, num_perm)."""
    sampled: NDArray[np.uint64]
    """Sampled shingle hashes (FracMinHash), distinct for each text."""
    sampled_rows: NDArray[np.int32]
    """The text of each sampled shingle."""


def fingerprint(
    tokens: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    settings: DedupSettings,
    threads: int,
    rows: NDArray[np.int32] | None = None,
) -> Fingerprints:
    """Sign texts and sample their shingles.

    Parameters
    ----------
    tokens : uint64 array
        Token hashes.
    offsets : int64 array, shape (n_all + 1,)
        Text ``i`` is ``tokens[offsets[i]:offsets[i + 1]]``.
    settings : DedupSettings
        Shingle size, permutations, seed and sampling rate.
    threads : int
        0 for every core.
    rows : int32 array, shape (n,), optional
        The texts to sign; every one of them where it is not given.

    Returns
    -------
    Fingerprints
        Of n texts. Row ``i`` of ``signatures`` equals the hash values of datasketch's
        ``MinHash(num_perm, seed, scheme="affine32")`` (2.0) updated with the upper 32
        bits of each shingle hash. The sample keeps distinct shingles whose hash is below
        ``2**64 / sample_rate`` (Irber et al. 2022, FracMinHash).
    """
    from pipeline.dedup.kernels.shingles import fingerprint_rows

    if rows is None:
        rows = np.arange(len(offsets) - 1, dtype=np.int32)
    a, b = permutations(settings.num_perm, settings.seed)
    signatures = np.empty((len(rows), settings.num_perm), dtype=np.uint32)
    cost = offsets_of(np.diff(offsets)[rows])
    parts = over_ranges(
        fingerprint_rows,
        cost,
        threads,
        rows,
        tokens,
        offsets,
        settings.shingle_words,
        settings.short_words,
        short_shingle(settings),
        a,
        b,
        settings.sample_rate,
        signatures,
    )
    sampled = [hashes for hashes, _ in parts] or [np.empty(0, dtype=np.uint64)]
    places = [place for _, place in parts] or [np.empty(0, dtype=np.int32)]
    return Fingerprints(signatures, np.concatenate(sampled), np.concatenate(places))


def short_shingle(settings: DedupSettings) -> int:
    """Tokens in a shingle of a short text."""
    return min(settings.short_shingle_words, settings.shingle_words)


@cache
def permutations(num_perm: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Draw the affine permutations ``a * h + b mod 2**32`` as datasketch does, each (num_perm,).

    Importing datasketch for them would take as long as signing 20,000 articles.
    """
    draw = np.random.RandomState(seed)
    half = draw.randint(0, 1 << 31, num_perm, dtype=np.uint32)
    a = half * np.uint32(2) + np.uint32(1)  # odd: a bijection
    return a, draw.randint(0, 1 << 32, num_perm, dtype=np.uint32)
