"""Kernels over sparse rows: neighbours within a window, and how crowded each one's are.

Rows are those of a CSR matrix whose columns are numbered from the rarest term to the most
frequent, with sorted indices and unit (or zero) length.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.stories.kernels.counting import grown


class Rows(NamedTuple):
    """The arrays of a sparse matrix."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    data: NDArray[np.float32]
    n_columns: int


def rows_of(matrix: Any) -> Rows:
    """Hand a csr_array, or the columns of a csc_array, to the kernels."""
    n_columns = matrix.shape[1] if matrix.format == "csr" else matrix.shape[0]
    return Rows(matrix.indptr.astype(np.int64), matrix.indices, matrix.data, n_columns)


@njit(inline="always")
def _position(values, start, stop, wanted):
    """Binary search: the first of ``values[start:stop]`` that is not below ``wanted``."""
    while start < stop:
        middle = (start + stop) >> 1
        if values[middle] < wanted:
            start = middle + 1
        else:
            stop = middle
    return start


@njit(inline="always")
def _spread(row, rows, dense):
    for p in range(rows.indptr[row], rows.indptr[row + 1]):
        dense[rows.indices[p]] = rows.data[p]


@njit(inline="always")
def _clear(row, rows, dense):
    for p in range(rows.indptr[row], rows.indptr[row + 1]):
        dense[rows.indices[p]] = 0


@njit(inline="always")
def _product(row, rows, dense):
    return _product_on(rows.indptr[row], np.float32(0), row, rows, dense)


@njit(inline="always")
def _product_on(start, total, row, rows, dense):
    """Add the products from a place of the row on to those before it."""
    for p in range(start, rows.indptr[row + 1]):
        total += dense[rows.indices[p]] * rows.data[p]
    return total


@njit(cache=True, nogil=True)
def neighbors(
    first: int,
    last: int,
    whole: Rows,
    columns: Rows,
    lead: Rows,
    title: Rows,
    weights: NDArray[np.float64],
    oldest: NDArray[np.int64],
    n_telling: NDArray[np.int64],
    days: NDArray[np.float64],
    decay_days: float,
    unknown_gap: float,
    floor: float,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Find the pairs (i, j), ``oldest[i] <= j < i``, that are near in words and in time.

    Candidates are gathered over a row's rarer terms, its first ``n_telling[i]`` columns: a
    pair is one where these alone reach the floor after decay. Then the cosines are computed
    exactly, and their mean must reach it too.

    Parameters
    ----------
    first, last : int
        The range of rows i.
    whole, lead, title : Rows
        Of whole articles, their leads, their titles.
    columns : Rows
        The columns of ``whole``.
    weights : float64 array, shape (3,)
        Of the three cosines.
    oldest, n_telling : int64 arrays, shape (n,)
    days : float64 array, shape (n,)
    decay_days, unknown_gap, floor : float

    Returns
    -------
    left, right : int32 arrays
        Rows i and j, i ascending.
    similarity : float32 array
        Weighted sum of the cosines after decay.
    """
    n_rows = len(whole.indptr) - 1
    partial = np.zeros(n_rows, dtype=np.float32)
    touched = np.empty(n_rows, dtype=np.int32)
    dense_whole = np.zeros(whole.n_columns, dtype=np.float32)
    dense_lead = np.zeros(lead.n_columns, dtype=np.float32)
    dense_title = np.zeros(title.n_columns, dtype=np.float32)
    left = np.empty(1024, dtype=np.int32)
    right = np.empty(1024, dtype=np.int32)
    similarity = np.empty(1024, dtype=np.float32)
    n = 0
    for i in range(first, last):
        n_touched = 0
        for p in range(whole.indptr[i], whole.indptr[i + 1]):
            column = whole.indices[p]
            if column >= n_telling[i]:
                break
            end = columns.indptr[column + 1]
            at = _position(columns.indices, columns.indptr[column], end, oldest[i])
            while at < end and columns.indices[at] < i:
                j = columns.indices[at]
                if partial[j] == 0:
                    touched[n_touched] = j
                    n_touched += 1
                partial[j] += whole.data[p] * columns.data[at]
                at += 1
        _spread(i, whole, dense_whole)
        _spread(i, lead, dense_lead)
        _spread(i, title, dense_title)
        for k in range(n_touched):
            j = touched[k]
            shared = partial[j]
            partial[j] = 0
            if shared < floor:  # decay only lowers it: most candidates end here
                continue
            gap = days[i] - days[j]
            if np.isnan(gap):
                gap = unknown_gap
            kept = np.exp(-gap / decay_days)
            if shared * kept < floor:
                continue
            # the telling terms are in already, in the order in which a product adds them
            rest = _position(whole.indices, whole.indptr[j], whole.indptr[j + 1], n_telling[i])
            near = weights[0] * _product_on(rest, shared, j, whole, dense_whole)
            near += weights[1] * _product(j, lead, dense_lead)
            near += weights[2] * _product(j, title, dense_title)
            if near * kept >= floor:
                if n == len(left):
                    left, right = grown(left, n), grown(right, n)
                    similarity = grown(similarity, n)
                left[n] = i
                right[n] = j
                similarity[n] = near * kept
                n += 1
        _clear(i, whole, dense_whole)
        _clear(i, lead, dense_lead)
        _clear(i, title, dense_title)
    return left[:n].copy(), right[:n].copy(), similarity[:n].copy()


@njit(cache=True, nogil=True)
def products(
    left: NDArray[np.integer[Any]], right: NDArray[np.integer[Any]], rows: Rows
) -> NDArray[np.float32]:
    """Give the products of m pairs of rows, shape (m,); fastest where ``left`` is sorted."""
    found = np.zeros(len(left), dtype=np.float32)
    dense = np.zeros(rows.n_columns, dtype=np.float32)
    for k in range(len(left)):
        if k == 0 or left[k] != left[k - 1]:
            if k > 0:
                _clear(left[k - 1], rows, dense)
            _spread(left[k], rows, dense)
        found[k] = _product(right[k], rows, dense)
    return found


@njit(cache=True, nogil=True)
def crowding(
    n: int,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    similarity: NDArray[np.float32],
    rank: int,
) -> NDArray[np.float32]:
    """Give each row's similarity with its ``rank``-th nearest, 0 where it has fewer.

    It says how near an article is to anything much written about: two articles on a crowded
    topic are near whether or not they cover one event (local scaling, Zelnik-Manor & Perona
    2004; hubness, Radovanović et al. 2010).

    Returns
    -------
    float32 array, shape (n,)
    """
    nearest = np.zeros((n, rank), dtype=np.float32)  # of each row, descending
    for pair in range(len(left)):
        value = similarity[pair]
        for side in range(2):
            row = left[pair] if side == 0 else right[pair]
            at = rank - 1
            if value <= nearest[row, at]:
                continue
            while at > 0 and nearest[row, at - 1] < value:
                nearest[row, at] = nearest[row, at - 1]
                at -= 1
            nearest[row, at] = value
    return nearest[:, rank - 1].copy()
