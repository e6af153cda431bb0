"""MinHash signatures, equal to datasketch's bit for bit, and shingle samples."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.settings import DedupSettings
from pipeline.text import Words


class Sample(NamedTuple):
    """Sampled shingles of some texts (FracMinHash), those of one text together."""

    hashes: NDArray[np.uint64]
    """Distinct for each text."""
    rows: NDArray[np.int32]
    """The text of each."""


class Fingerprints(NamedTuple):
    """What candidate search reads of n texts."""

    keys: NDArray[np.uint64]
    """Hash of each text's run of tokens, shape (n,): equal where the texts are."""
    lengths: NDArray[np.int64]
    """Tokens of each, shape (n,)."""
    signatures: NDArray[np.uint32]
    """Shape (n, num_perm)."""
    samples: list[Sample]
    """Of all texts, in the order of the pieces of the words."""
    sample_sizes: NDArray[np.int64]
    """Sampled shingles of each text, shape (n,)."""


def fingerprint(words: Words, settings: DedupSettings, threads: int) -> Fingerprints:
    """Sign texts and sample their shingles.

    Parameters
    ----------
    words : Words
        Of n texts.
    settings : DedupSettings
        Shingle size, permutations, seed and sampling rate.
    threads : int
        0 for every core.

    Returns
    -------
    Fingerprints
        Of n texts. Row ``i`` of ``signatures`` equals the hash values of datasketch's
        ``MinHash(num_perm, seed, scheme="affine32")`` (2.0) updated with the upper 32
        bits of each shingle hash. The sample keeps distinct shingles whose hash is below
        ``2**64 / sample_rate`` (Irber et al. 2022, FracMinHash).
    """
    from pipeline.dedup.kernels.keeping import text_keys
    from pipeline.dedup.kernels.shingles import fingerprint_rows

    n = len(words)
    keys, lengths = np.empty(n, dtype=np.uint64), np.empty(n, dtype=np.int64)
    signatures = np.empty((n, settings.num_perm), dtype=np.uint32)
    sample_sizes = np.empty(n, dtype=np.int64)
    every = np.arange(n, dtype=np.int32)
    shingles = settings.shingle_words, settings.short_words, short_shingle(settings)
    drawn = permutations(settings.num_perm, settings.seed)
    pieces = words.pieces()

    def sign(first: int, last: int) -> list[Sample]:
        samples = []
        for read in pieces[first:last]:
            rows, tokens, offsets = read()
            keys[rows] = text_keys(tokens, offsets)
            lengths[rows] = np.diff(offsets)
            signed = fingerprint_rows(tokens, offsets, *shingles, *drawn, settings.sample_rate)
            signatures[rows], sampled, places = signed
            sample_sizes[rows] = np.bincount(places, minlength=len(offsets) - 1)
            samples.append(Sample(sampled, every[rows][places]))
        return samples

    parts = over_ranges(sign, np.arange(len(pieces) + 1), threads)
    samples = [sample for part in parts for sample in part]
    return Fingerprints(keys, lengths, signatures, samples, sample_sizes)


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
