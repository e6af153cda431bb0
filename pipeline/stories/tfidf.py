"""Token hashes to TF-IDF rows, without a Python string or dictionary."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from pipeline.parallel import over_ranges
from pipeline.stories.kernels import BUCKETS, by_column, count_terms, forget_terms, number_terms
from pipeline.text import list_arrays

_SMALL = 200
"""In a collection of so few articles, a term of one article alone is content; in a larger
one it is more often noise, and counting it in the article's length costs a point of F1."""


@dataclass(frozen=True)
class Counts:
    """How often each term stands in each article."""

    whole: Any
    """In title and text; float32 csr_array, shape (n_articles, n_terms)."""
    lead: Any
    """In title and lead; float32 csr_array of the same shape."""
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
        terms, counts, in_lead, lengths, lead_lengths = (
            np.concatenate(part) for part in zip(*parts, strict=True)
        )
        shape = (len(rows), len(hashes))
        whole = sparse.csr_array((counts, terms, _running(lengths)), shape=shape)
        leads = in_lead > 0
        lead = sparse.csr_array((in_lead[leads], terms[leads], _running(lead_lengths)), shape=shape)
        return Counts(whole, lead, hashes)


def tfidf(counts: Any) -> tuple[Any, NDArray[np.int64]]:
    """Weigh counts by scikit-learn's TfidfTransformer, logarithmic in the term frequency.

    Parameters
    ----------
    counts : float32 csr_array, shape (n_articles, n_terms)

    Returns
    -------
    rows : float32 csr_array, shape (n_articles, n_shared)
        Of unit length; shorter where terms of one article alone were left out of a small
        collection. Columns run from the rarest term to the most frequent, sorted.
    terms : int64 array, shape (n_shared,)
        The term of each column: those that stand in two articles or more.
    """
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    order = np.argsort(frequency, kind="stable")
    n_lone = int(np.searchsorted(frequency[order], 2))
    terms = order[n_lone:]
    small = counts.shape[0] < _SMALL
    matrix = _renumbered(counts, frequency, order if small else terms)
    if not matrix.shape[1]:
        return matrix, terms  # which scikit-learn would refuse
    weights = TfidfTransformer(sublinear_tf=True).fit(matrix).transform(matrix, copy=False)
    return (weights[:, n_lone:].tocsr() if small else weights), terms


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
