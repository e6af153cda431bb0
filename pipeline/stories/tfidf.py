"""Token hashes to TF-IDF rows, without a Python string or dictionary."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from pipeline.parallel import over_ranges
from pipeline.stories.kernels.counting import (
    BUCKETS,
    by_column,
    count_terms,
    forget_terms,
    number_terms,
)
from pipeline.text import list_arrays

_SMALL = 200
"""In a collection of so few articles, a term of one article alone is content; in a larger
one it is more often noise, and counting it in the article's length costs a point of F1."""

_UNSEEN = 10
"""Articles on something else that are thought to be there: without them, three articles on
one event and no others would share no term of any weight."""


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


class TermCounter:
    """Counts terms for one set of articles after another, in one table of term numbers."""

    def __init__(self, tokens: pa.Table, lead_words: int, threads: int) -> None:
        self._tokens = (*list_arrays(tokens["title"]), *list_arrays(tokens["text"]))
        self._numbers = np.zeros(BUCKETS, dtype=np.int32)
        self._lead_words = lead_words
        self._threads = threads

    def count(self, rows: NDArray[np.int64]) -> Counts:
        """Count the terms of titles, leads and texts of the given rows, in their order.

        Terms are buckets of token hashes (feature hashing, Weinberger et al. 2009): of
        300,000 different words, about one in a hundred shares its bucket with another.
        """
        _, title_offsets, _, text_offsets = self._tokens
        hashes = number_terms(*self._tokens, rows, self._numbers)
        sizes = np.diff(title_offsets)[rows] + np.diff(text_offsets)[rows]
        args = (*self._tokens, rows, self._lead_words, self._numbers, len(hashes))
        parts = over_ranges(count_terms, _running(sizes), self._threads, *args)
        forget_terms(hashes, self._numbers)
        terms, *counts_and_lengths = (np.concatenate(part) for part in zip(*parts, strict=True))
        whole, lead, title = (
            _nonzero(terms, counts, lengths, len(hashes))
            for counts, lengths in zip(counts_and_lengths[:3], counts_and_lengths[3:], strict=True)
        )
        return Counts(whole, lead, title, hashes)


def _nonzero(
    terms: NDArray[np.int32],
    counts: NDArray[np.float32],
    lengths: NDArray[np.int64],
    n_terms: int,
) -> Any:
    there = counts > 0
    shape = (len(lengths), n_terms)
    return sparse.csr_array((counts[there], terms[there], _running(lengths)), shape=shape)


def tfidf(counts: Any) -> Any:
    """Weigh counts by scikit-learn's TfidfTransformer, logarithmic in the term frequency.

    The weight of a term is the `contrast`-th power of ln((n + 11) / (df + 1)): nothing for a
    term of every article, and more to choose between the others where few articles are there
    to tell them apart.

    Parameters
    ----------
    counts : float32 csr_array, shape (n_articles, n_terms)

    Returns
    -------
    float32 csr_array, shape (n_articles, n_shared)
        Of unit length; shorter where terms of one article alone were left out of a small
        collection. Columns run from the rarest term to the most frequent, sorted.
    """
    frequency, order, n_lone = _by_frequency(counts)
    small = counts.shape[0] < _SMALL
    kept = order if small else order[n_lone:]
    matrix = _renumbered(counts, frequency, kept)
    if not len(kept):
        return matrix  # which scikit-learn would refuse
    transformer = TfidfTransformer(sublinear_tf=True).fit(matrix)
    transformer.idf_ = _term_weights(frequency[kept], counts.shape[0])
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


def contrast(n_articles: int) -> float:
    """Give the power of inverse document frequency: 2 up to 1,000 articles, 1 from 10,000.

    In a small collection an event's own terms stand in a large share of the articles, and
    seem as common as words of its topic; a higher power sets them apart again.
    """
    return float(np.clip(5 - np.log10(max(n_articles, 1)), 1, 2))


def _term_weights(frequency: NDArray[np.int64], n_articles: int) -> NDArray[np.float32]:
    idf = np.log((n_articles + _UNSEEN + 1) / (frequency + 1))
    return (idf ** contrast(n_articles)).astype(np.float32)


def _renumbered(counts: Any, frequency: NDArray[np.int64], kept: NDArray[np.int64]) -> Any:
    """Keep columns, numbered by their place in ``kept``, and sort them within each row."""
    column = np.full(counts.shape[1], -1, dtype=np.int32)
    column[kept] = np.arange(len(kept), dtype=np.int32)
    starts = _running(frequency[kept])
    rows, values = by_column(counts.indptr, counts.indices, counts.data, column, starts)
    shape = (counts.shape[0], len(kept))
    return sparse.csc_array((values, rows, starts), shape=shape).tocsr()


def _running(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    totals = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=totals[1:])
    return totals
