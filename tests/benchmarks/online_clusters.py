"""Online clusters after Miranda et al. (2018), "Multilingual Clustering of Streaming News".

An article joins the cluster whose centroid is nearest, or begins one. Nearness is the mean
of the cosines of nine TF-IDF fields (words, stems and names, each of title, text, and both)
times a Gaussian of the days since the cluster's latest article. Two things differ from the
paper: its lemmas and named entities need models of a language, for which beginnings of words
and capitalised words stand in; and its weights are learned from labels of the same corpus,
where ours are equal.
"""

import re
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from tests.benchmarks.baselines import UNKNOWN_GAP, WINDOW_DAYS, Stream

SIGMA_DAYS = 3.0
_STEM = 5
_WORD = re.compile(r"\w\w+")


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def stems(text: str) -> list[str]:
    return [word[:_STEM] for word in words(text)]


def names(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word[0].isupper()]


def fields(stream: Stream) -> list[Any]:
    """Make the nine matrices of unit rows."""
    found: list[Any] = []
    for analyzer in (words, stems, names):
        counter = CountVectorizer(analyzer=analyzer, dtype=np.float32)
        texts = counter.fit([*stream.titles, *stream.texts]).transform(stream.texts)
        titles = counter.transform(stream.titles)
        found += (_unit_rows(counts) for counts in (titles, texts, titles + texts))
    return found


def _unit_rows(counts: Any) -> Any:
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts).tocsr()


def online_clusters(
    matrices: list[Any], days: NDArray[np.float64], thresholds: list[float]
) -> list[NDArray[np.int64]]:
    """Cluster the stream under each threshold; the products are made once.

    A centroid is a sum of rows, so its product with a row is the sum of the rows' products;
    those with members that the window has passed are taken for 0.
    """
    n_columns = [one.shape[1] for one in matrices]
    field = np.repeat(np.arange(len(matrices)), n_columns)
    rows = sparse.hstack(matrices, format="csr")
    columns = rows.tocsc()
    own = np.array([np.diff(one.indptr) > 0 for one in matrices], dtype=np.float64).T
    oldest = np.searchsorted(days, days - WINDOW_DAYS)
    oldest[np.isnan(days)] = 0
    arrays = (part for one in (rows, columns) for part in (one.indptr, one.indices, one.data))
    return list(_cluster(*arrays, field, own, oldest, days, np.array(thresholds)))


@njit(inline="always")
def _near(
    sums: NDArray[np.float64], shrinks: NDArray[np.float64], gap: float, wanted: float
) -> float:
    """Mean cosine of the fields, less what the gap in days takes; 0 where it is not wanted."""
    cosines = 0.0
    for f in range(len(sums)):
        cosines += sums[f] * shrinks[f]
    cosines /= len(sums)
    if cosines < wanted:
        return 0.0
    gap = UNKNOWN_GAP if np.isnan(gap) else gap
    return cosines * np.exp(-((gap / SIGMA_DAYS) ** 2) / 2)


@njit(cache=True)
def _cluster(
    starts: NDArray[np.int32],
    terms: NDArray[np.int32],
    weights: NDArray[np.float32],
    column_starts: NDArray[np.int32],
    column_rows: NDArray[np.int32],
    column_weights: NDArray[np.float32],
    field: NDArray[np.int64],
    own: NDArray[np.float64],
    oldest: NDArray[np.int64],
    days: NDArray[np.float64],
    thresholds: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Give the cluster of each row under each threshold, named by its first row.

    Rows lie in one CSR matrix, all fields side by side, and once more by column.
    """
    n, n_fields = own.shape
    group = np.empty((len(thresholds), n), dtype=np.int64)
    squares = np.zeros((len(thresholds), n, n_fields))  # squared length of each cluster's sum
    shrinks = np.zeros((len(thresholds), n, n_fields))  # one by that length
    latest = np.full((len(thresholds), n), -np.inf)
    products, sums = np.zeros((n, n_fields)), np.zeros((n, n_fields))
    for row in range(n):
        first = oldest[row]
        for p in range(starts[row], starts[row + 1]):
            begin, end = column_starts[terms[p]], column_starts[terms[p] + 1]
            begin += np.searchsorted(column_rows[begin:end], first)
            end = begin + np.searchsorted(column_rows[begin:end], row)
            for at in range(begin, end):
                products[column_rows[at], field[terms[p]]] += weights[p] * column_weights[at]
        for k in range(len(thresholds)):
            for other in range(first, row):
                for f in range(n_fields):
                    sums[group[k, other], f] += products[other, f]
            best, nearest = row, thresholds[k]
            for other in range(first, row):
                name = group[k, other]
                near = _near(sums[name], shrinks[k, name], days[row] - latest[k, name], nearest)
                if near > nearest or (near == nearest and name < best):
                    best, nearest = name, near
            group[k, row] = best
            squares[k, best] += 2 * sums[best] + own[row]
            shrinks[k, best] = 1 / np.sqrt(np.maximum(squares[k, best], 1e-12))
            latest[k, best] = days[row]
            for other in range(first, row):
                sums[group[k, other]] = 0
        products[first:row] = 0
    return group
