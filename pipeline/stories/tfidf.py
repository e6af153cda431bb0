"""Token hashes to TF-IDF rows, without a Python string or dictionary."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from pipeline.parallel import over_ranges
from pipeline.stories.kernels import BUCKETS, count_terms
from pipeline.text import list_arrays

WHOLE = np.iinfo(np.int64).max
"""As a number of tokens: all of the text."""

_SMALL = 200
"""In a collection of so few articles, a term of one article alone is content; in a larger
one it is more often noise, and counting it in the article's length costs a point of F1."""


@dataclass(frozen=True)
class Counts:
    """How often each term stands in each article."""

    matrix: Any
    """float32 csr_array, shape (n_articles, n_terms)."""
    buckets: NDArray[np.int32]
    """Bucket of each term, ascending, shape (n_terms,)."""


def term_counts(tokens: pa.Table, rows: NDArray[np.int64], limit: int, threads: int) -> Counts:
    """Count the terms of titles and of the first ``limit`` tokens of texts.

    Terms are buckets of token hashes (feature hashing, Weinberger et al. 2009): of
    300,000 different words, about one in a hundred shares its bucket with another.

    Parameters
    ----------
    tokens : table of schema.TOKENS
    rows : int64 array, shape (n_articles,)
        Which rows to count, in this order.
    limit : int
        ``WHOLE`` for all of the text.
    threads : int
        0 for every core.

    Returns
    -------
    Counts
    """
    titles, title_offsets = list_arrays(tokens["title"])
    texts, text_offsets = list_arrays(tokens["text"])
    sizes = np.diff(title_offsets)[rows] + np.minimum(np.diff(text_offsets)[rows], limit)
    parts = over_ranges(
        count_terms,
        _running(sizes),
        threads,
        *(titles, title_offsets, texts, text_offsets, rows, limit),
    )
    if not parts:
        return Counts(sparse.csr_array((0, 0), dtype=np.float32), np.empty(0, dtype=np.int32))
    terms, counts, lengths = (np.concatenate(part) for part in zip(*parts, strict=True))
    present = np.zeros(BUCKETS, dtype=np.bool_)
    present[terms] = True
    buckets = np.flatnonzero(present).astype(np.int32)
    column = np.zeros(BUCKETS, dtype=np.int32)
    column[buckets] = np.arange(len(buckets), dtype=np.int32)
    matrix = sparse.csr_array(
        (counts, column[terms], _running(lengths)), shape=(len(rows), len(buckets))
    )
    return Counts(matrix, buckets)


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
    matrix = _renumbered(counts, order if small else terms)
    weights = TfidfTransformer(sublinear_tf=True).fit_transform(matrix)
    return (weights[:, n_lone:].tocsr() if small else weights), terms


def _renumbered(counts: Any, kept: NDArray[np.int64]) -> Any:
    """Keep columns, numbered by their place in ``kept``, and sort them within each row."""
    column = np.full(counts.shape[1], -1, dtype=np.int32)
    column[kept] = np.arange(len(kept), dtype=np.int32)
    indices = column[counts.indices]
    keep = indices >= 0
    indptr = np.concatenate([[0], np.cumsum(keep)])[counts.indptr]
    shape = (counts.shape[0], len(kept))
    matrix = sparse.csr_array((counts.data[keep], indices[keep], indptr), shape=shape)
    return matrix.tocsc().tocsr()  # twice transposed is sorted, in linear time


def _running(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    totals = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=totals[1:])
    return totals
