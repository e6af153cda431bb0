"""Token hashes to TF-IDF rows, without a Python string or dictionary."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from pipeline.parallel import over_ranges, ranges, thread_count
from pipeline.stories.kernels.counting import (
    BUCKETS,
    Part,
    count_kept,
    count_terms,
    number_terms,
    sort_rows,
)
from pipeline.text import list_arrays, offsets_of

_SMALL = 200
"""In a collection of so few articles, a term of one article alone is content; in a larger
one it is more often noise, and counting it in the article's length costs a point of F1."""

_UNSEEN = 10
"""Articles on something else that are thought to be there: without them, three articles on
one event and no others would share no term of any weight."""


_MOST_TABLES = 4
"""Tables of term numbers, one a thread that counts: each has 64 MB."""


@dataclass(frozen=True)
class Counts:
    """How often each term stands in each article."""

    whole: Any
    """In title and text; float32 csr_array, shape (n_articles, n_terms)."""
    lead: Any
    """In title and lead; float32 csr_array of the same shape."""
    title: Any
    """In the title; float32 csr_array of the same shape."""
    hashes: NDArray[np.uint64]
    """A token hash of each term, shape (n_terms,)."""


def count(tokens: pa.Table, rows: NDArray[np.int64], lead_words: int, threads: int = 1) -> Counts:
    """Count the terms of titles, leads and texts of some rows.

    Terms are buckets of token hashes (feature hashing, Weinberger et al. 2009): of 300,000
    different words, about one in a hundred shares its bucket with another.

    Parameters
    ----------
    tokens : table of schema.TOKENS
    rows : int64 array, shape (n,)
        What is counted, in this order.
    lead_words : int
        Words of the text that belong to the lead.
    threads : int
        0 for every core; the result is the same with any number.
    """
    lists = (*list_arrays(tokens["title"]), *list_arrays(tokens["text"]))
    _, title_offsets, _, text_offsets = lists
    sizes = np.diff(title_offsets)[rows] + np.diff(text_offsets)[rows]
    cuts = ranges(offsets_of(sizes), min(thread_count(threads), _MOST_TABLES))
    tables = np.zeros((len(cuts), BUCKETS), dtype=np.int32)  # one for each range
    with ThreadPoolExecutor(len(tables)) as pool:
        counted = pool.map(
            lambda cut, of: count_terms(*cut, *lists, rows, lead_words, of), cuts, tables
        )
        found, *kinds = zip(*counted, strict=True)
    hashes, number = number_terms(np.concatenate(found), tables[0])
    numbers = np.split(number, np.cumsum([len(part) for part in found])[:-1])
    whole, lead, title = (_joined(parts, numbers, len(hashes)) for parts in kinds)
    return Counts(whole, lead, title, hashes)


def _joined(parts: Sequence[Part], numbers: list[NDArray[np.int32]], n_terms: int) -> Any:
    """Put rows of several ranges below each other, their terms by the numbers of all."""
    counts = np.concatenate([part.counts for part in parts])
    terms = np.empty(len(counts), dtype=np.int32)
    end = 0
    for part, of in zip(parts, numbers, strict=True):
        begin, end = end, end + len(part.terms)
        np.take(of, part.terms, out=terms[begin:end], mode="clip")  # which needs no other room
    starts = offsets_of(np.concatenate([part.lengths for part in parts]))
    return sparse.csr_array((counts, terms, starts), shape=(len(starts) - 1, n_terms))


def tfidf(counts: Any, threads: int = 1, n: int | None = None) -> Any:
    """Weigh counts by scikit-learn's TfidfTransformer, logarithmic in the term frequency.

    The weight of a term is the `contrast`-th power of ln((n + 11) / (df + 1)): nothing for a
    term of every article, and more to choose between the others where few articles are there
    to tell them apart.

    Parameters
    ----------
    counts : float32 csr_array, shape (n_articles, n_terms)
    threads : int
        0 for every core.
    n : int, optional
        Articles to weigh, the first; the others only count in the frequencies. By default all.

    Returns
    -------
    float32 csr_array, shape (n, n_shared)
        Of unit length; shorter where terms of one article alone were left out of a small
        collection. Columns run from the rarest term to the most frequent, sorted.
    """
    frequency, order, n_lone = _by_frequency(counts)
    n_articles = counts.shape[0]
    small = n_articles < _SMALL
    kept = order if small else order[n_lone:]
    if n is not None and n < n_articles:
        counts = counts[:n]
        kept, lone = _used(counts, kept, frequency)
        n_lone = lone if small else 0
    matrix = _renumbered(counts, kept, threads)
    if not len(kept):
        return matrix  # which scikit-learn would refuse
    transformer = TfidfTransformer(sublinear_tf=True).fit(matrix)
    transformer.idf_ = _term_weights(frequency[kept], n_articles)
    weights = transformer.transform(matrix, copy=False)
    return weights[:, n_lone:].tocsr() if small else weights


def columns_of(counts: Any) -> NDArray[np.int64]:
    """Give the term of each column that `tfidf` makes of these counts, shape (n_shared,)."""
    _, order, n_lone = _by_frequency(counts)
    return order[n_lone:]


def _by_frequency(counts: Any) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Give each term's document frequency, terms from the rarest on, and how many are lone."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    order = np.argsort(frequency, kind="stable")
    return frequency, order, int(np.searchsorted(frequency[order], 2))


def _used(
    counts: Any, kept: NDArray[np.int64], frequency: NDArray[np.int64]
) -> tuple[NDArray[np.int64], int]:
    """Give the terms of these articles, by their frequency in them, and how many are lone.

    A term is lone where it stands in one article, of all.
    """
    own = np.bincount(counts.indices, minlength=counts.shape[1])
    used = kept[own[kept] > 0]
    lone = frequency[used] < 2
    order = np.lexsort((own[used], ~lone))
    return used[order], int(lone.sum())


def contrast(n_articles: int) -> float:
    """Give the power of inverse document frequency: 2 up to 1,000 articles, 1 from 10,000.

    In a small collection an event's own terms stand in a large share of the articles, and
    seem as common as words of its topic; a higher power sets them apart again.
    """
    return float(np.clip(5 - np.log10(max(n_articles, 1)), 1, 2))


def _term_weights(frequency: NDArray[np.int64], n_articles: int) -> NDArray[np.float32]:
    idf = np.log((n_articles + _UNSEEN + 1) / (frequency + 1))
    return (idf ** contrast(n_articles)).astype(np.float32)


def _renumbered(counts: Any, kept: NDArray[np.int64], threads: int) -> Any:
    """Keep columns, numbered by their place in ``kept``, and sort them within each row."""
    column = np.full(counts.shape[1], -1, dtype=np.int32)
    column[kept] = np.arange(len(kept), dtype=np.int32)
    lengths = np.empty(counts.shape[0], dtype=np.int64)
    over_ranges(count_kept, counts.indptr, threads, counts.indptr, counts.indices, column, lengths)
    starts = offsets_of(lengths)
    columns = np.empty(starts[-1], dtype=np.int32)
    values = np.empty(starts[-1], dtype=np.float32)
    matrix = (counts.indptr, counts.indices, counts.data)
    over_ranges(sort_rows, counts.indptr, threads, *matrix, column, starts, columns, values)
    return sparse.csr_array((values, columns, starts), (counts.shape[0], len(kept)))
