"""Tokenize, shingle and sign on one thread: ours against datasketch and rensa."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.dedup.minhash import fingerprint
from pipeline.settings import DedupSettings
from pipeline.text import KeptWords, tokenize
from tests.benchmarks.by_the_book import read, shingles

THREADS = 1
NUM_PERM = 128


class Timing(NamedTuple):
    """Median seconds that one way of signing took."""

    name: str
    seconds: float
    articles: int


def measure(corpus: Path, limit: int, repeats: int) -> list[Timing]:
    """Time each way of signing the same texts, in turns; medians of the repeats.

    Ours is first; kernels are compiled before anything is timed.
    """
    texts = [record["text"] for record in read([corpus])][:limit]
    table = pa.table({"title": [""] * len(texts), "text": texts})
    ways: dict[str, Callable[[], object]] = {
        "storyfold": lambda: _ours(table),
        "datasketch": lambda: _datasketch(texts),
        "rensa": lambda: _rensa(texts),
    }
    _ours(pa.table({"title": [""], "text": texts[:1]}))
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, sign in ways.items():
            begin = time.perf_counter()
            sign()
            seconds[name].append(time.perf_counter() - begin)
    return [Timing(name, median(taken), len(texts)) for name, taken in seconds.items()]


def _ours(table: pa.Table) -> np.ndarray:
    words = KeptWords(tokenize(table, THREADS)["text"])
    return fingerprint(words, DedupSettings(num_perm=NUM_PERM), THREADS).signatures


def _datasketch(texts: list[str]) -> list[np.ndarray]:
    from datasketch import MinHash

    signatures = []
    for text in texts:
        signature = MinHash(num_perm=NUM_PERM)
        signature.update_batch([shingle.encode() for shingle in shingles(text)])
        signatures.append(signature.hashvalues)
    return signatures


def _rensa(texts: list[str]) -> list[list[int]]:
    from rensa import RMinHash

    signatures = []
    for text in texts:
        signature = RMinHash(num_perm=NUM_PERM, seed=42)
        signature.update(shingles(text))
        signatures.append(signature.digest())
    return signatures
