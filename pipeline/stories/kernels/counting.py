"""Kernels from tokens to sparse rows of term counts."""

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


@njit(inline="always")
def grown(array, n):
    """Give a copy of ``array[:n]`` with room for as much again as ``array`` had."""
    larger = np.empty(2 * len(array), dtype=array.dtype)
    larger[:n] = array[:n]
    return larger


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
                        hashes = grown(hashes, n)
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
    NDArray[np.float32],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
]:
    """Count each article's terms, in title and text, in title and lead, and in the title.

    Returns
    -------
    terms : int32 array
        Terms of rows ``first`` to ``last``, each once a row, in order of appearance: those
        of the title come first, then those of the lead.
    counts : float32 array
        How often each occurs.
    in_lead : float32 array
        How often in the title or the first ``lead_words`` words of the text.
    in_title : float32 array
        How often in the title.
    lengths, lead_lengths, title_lengths : int64 arrays, shape (last - first,)
        Different terms of each row, of its lead, and of its title.
    """
    size = 0
    for k in range(first, last):
        row = rows[k]
        size += title_offsets[row + 1] - title_offsets[row]
        size += text_offsets[row + 1] - text_offsets[row]
    terms = np.empty(size, dtype=np.int32)
    counts = np.empty(size, dtype=np.float32)
    in_lead = np.empty(size, dtype=np.float32)
    in_title = np.empty(size, dtype=np.float32)
    lengths = np.empty(last - first, dtype=np.int64)
    lead_lengths = np.empty(last - first, dtype=np.int64)
    title_lengths = np.empty(last - first, dtype=np.int64)
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
                title_lengths[k - first] = n - begin
            else:
                start, stop = lead_end, text_offsets[row + 1]
                lead_lengths[k - first] = n - begin
            lead, title = np.float32(part < 2), np.float32(part < 1)
            for p in range(start, stop):
                term = numbers[_bucket(values[p])] - 1
                at = place[term] - 1
                if at < begin:
                    at = n
                    terms[n] = term
                    counts[n] = np.float32(0)
                    in_lead[n] = np.float32(0)
                    in_title[n] = np.float32(0)
                    n += 1
                    place[term] = n
                counts[at] += np.float32(1)
                in_lead[at] += lead
                in_title[at] += title
        lengths[k - first] = n - begin
    return (
        terms[:n].copy(),
        counts[:n].copy(),
        in_lead[:n].copy(),
        in_title[:n].copy(),
        lengths,
        lead_lengths,
        title_lengths,
    )


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
