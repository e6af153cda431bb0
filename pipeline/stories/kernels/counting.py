"""Kernels from tokens to sparse rows of term counts."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

BUCKETS = 1 << 24
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(40)
_HALF = np.uint64(32)
_DIGIT_BITS = 10
_DIGITS = 1 << _DIGIT_BITS
_DIGIT = np.uint64(_DIGITS - 1)


class Part(NamedTuple):
    """Terms of some rows, row after row."""

    terms: NDArray[np.int32]
    """Each once a row, in order of appearance."""
    counts: NDArray[np.float32]
    """How often each occurs in its row."""
    lengths: NDArray[np.int64]
    """Different terms of each row."""


@njit(inline="always")
def _bucket(token):
    """Feature hashing: the top 24 bits of a multiplicative mix (Weinberger et al. 2009)."""
    return (token * _MIX) >> _SHIFT


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
) -> tuple[NDArray[np.uint64], Part, Part, Part]:
    """Count the terms of rows ``first`` to ``last``, numbered in order of appearance.

    Parameters
    ----------
    first, last : int
        A range of ``rows``.
    titles, title_offsets, texts, text_offsets : arrays
        Token hashes of every article's title and text.
    rows : int64 array
    lead_words : int
        Words of the text that are its lead.
    numbers : int32 array, shape (BUCKETS,)
        The number, from 1, of each bucket seen; all zeros, before and after.

    Returns
    -------
    hashes : uint64 array, shape (n_terms,)
        The first token hash of each term.
    whole, lead, title : Part
        Of title and text, of title and lead, and of the title.
    """
    size, lead_size, title_size = 0, 0, 0
    for k in range(first, last):
        n_title = title_offsets[rows[k] + 1] - title_offsets[rows[k]]
        n_text = text_offsets[rows[k] + 1] - text_offsets[rows[k]]
        size += n_title + n_text
        lead_size += n_title + min(n_text, lead_words)
        title_size += n_title
    terms, counts = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.float32)
    lead_terms, lead_counts = np.empty(lead_size, np.int32), np.empty(lead_size, np.float32)
    title_terms, title_counts = np.empty(title_size, np.int32), np.empty(title_size, np.float32)
    lengths = np.empty(last - first, dtype=np.int64)
    lead_lengths = np.empty(last - first, dtype=np.int64)
    title_lengths = np.empty(last - first, dtype=np.int64)
    # room for as many terms as there are words: arrays that grow would more than double the time
    hashes = np.empty(size, dtype=np.uint64)
    place = np.empty(size, dtype=np.int64)  # 1 + where each term stands in terms
    n, n_lead, n_title, n_terms = 0, 0, 0, 0
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
            for p in range(start, stop):
                bucket = _bucket(values[p])
                term = numbers[bucket] - 1
                if term < 0:
                    term = n_terms
                    hashes[term], place[term] = values[p], 0
                    n_terms += 1
                    numbers[bucket] = n_terms
                at = place[term] - 1
                if at < begin:
                    at = n
                    terms[n], counts[n] = term, 0
                    n += 1
                    place[term] = n
                counts[at] += np.float32(1)
            length = n - begin
            if part == 0:
                title_terms[n_title : n_title + length] = terms[begin:n]
                title_counts[n_title : n_title + length] = counts[begin:n]
                n_title += length
                title_lengths[k - first] = length
            elif part == 1:
                lead_terms[n_lead : n_lead + length] = terms[begin:n]
                lead_counts[n_lead : n_lead + length] = counts[begin:n]
                n_lead += length
                lead_lengths[k - first] = length
        lengths[k - first] = n - begin
    for term in range(n_terms):
        numbers[_bucket(hashes[term])] = 0
    # no copies: of what is longer, the rest was never touched, and takes no memory
    return (
        hashes[:n_terms],
        Part(terms[:n], counts[:n], lengths),
        Part(lead_terms[:n_lead], lead_counts[:n_lead], lead_lengths),
        Part(title_terms[:n_title], title_counts[:n_title], title_lengths),
    )


@njit(cache=True, nogil=True)
def number_terms(
    hashes: NDArray[np.uint64], numbers: NDArray[np.int32]
) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Give one number to the same terms of several ranges, in order of appearance.

    Parameters
    ----------
    hashes : uint64 array, shape (n,)
        Those that `count_terms` gives, one range after another.
    numbers : int32 array, shape (BUCKETS,)
        All zeros, before and after.

    Returns
    -------
    distinct : uint64 array, shape (n_terms,)
        The first token hash of each term.
    number : int32 array, shape (n,)
        The place of each hash's term in ``distinct``.
    """
    distinct = np.empty(len(hashes), dtype=np.uint64)
    number = np.empty(len(hashes), dtype=np.int32)
    n = 0
    for k in range(len(hashes)):
        bucket = _bucket(hashes[k])
        if numbers[bucket] == 0:
            distinct[n] = hashes[k]
            n += 1
            numbers[bucket] = n
        number[k] = numbers[bucket] - 1
    for k in range(n):
        numbers[_bucket(distinct[k])] = 0
    return distinct[:n].copy(), number


@njit(cache=True, nogil=True)
def count_kept(
    first: int,
    last: int,
    indptr: NDArray[Any],
    indices: NDArray[Any],
    column: NDArray[np.int32],
    lengths: NDArray[np.int64],
) -> None:
    """Count the entries of each row of a CSR matrix whose column is not -1 in ``column``."""
    for row in range(first, last):
        length = 0
        for p in range(indptr[row], indptr[row + 1]):
            length += np.int64(column[indices[p]] >= 0)
        lengths[row] = length


@njit(inline="always")
def _by_upper_half(keys, room, counts, above):
    """Sort by upper halves, which are below ``above``: by radix (Knuth 1998, 5.2.5).

    A few hundred keys take a third of the time of a sort by comparisons.
    """
    shift = _HALF
    while above > 0:
        counts[:] = 0
        for key in keys:
            counts[((key >> shift) & _DIGIT) + np.uint64(1)] += 1
        for digit in range(_DIGITS):
            counts[digit + 1] += counts[digit]
        for key in keys:
            digit = (key >> shift) & _DIGIT
            room[counts[digit]] = key
            counts[digit] += 1
        keys, room = room, keys
        shift += np.uint64(_DIGIT_BITS)
        above >>= _DIGIT_BITS
    return keys


@njit(cache=True, nogil=True)
def sort_rows(
    first: int,
    last: int,
    indptr: NDArray[Any],
    indices: NDArray[Any],
    data: NDArray[np.float32],
    column: NDArray[np.int32],
    starts: NDArray[np.int64],
    columns: NDArray[np.int32],
    values: NDArray[np.float32],
) -> None:
    """Renumber the columns of a CSR matrix, and sort each row by them.

    Parameters
    ----------
    first, last : int
        The range of rows.
    indptr, indices, data : arrays
        Of the matrix.
    column : int32 array, shape (n_columns,)
        New number of each column, -1 where it is dropped.
    starts : int64 array, shape (n_rows + 1,)
        Where each row begins in what is written.
    columns, values : int32 and float32 arrays
        Written: new columns, ascending in each row, and what stands there.
    """
    longest = 0
    for row in range(first, last):
        longest = max(longest, indptr[row + 1] - indptr[row])
    keys = np.empty(longest, dtype=np.uint64)  # a column, and where it stands in its row
    room, counts = np.empty_like(keys), np.empty(_DIGITS + 1, dtype=np.int64)
    for row in range(first, last):
        length = 0
        for p in range(indptr[row], indptr[row + 1]):
            new = column[indices[p]]
            if new >= 0:
                keys[length] = (np.uint64(new) << _HALF) | np.uint64(p - indptr[row])
                length += 1
        sorted_keys = _by_upper_half(keys[:length], room[:length], counts, len(column))
        for k in range(length):
            columns[starts[row] + k] = sorted_keys[k] >> _HALF
            place = np.int64(sorted_keys[k] & np.uint64(0xFFFFFFFF))
            values[starts[row] + k] = data[indptr[row] + place]
