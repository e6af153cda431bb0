"""Kernels over tokens and sparse rows: term counts, and neighbours within a window.

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
def _bucket(token):
    """Feature hashing: the top 24 bits of a multiplicative mix (Weinberger et al. 2009)."""
    return (token * _MIX) >> _SHIFT


@njit(cache=True, nogil=True)
def number_terms(
    titles: NDArray[np.uint64],
    title_offsets: NDArray[np.int64],
    texts: NDArray[np.uint64],
    text_offsets: NDArray[np.int64],
    rows: NDArray[np.int64],
    numbers: NDArray[np.int32],
) -> NDArray[np.uint64]:
    """Give numbers, from 1, to the terms of some rows in order of appearance.

    Parameters
    ----------
    titles, title_offsets, texts, text_offsets : arrays
        Token hashes of every article's title and text.
    rows : int64 array
        Rows to look through.
    numbers : int32 array, shape (BUCKETS,)
        All zeros; written: the number of each bucket that occurs. See `forget_terms`.

    Returns
    -------
    uint64 array, shape (n_terms,)
        The first token hash of each term.
    """
    hashes = np.empty(1024, dtype=np.uint64)
    n = 0
    for row in rows:
        for part in range(2):
            values = titles if part == 0 else texts
            offsets = title_offsets if part == 0 else text_offsets
            for p in range(offsets[row], offsets[row + 1]):
                bucket = _bucket(values[p])
                if numbers[bucket] == 0:
                    if n == len(hashes):
                        hashes = _grown(hashes, n)
                    hashes[n] = values[p]
                    n += 1
                    numbers[bucket] = n
    return hashes[:n].copy()


@njit(cache=True, nogil=True)
def forget_terms(hashes: NDArray[np.uint64], numbers: NDArray[np.int32]) -> None:
    """Set the numbers of these terms back to zero."""
    for k in range(len(hashes)):
        numbers[_bucket(hashes[k])] = 0


@njit(cache=True, nogil=True)
def count_terms(
    first: int,
    last: int,
    titles: NDArray[np.uint64],
    title_offsets: NDArray[np.int64],
    texts: NDArray[np.uint64],
    text_offsets: NDArray[np.int64],
    rows: NDArray[np.int64],
    lead_words: int,
    numbers: NDArray[np.int32],
    n_terms: int,
) -> tuple[
    NDArray[np.int32],
    NDArray[np.float32],
    NDArray[np.float32],
    NDArray[np.int64],
    NDArray[np.int64],
]:
    """Count each article's terms, in title and text and in title and lead.

    Returns
    -------
    terms : int32 array
        Terms of rows ``first`` to ``last``, each once a row, in order of appearance: those
        of the lead come first.
    counts : float32 array
        How often each occurs.
    in_lead : float32 array
        How often in the title or the first ``lead_words`` words of the text.
    lengths, lead_lengths : int64 arrays, shape (last - first,)
        Different terms of each row, and of its lead.
    """
    size = 0
    for k in range(first, last):
        row = rows[k]
        size += title_offsets[row + 1] - title_offsets[row]
        size += text_offsets[row + 1] - text_offsets[row]
    terms = np.empty(size, dtype=np.int32)
    counts = np.empty(size, dtype=np.float32)
    in_lead = np.empty(size, dtype=np.float32)
    lengths = np.empty(last - first, dtype=np.int64)
    lead_lengths = np.empty(last - first, dtype=np.int64)
    place = np.zeros(n_terms, dtype=np.int64)  # 1 + where the term stands in terms
    n = 0
    for k in range(first, last):
        row = rows[k]
        begin = n
        lead_end = min(text_offsets[row] + lead_words, text_offsets[row + 1])
        for part in range(3):
            values = titles if part == 0 else texts
            if part == 0:
                start, stop = title_offsets[row], title_offsets[row + 1]
            elif part == 1:
                start, stop = text_offsets[row], lead_end
            else:
                start, stop = lead_end, text_offsets[row + 1]
                lead_lengths[k - first] = n - begin
            lead = np.float32(part < 2)
            for p in range(start, stop):
                term = numbers[_bucket(values[p])] - 1
                at = place[term] - 1
                if at < begin:
                    at = n
                    terms[n] = term
                    counts[n] = np.float32(0)
                    in_lead[n] = np.float32(0)
                    n += 1
                    place[term] = n
                counts[at] += np.float32(1)
                in_lead[at] += lead
        lengths[k - first] = n - begin
    return terms[:n].copy(), counts[:n].copy(), in_lead[:n].copy(), lengths, lead_lengths


@njit(cache=True, nogil=True)
def by_column(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: NDArray[np.float32],
    column: NDArray[np.int32],
    starts: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Turn a CSR matrix into a CSC matrix whose columns are renumbered.

    Parameters
    ----------
    indptr, indices, data : arrays
        Of the CSR matrix.
    column : int32 array, shape (n_columns,)
        New number of each column, -1 where it is dropped.
    starts : int64 array, shape (n_kept + 1,)
        Where each new column begins.

    Returns
    -------
    rows : int32 array
        Ascending within each column.
    values : float32 array
    """
    at = starts[:-1].copy()
    rows = np.empty(starts[-1], dtype=np.int32)
    values = np.empty(starts[-1], dtype=np.float32)
    for row in range(len(indptr) - 1):
        for p in range(indptr[row], indptr[row + 1]):
            new = column[indices[p]]
            if new >= 0:
                rows[at[new]] = row
                values[at[new]] = data[p]
                at[new] += 1
    return rows, values


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


@njit(inline="always")
def _spread(row, indptr, indices, data, dense):
    for p in range(indptr[row], indptr[row + 1]):
        dense[indices[p]] = data[p]


@njit(inline="always")
def _clear(row, indptr, indices, dense):
    for p in range(indptr[row], indptr[row + 1]):
        dense[indices[p]] = 0


@njit(inline="always")
def _product(row, indptr, indices, data, dense):
    total = np.float32(0)
    for p in range(indptr[row], indptr[row + 1]):
        total += dense[indices[p]] * data[p]
    return total


@njit(cache=True, nogil=True)
def neighbors(
    first: int,
    last: int,
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: NDArray[np.float32],
    column_starts: NDArray[np.int64],
    column_rows: NDArray[np.int32],
    column_data: NDArray[np.float32],
    lead_indptr: NDArray[np.int64],
    lead_indices: NDArray[np.int32],
    lead_data: NDArray[np.float32],
    n_lead_columns: int,
    oldest: NDArray[np.int64],
    n_telling: NDArray[np.int64],
    days: NDArray[np.float64],
    decay_days: float,
    unknown_gap: float,
    lead_weight: float,
    floor: float,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Find the pairs (i, j), ``oldest[i] <= j < i``, that are near in words and in time.

    Candidates are gathered over a row's rarer terms, its first ``n_telling[i]`` columns: a
    pair is one where these alone reach the floor after decay. Then both cosines are
    computed exactly, and their mean must reach it too.

    Returns
    -------
    left, right : int32 arrays
        Rows i and j, i ascending.
    similarity : float32 array
        Weighted mean of the cosines of whole texts and of leads, after decay.
    """
    n_rows = len(indptr) - 1
    partial = np.zeros(n_rows, dtype=np.float32)
    touched = np.empty(n_rows, dtype=np.int32)
    whole = np.zeros(len(column_starts) - 1, dtype=np.float32)
    lead = np.zeros(n_lead_columns, dtype=np.float32)
    left = np.empty(1024, dtype=np.int32)
    right = np.empty(1024, dtype=np.int32)
    similarity = np.empty(1024, dtype=np.float32)
    n = 0
    for i in range(first, last):
        n_touched = 0
        for p in range(indptr[i], indptr[i + 1]):
            column = indices[p]
            if column >= n_telling[i]:
                break
            end = column_starts[column + 1]
            at = _position(column_rows, column_starts[column], end, oldest[i])
            while at < end and column_rows[at] < i:
                j = column_rows[at]
                if partial[j] == 0:
                    touched[n_touched] = j
                    n_touched += 1
                partial[j] += data[p] * column_data[at]
                at += 1
        _spread(i, indptr, indices, data, whole)
        _spread(i, lead_indptr, lead_indices, lead_data, lead)
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
            near = (1 - lead_weight) * _product(j, indptr, indices, data, whole)
            near += lead_weight * _product(j, lead_indptr, lead_indices, lead_data, lead)
            if near * kept >= floor:
                if n == len(left):
                    left, right = _grown(left, n), _grown(right, n)
                    similarity = _grown(similarity, n)
                left[n] = i
                right[n] = j
                similarity[n] = near * kept
                n += 1
        _clear(i, indptr, indices, whole)
        _clear(i, lead_indptr, lead_indices, lead)
    return left[:n].copy(), right[:n].copy(), similarity[:n].copy()
