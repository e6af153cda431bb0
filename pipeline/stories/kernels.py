"""Kernels over tokens and sparse rows: term counts, windowed neighbours, pair cosines.

Sparse rows are those of a CSR matrix whose columns are numbered from the rarest term to
the most frequent, with sorted indices and unit (or zero) length rows.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

BUCKETS = 1 << 24
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(40)


@njit(inline="always")
def bucket(token):
    """Feature hashing: the top 24 bits of a multiplicative mix (Weinberger et al. 2009)."""
    return np.int32((token * _MIX) >> _SHIFT)


@njit(cache=True, nogil=True)
def smallest_hashes(
    tokens: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    rows: NDArray[np.int64],
    wanted: NDArray[np.int32],
    smallest: NDArray[np.uint64],
) -> None:
    """Lower ``smallest`` to the least token hash of each wanted bucket, over the given rows.

    Parameters
    ----------
    tokens, offsets : uint64 array; int64 array, shape (n_rows + 1,)
        Token hashes of every row.
    rows : int64 array
        Rows to look through.
    wanted : int32 array, shape (n,)
        Buckets, each once.
    smallest : uint64 array, shape (n,)
        Lowered in place.
    """
    place = np.full(BUCKETS, -1, dtype=np.int32)
    for k in range(len(wanted)):
        place[wanted[k]] = k
    for row in rows:
        for i in range(offsets[row], offsets[row + 1]):
            k = place[bucket(tokens[i])]
            if k >= 0 and tokens[i] < smallest[k]:
                smallest[k] = tokens[i]


@njit(cache=True, nogil=True)
def count_terms(
    first: int,
    last: int,
    titles: NDArray[np.uint64],
    title_offsets: NDArray[np.int64],
    texts: NDArray[np.uint64],
    text_offsets: NDArray[np.int64],
    rows: NDArray[np.int64],
    limit: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
    """Count the terms of each article's title and of the first ``limit`` tokens of its text.

    Returns
    -------
    terms : int32 array
        Buckets of rows ``first`` to ``last``, each once a row, in order of appearance.
    counts : float32 array
        How often each occurs.
    lengths : int64 array, shape (last - first,)
        Different terms of each row.
    """
    size = 0
    for k in range(first, last):
        row = rows[k]
        size += title_offsets[row + 1] - title_offsets[row]
        size += min(limit, text_offsets[row + 1] - text_offsets[row])
    terms = np.empty(size, dtype=np.int32)
    counts = np.empty(size, dtype=np.float32)
    lengths = np.empty(last - first, dtype=np.int64)
    place = np.zeros(BUCKETS, dtype=np.int32)  # 1 + where the bucket stands in terms
    n = 0
    for k in range(first, last):
        row = rows[k]
        begin = n
        for part in range(2):
            values = titles if part == 0 else texts
            start = title_offsets[row] if part == 0 else text_offsets[row]
            stop = title_offsets[row + 1] if part == 0 else text_offsets[row + 1]
            if part == 1:
                stop = start + min(limit, stop - start)
            for p in range(start, stop):
                term = bucket(values[p])
                at = place[term] - 1
                if at >= begin:
                    counts[at] += np.float32(1)
                else:
                    terms[n] = term
                    counts[n] = np.float32(1)
                    n += 1
                    place[term] = n
        lengths[k - first] = n - begin
    return terms[:n].copy(), counts[:n].copy(), lengths


@njit(cache=True, nogil=True)
def tail_norms(indptr: NDArray[np.int64], data: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give, at each entry of each row, the length of the row from there to its end."""
    norms = np.empty(len(data), dtype=np.float32)
    for row in range(len(indptr) - 1):
        total = 0.0
        for p in range(indptr[row + 1] - 1, indptr[row] - 1, -1):
            total += data[p] * data[p]
            norms[p] = np.sqrt(total)
    return norms


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
def _grown(array, n):
    larger = np.empty(2 * len(array), dtype=array.dtype)
    larger[:n] = array[:n]
    return larger


@njit(cache=True, nogil=True)
def neighbors(
    first: int,
    last: int,
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: NDArray[np.float32],
    tails: NDArray[np.float32],
    column_starts: NDArray[np.int64],
    column_rows: NDArray[np.int32],
    column_data: NDArray[np.float32],
    oldest: NDArray[np.int64],
    days: NDArray[np.float64],
    decay_days: float,
    unknown_gap: float,
    floor: float,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Find every pair (i, j), ``oldest[i] <= j < i``, whose decayed cosine reaches the floor.

    Prefix filtering (Bayardo et al. 2007, with the length bounds of Anastasiu & Karypis
    2014): candidates are gathered over a row's rarer terms, until what is left of the row
    is shorter than the floor and so cannot carry a pair alone (Cauchy-Schwarz). A
    candidate is dropped where its partial product plus the product of both remaining
    lengths stays below the floor; otherwise the rest is added exactly. Nothing is lost.

    Returns
    -------
    left, right : int32 arrays
        Rows i and j, i ascending.
    cosines : float32 array
        Without the decay.
    """
    partial = np.zeros(len(indptr) - 1, dtype=np.float32)
    touched = np.empty(len(indptr) - 1, dtype=np.int32)
    rest = np.zeros(len(column_starts) - 1, dtype=np.float32)
    left = np.empty(1024, dtype=np.int32)
    right = np.empty(1024, dtype=np.int32)
    cosines = np.empty(1024, dtype=np.float32)
    n = 0
    slack = np.float32(floor - 1e-5)  # the bounds are sums of rounded numbers
    for i in range(first, last):
        stop = indptr[i + 1]
        cut = indptr[i]
        n_touched = 0
        while cut < stop and oldest[i] < i and tails[cut] >= slack:
            column = indices[cut]
            weight = data[cut]
            end = column_starts[column + 1]
            at = _position(column_rows, column_starts[column], end, oldest[i])
            while at < end and column_rows[at] < i:
                j = column_rows[at]
                if partial[j] == 0:
                    touched[n_touched] = j
                    n_touched += 1
                partial[j] += weight * column_data[at]
                at += 1
            cut += 1
        remaining = tails[cut] if cut < stop else np.float32(0)
        for p in range(cut, stop):
            rest[indices[p]] = data[p]
        for k in range(n_touched):
            j = touched[k]
            cosine = partial[j]
            partial[j] = 0
            if cosine + remaining < slack:
                continue
            gap = days[i] - days[j]
            if np.isnan(gap):
                gap = unknown_gap
            needed = np.float32(floor * np.exp(gap / decay_days))
            if cosine + remaining < needed - np.float32(1e-5):
                continue
            if cut < stop:
                q = _position(indices, indptr[j], indptr[j + 1], indices[cut])
                if q < indptr[j + 1]:
                    if cosine + remaining * tails[q] < needed - np.float32(1e-5):
                        continue
                    for p in range(q, indptr[j + 1]):
                        cosine += rest[indices[p]] * data[p]
            if cosine >= needed:
                if n == len(left):
                    left, right, cosines = _grown(left, n), _grown(right, n), _grown(cosines, n)
                left[n] = i
                right[n] = j
                cosines[n] = cosine
                n += 1
        for p in range(cut, stop):
            rest[indices[p]] = 0
    return left[:n].copy(), right[:n].copy(), cosines[:n].copy()


@njit(cache=True, nogil=True)
def pair_cosines(
    first: int,
    last: int,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: NDArray[np.float32],
    n_columns: int,
) -> NDArray[np.float32]:
    """Multiply rows ``left[k]`` and ``right[k]``, for pairs with ``left`` ascending."""
    products = np.zeros(last - first, dtype=np.float32)
    row = np.zeros(n_columns, dtype=np.float32)
    current = -1
    for k in range(first, last):
        if left[k] != current:
            if current >= 0:
                for p in range(indptr[current], indptr[current + 1]):
                    row[indices[p]] = 0
            current = left[k]
            for p in range(indptr[current], indptr[current + 1]):
                row[indices[p]] = data[p]
        total = np.float32(0)
        for p in range(indptr[right[k]], indptr[right[k] + 1]):
            total += row[indices[p]] * data[p]
        products[k - first] = total
    return products
