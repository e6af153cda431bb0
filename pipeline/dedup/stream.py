"""Fingerprints that outlive a run, and the past articles that new ones may repeat."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import schema
from pipeline.dedup.candidates import GROUP_CAP, GROUP_HUBS, bands, least_share
from pipeline.dedup.minhash import fingerprint
from pipeline.dedup.texts import text_keys_of
from pipeline.parallel import over_ranges
from pipeline.settings import DedupSettings
from pipeline.text import KeptWords

_HALF = 32


class _Texts(NamedTuple):
    """Distinct texts of n articles, in keep order."""

    rows: NDArray[np.int64]
    """An article that prints each."""
    of_article: NDArray[np.int64]
    new: NDArray[np.bool_]
    """Whether a new article prints it."""


def fingerprints(
    articles: pa.Table, tokens: pa.Table, settings: DedupSettings, threads: int
) -> pa.Table:
    """Take what candidate search needs of each article, to be stored.

    Parameters
    ----------
    articles : table of schema.CLEANED
    tokens : table of schema.TOKENS
        Of the same rows.
    settings : DedupSettings
        Shingles, signatures and LSH threshold.
    threads : int
        0 for every core.

    Returns
    -------
    table of schema.FINGERPRINTS
        In the same order. Half of each hash is enough: what collides is compared in vain.
    """
    from pipeline.dedup.kernels.shingles import band_keys

    prints = fingerprint(KeptWords(tokens["text"]), settings, threads)
    n = len(prints.keys)
    n_bands, rows_per_band = bands(settings.lsh_threshold, settings.num_perm)
    every = np.arange(n, dtype=np.int32)
    keys = np.empty((n_bands, n), dtype=np.uint64)
    band_keys(0, n, prints.signatures, every, rows_per_band, _HALF, keys)
    banded = np.ascontiguousarray((keys >> np.uint64(_HALF)).astype(np.uint32).T)
    none = np.empty(0, dtype=np.uint64)
    sampled = np.concatenate([none, *(sample.hashes for sample in prints.samples)])
    sampled = (sampled * np.uint64(settings.sample_rate)) >> np.uint64(_HALF)
    return pa.table(
        [
            articles["article_id"],
            articles["published"],
            pa.array(prints.lengths.astype(np.int32)),
            pa.array(text_keys_of(prints, tokens["title"], settings).view(np.int64)),
            _blobs(banded.ravel(), np.full(n, n_bands)),
            _blobs(sampled.astype(np.uint32), prints.sample_sizes),
        ],
        schema=schema.FINGERPRINTS,
    )


def partners(
    new: pa.Table, past: pa.Table, settings: DedupSettings, threads: int
) -> NDArray[np.int64]:
    """Find past articles that a new one may repeat, or be repeated by.

    Every pair that `pipeline.dedup.fold` would find among all of these articles at once is
    found here as well: the keys are the same, and the groups that share one are no larger.

    Parameters
    ----------
    new, past : tables of schema.FINGERPRINTS
    settings : DedupSettings
        Thresholds.
    threads : int
        0 for every core.

    Returns
    -------
    int64 array
        Rows of ``past``, ascending.
    """
    from pipeline.dedup.kernels.pairs import sort_keys, strong_pairs

    both = pa.concat_tables([new, past])
    texts = _distinct(both, len(new))
    n = len(texts.rows)
    banded, starts = _halves(both["bands"])
    width = int(starts[1] - starts[0]) if len(both) else 0

    def of_bands(first: int, last: int) -> list[NDArray[np.uint64]]:
        begins = (starts[texts.rows] + band for band in range(first, last))
        return [_sharing(banded, begin, begin + 1, texts.new) for begin in begins]

    parts = over_ranges(of_bands, np.arange(width + 1), threads)
    found = [pairs for part in parts for pairs in part]
    sampled, starts = _halves(both["sampled"])
    begin, end = starts[texts.rows], starts[texts.rows + 1]
    shared = _sharing(sampled, begin, end, texts.new)
    found.append(strong_pairs(sort_keys(shared), n, end - begin, *least_share(settings)))
    pairs = np.concatenate(found)
    wanted = texts.new.copy()
    wanted[pairs // max(n, 1)] = True
    wanted[pairs % max(n, 1)] = True
    return np.flatnonzero(wanted[texts.of_article[len(new) :]])


def _distinct(both: pa.Table, n_new: int) -> _Texts:
    published = both["published"].cast(pa.int64()).to_numpy()
    keys = both["text_key"].to_numpy()
    order = np.lexsort((published, -both["words"].to_numpy().astype(np.int64)))
    _, first, inverse = np.unique(keys[order], return_index=True, return_inverse=True)
    place = np.argsort(np.argsort(first))  # of each key, in keep order
    of_article = np.empty(len(keys), dtype=np.int64)
    of_article[order] = place[inverse]
    new = np.zeros(len(first), dtype=np.bool_)
    new[of_article[:n_new]] = True
    return _Texts(order[np.sort(first)], of_article, new)


def _sharing(
    keys: NDArray[np.uint32],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    new: NDArray[np.bool_],
) -> NDArray[np.uint64]:
    """Pair texts that share a key, one of them new: ``left * n + right``, once for each key."""
    from pipeline.dedup.kernels.pairs import group_pairs, pack_met, sort_keys

    n = np.uint64(max(len(new), 1))
    packed = pack_met(keys, begin, end, new)
    undated = np.full(len(new), np.nan)
    pairs = group_pairs(sort_keys(packed), _HALF, undated, np.inf, GROUP_CAP, GROUP_HUBS)
    return pairs[new[pairs // n] | new[pairs % n]]


def _blobs(values: NDArray[np.uint32], counts: NDArray[np.int64]) -> pa.Array:
    offsets = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(4 * counts, out=offsets[1:])
    data = np.ascontiguousarray(values)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(counts), buffers)


def _halves(column: pa.ChunkedArray) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """See a column of blobs as values and offsets."""
    array = column.cast(pa.large_binary()).combine_chunks()
    array = array if isinstance(array, pa.Array) else pa.concat_arrays(array.chunks)
    if not len(array):
        return np.empty(0, dtype=np.uint32), np.zeros(1, dtype=np.int64)
    _, ends, data = array.buffers()
    offsets = np.frombuffer(ends, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    values = np.frombuffer(data, dtype=np.uint32) if data else np.empty(0, dtype=np.uint32)
    return values, offsets // 4
