"""Kernels over sparse rows: neighbours within a window, and how crowded each one's are.

Rows are those of a CSR matrix whose columns are numbered from the rarest term to the most
frequent, with sorted indices and unit (or zero) length.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.parallel import ranges, stream_ranges, thread_count
from pipeline.text import offsets_of

_STRETCH = 128
_ONE = np.uint64(1)
_ENTRY = np.dtype([("at", "<u4"), ("weight", "<f4")])


class Rows(NamedTuple):
    """A sparse matrix, row by row."""

    starts: NDArray[np.uint64]
    """First entry of each row, and the end of the last; without a sign, or kernels would ask of
    each place whether it counts from the end."""
    entries: NDArray[Any]
    """Column (``at``) and ``weight``: side by side, for the kernels wait for memory most."""
    n_columns: int


class Columns(NamedTuple):
    """The same, column by column."""

    starts: NDArray[np.uint64]
    entries: NDArray[Any]
    """Row (``at``) and ``weight``."""
    place: NDArray[np.uint32]
    """Where each entry of the rows is among those of the columns."""


def rows_of(matrix: Any) -> Rows:
    """Hand a csr_array to the kernels."""
    entries = _entries(matrix.indices, matrix.data)
    return Rows(matrix.indptr.astype(np.uint64), entries, matrix.shape[1])


def turned(rows: Rows, threads: int = 1) -> Columns:
    """Give the columns of a sparse matrix, each in the order of the rows.

    Room is taken by NumPy, which asks for large pages of memory; kernels read it at random.
    """
    cuts = ranges(rows.starts.astype(np.int64), thread_count(threads))
    sizes = np.array(list(stream_ranges(_column_sizes, cuts, threads, rows)), dtype=np.uint64)
    sizes = sizes.reshape(len(cuts), rows.n_columns)
    starts = offsets_of(sizes.sum(axis=0)).astype(np.uint64)
    free = starts[:-1] + np.cumsum(sizes, axis=0) - sizes  # where each range's entries begin
    entries, place = np.empty_like(rows.entries), np.empty(len(rows.entries), dtype=np.uint32)
    with ThreadPoolExecutor(max(len(cuts), 1)) as pool:
        list(pool.map(lambda cut, of: _turn(*cut, rows, of, entries, place), cuts, free))
    return Columns(starts, entries, place)


@njit(cache=True, nogil=True)
def _column_sizes(first: int, last: int, rows: Rows) -> NDArray[np.uint64]:
    """Count the entries of each column in some rows."""
    sizes = np.zeros(rows.n_columns, dtype=np.uint64)
    for p in range(rows.starts[first], rows.starts[last]):
        sizes[rows.entries[p].at] += _ONE
    return sizes


@njit(cache=True, nogil=True)
def _turn(
    first: int,
    last: int,
    rows: Rows,
    free: NDArray[np.uint64],
    entries: NDArray[Any],
    place: NDArray[np.uint32],
) -> None:
    """Write the entries of some rows to where each column is ``free``, and note their place."""
    for row in range(first, last):
        for p in range(rows.starts[row], rows.starts[row + 1]):
            at = free[rows.entries[p].at]
            free[rows.entries[p].at] += _ONE
            entries[at].at = row
            entries[at].weight = rows.entries[p].weight
            place[p] = at


def _entries(at: NDArray[np.int32], weight: NDArray[np.float32]) -> NDArray[Any]:
    entries = np.empty(len(at), dtype=_ENTRY)
    entries["at"], entries["weight"] = at, weight
    return entries


@njit(inline="always")
def _position(entries, start, stop, wanted):
    """Binary search: the first of ``entries[start:stop]`` that is not below ``wanted``."""
    while start < stop:
        middle = (start + stop) >> _ONE
        if entries[middle].at < wanted:
            start = middle + _ONE
        else:
            stop = middle
    return start


@njit(inline="always")
def _spread(row, rows, dense):
    for p in range(rows.starts[row], rows.starts[row + 1]):
        dense[rows.entries[p].at] = rows.entries[p].weight


@njit(inline="always")
def _clear(row, rows, dense):
    for p in range(rows.starts[row], rows.starts[row + 1]):
        dense[rows.entries[p].at] = 0


@njit(inline="always")
def _product(row, rows, dense):
    return _product_on(rows.starts[row], np.float32(0), row, rows, dense)


@njit(inline="always")
def _product_on(start, total, row, rows, dense):
    """Add the products from a place of the row on to those before it."""
    for p in range(start, rows.starts[row + 1]):
        total += dense[rows.entries[p].at] * rows.entries[p].weight
    return total


@njit(inline="always")
def _grown(array, n):
    """Give a copy of ``array[:n]`` with room for as much again as ``array`` had."""
    larger = np.empty(2 * len(array), dtype=array.dtype)
    larger[:n] = array[:n]
    return larger


@njit(inline="always")
def _reaching(values, start, stop, least, found):
    """Put the places of values that reach ``least`` into ``found``, ascending; give how many.

    They are few: whole stretches without any are passed over, several values an instruction.
    """
    n = 0
    while start < stop:
        stretch = values[start : min(start + _STRETCH, stop)]
        most = np.uint32(0)
        for value in stretch:
            most = max(most, value)
        if most >= least:
            for k in range(len(stretch)):
                if stretch[k] >= least:
                    found[n] = start + k
                    n += 1
        start += _STRETCH
    return n


@njit(cache=True, nogil=True)
def neighbors(
    first: int,
    last: int,
    whole: Rows,
    columns: Columns,
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
    columns : Columns
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
    n_rows = len(whole.starts) - 1
    partial = np.zeros(n_rows, dtype=np.float32)
    bits = partial.view(np.uint32)  # in the same order, of floats that are not negative
    reached = np.empty(n_rows, dtype=np.int64)
    dense_whole = np.zeros(whole.n_columns, dtype=np.float32)
    dense_lead = np.zeros(lead.n_columns, dtype=np.float32)
    dense_title = np.zeros(title.n_columns, dtype=np.float32)
    left = np.empty(1024, dtype=np.int32)
    right = np.empty(1024, dtype=np.int32)
    similarity = np.empty(1024, dtype=np.float32)
    least = np.array([floor], dtype=np.float32).view(np.uint32)[0]
    n = 0
    for i in range(first, last):
        since, n_rarer = np.uint32(oldest[i]), np.uint32(n_telling[i])
        for p in range(whole.starts[i], whole.starts[i + 1]):
            column, weight = whole.entries[p].at, whole.entries[p].weight
            if column >= n_rarer:
                break
            at, begin = np.uint64(columns.place[p]), columns.starts[column]
            while at > begin:
                at -= _ONE
                j = columns.entries[at].at
                if j < since:
                    break
                partial[j] += weight * columns.entries[at].weight
        n_reached = _reaching(bits, oldest[i], i, least, reached)  # decay only lowers it
        _spread(i, whole, dense_whole)
        _spread(i, lead, dense_lead)
        _spread(i, title, dense_title)
        for k in range(n_reached):
            j = reached[k]
            shared = partial[j]
            gap = days[i] - days[j]
            if np.isnan(gap):
                gap = unknown_gap
            kept = np.exp(-gap / decay_days)
            if shared * kept < floor:
                continue
            # the telling terms are in already, in the order in which a product adds them
            rest = _position(whole.entries, whole.starts[j], whole.starts[j + 1], n_rarer)
            near = weights[0] * _product_on(rest, shared, j, whole, dense_whole)
            near += weights[1] * _product(j, lead, dense_lead)
            near += weights[2] * _product(j, title, dense_title)
            if near * kept >= floor:
                if n == len(left):
                    left, right = _grown(left, n), _grown(right, n)
                    similarity = _grown(similarity, n)
                left[n] = i
                right[n] = j
                similarity[n] = near * kept
                n += 1
        partial[oldest[i] : i] = 0
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
