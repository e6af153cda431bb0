"""Kernels that cut pieces out of a column of UTF-8, and lay them side by side."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

_PRIME = np.uint64(0x100000001B3)
_BASIS = np.uint64(0xCBF29CE484222325)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(33)
_MAY_BREAK = np.zeros(256, dtype=np.bool_)
_MAY_BREAK[[0x0A, 0x21, 0x2E, 0x3F, 0xD8, 0xE3]] = True
"""Bytes with which a new line or a sign that ends a sentence begins."""


@njit(cache=True, nogil=True)
def copy_slices(
    first: int,
    last: int,
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    places: NDArray[np.int64],
    out: NDArray[np.uint8],
) -> None:
    """Copy ``lengths[i]`` bytes from ``data[starts[i]:]`` to ``out[places[i]:]``, for some i."""
    for i in range(first, last):
        source = data[starts[i] : starts[i] + lengths[i]]
        target = out[places[i] : places[i] + lengths[i]]
        for k in range(len(source)):  # which vectorises: numba's own copy of a slice does not
            target[k] = source[k]


@njit(cache=True, nogil=True)
def find_first_characters(
    data: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    """Find where the first ``n`` characters of each row end in ``data``, shape (n_rows,)."""
    ends = np.empty(len(starts), dtype=np.int64)
    for row in range(len(starts)):
        at = starts[row]
        left = n
        while at < stops[row]:
            left -= np.int64(data[at] & 0xC0 != 0x80)  # other bytes go on with a character
            if left < 0:
                break
            at += 1
        ends[row] = at
    return ends


@njit(cache=True, nogil=True)
def find_last_characters(
    data: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    """Find where the last ``n`` characters of each row begin in ``data``, shape (n_rows,)."""
    begins = np.empty(len(starts), dtype=np.int64)
    for row in range(len(starts)):
        at = stops[row]
        left = n
        while left > 0 and at > starts[row]:
            at -= 1
            left -= np.int64(data[at] & 0xC0 != 0x80)  # other bytes go on with a character
        begins[row] = at
    return begins


@njit(inline="always")
def _space_length(data: NDArray[np.uint8], at: int, stop: int) -> int:
    """Give the bytes of the white space that begins at ``at``; 0 where something else does."""
    byte = data[at]
    if byte < 0x80:
        return 1 if 0x09 <= byte <= 0x0D or 0x1C <= byte <= 0x20 else 0
    second = data[at + 1] if stop - at > 1 else np.uint8(0)
    third = data[at + 2] if stop - at > 2 else np.uint8(0)
    if byte == 0xC2:
        return 2 if second in (0x85, 0xA0) else 0
    if byte == 0xE2 and second == 0x80:
        return 3 if 0x80 <= third <= 0x8A or third in (0xA8, 0xA9, 0xAF) else 0
    if byte == 0xE2:
        return 3 if second == 0x81 and third == 0x9F else 0
    if byte == 0xE1:
        return 3 if second == 0x9A and third == 0x80 else 0
    return 3 if byte == 0xE3 and second == 0x80 and third == 0x80 else 0


@njit(inline="always")
def start_of_ink(data: NDArray[np.uint8], at: int, stop: int) -> int:
    """Give where ``data[at:stop]`` begins without the white space at its beginning."""
    length = np.int64(1)
    while at < stop and length > 0:
        length = _space_length(data, at, stop)
        at += length
    return at


@njit(inline="always")
def end_of_ink(data: NDArray[np.uint8], at: int, stop: int) -> int:
    """Give where ``data[at:stop]`` ends without the white space at its end."""
    length = np.int64(1)
    while at < stop and length > 0:
        length = np.int64(0)
        for size in range(1, min(stop - at, 3) + 1):
            if _space_length(data, stop - size, stop) == size:
                length = np.int64(size)
        stop -= length
    return stop


@njit(cache=True, nogil=True)
def find_ink(
    data: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find where each row begins and ends without the white space around it, (n_rows,) each."""
    begins, ends = starts.copy(), stops.copy()
    for row in range(len(starts)):
        begins[row] = start_of_ink(data, starts[row], stops[row])
        ends[row] = end_of_ink(data, begins[row], stops[row])
    return begins, ends


@njit(cache=True, nogil=True)
def find_bytes(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    wanted: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """Tell which of four bytes each row holds: bit ``k`` for ``wanted[k]``, shape (n_rows,)."""
    found = np.empty(len(starts), dtype=np.uint8)
    a, b, c, d = wanted[0], wanted[1], wanted[2], wanted[3]
    for row in range(len(starts)):
        # a bit each: where only a yes or no is wanted, LLVM makes no vectors of the loop
        in_a = in_b = in_c = in_d = np.uint8(0)
        for byte in data[starts[row] : stops[row]]:
            in_a |= np.uint8(byte == a)
            in_b |= np.uint8(byte == b)
            in_c |= np.uint8(byte == c)
            in_d |= np.uint8(byte == d)
        found[row] = in_a | in_b << 1 | in_c << 2 | in_d << 3
    return found


@njit(inline="always")
def _hash(data: NDArray[np.uint8], start: int, stop: int, seed: int) -> np.uint64:
    """Hash some bytes as FNV-1a does (Fowler et al. 1991), and mix what comes out."""
    key = _BASIS ^ (np.uint64(seed) * _MIX)
    for byte in data[start:stop]:
        key = (key ^ np.uint64(byte)) * _PRIME
    key = (key ^ (key >> _HALF)) * _MIX
    return key ^ (key >> _HALF)


@njit(cache=True, nogil=True)
def hash_slices(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    seeds: NDArray[np.int64],
) -> NDArray[np.uint64]:
    """Hash ``data[starts[i]:stops[i]]`` with ``seeds[i]``, shape (n,): equal where both are."""
    keys = np.empty(len(starts), dtype=np.uint64)
    for i in range(len(starts)):
        keys[i] = _hash(data, starts[i], stops[i], seeds[i])
    return keys


@njit(inline="always")
def _closing_length(data: NDArray[np.uint8], at: int, stop: int) -> int:
    """Give the bytes of the quote or bracket that closes at ``at``; 0 where something else is."""
    byte = data[at]
    if byte in (0x22, 0x27, 0x29, 0x5D):  # " ' ) ]
        return 1
    if byte == 0xC2 and stop - at > 1:
        return 2 if data[at + 1] == 0xBB else 0  # U+00BB
    if byte == 0xE2 and stop - at > 2 and data[at + 1] == 0x80:
        return 3 if data[at + 2] in (0x99, 0x9D) else 0  # U+2019, U+201D
    return 0


@njit(inline="always")
def _stop_length(data: NDArray[np.uint8], at: int, stop: int) -> int:
    """Give the bytes of the sign at ``at`` that ends a sentence; 0 where something else is."""
    byte = data[at]
    if byte in (0x21, 0x2E, 0x3F):  # ! . ?
        return 1
    if byte == 0xD8 and stop - at > 1:
        return 2 if data[at + 1] == 0x9F else 0  # U+061F
    if byte == 0xE3 and stop - at > 2:
        return 3 if data[at + 1] == 0x80 and data[at + 2] == 0x82 else 0  # U+3002
    return 0


@njit(inline="always")
def _break(data: NDArray[np.uint8], at: int, stop: int) -> tuple[int, int]:
    """Give where a part ends at ``at``, and where the next begins: at ``at`` where none ends."""
    end = at + _stop_length(data, at, stop)
    is_line = data[at] == 0x0A
    if end == at and not is_line:
        return at, at
    after = end + np.int64(is_line)
    length = np.int64(not is_line)
    while after < stop and length > 0:
        length = _closing_length(data, after, stop)
        after += length
    behind = start_of_ink(data, after, stop)
    return (end, behind) if behind > after or is_line else (at, at)


@njit(cache=True, nogil=True)
def find_parts(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    seeds: NDArray[np.int64],
    most: int,
    last: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
    """Find the first or last parts of rows, each different one of a row once.

    A part ends with its line, or behind the sign that ends a sentence where white space
    follows, with or without closing quotes and brackets between them. It is given without
    these, and without white space at its end.

    Parameters
    ----------
    data, starts, stops : uint8 array; int64 arrays, shape (n_rows,)
        UTF-8 of each row.
    seeds : int64 array, shape (n_rows,)
        Told apart by the keys.
    most : int
        Parts of each row.
    last : bool
        Its last ones, but never what it begins with; else its first ones, but never what it
        ends with.

    Returns
    -------
    rows, begins, ends : int64 arrays, shape (n,)
        The row of each part, and its place in ``data``.
    keys : uint64 array, shape (n,)
        Equal where part and seed are.
    """
    rows = np.empty(len(starts) * most, dtype=np.int64)
    begins, ends, keys = np.empty_like(rows), np.empty_like(rows), np.empty(len(rows), np.uint64)
    found = np.empty((most, 2), dtype=np.int64)
    n = 0
    for row in range(len(starts)):
        stop = stops[row]
        begin = at = starts[row]
        seen = 0
        while at < stop and (last or seen < most):
            if not _MAY_BREAK[data[at]]:
                at += 1
                continue
            end, after = _break(data, at, stop)
            if after == at:
                at += 1
                continue
            found[seen % most, 0], found[seen % most, 1] = begin, end
            seen += 1
            begin = at = after
        if last:
            found[seen % most, 0], found[seen % most, 1] = begin, stop
            seen += 1
        first = n
        for part in range(max(seen - most, 1) if last else 0, seen):
            begin = found[part % most, 0]
            end = end_of_ink(data, begin, found[part % most, 1])
            key = _hash(data, begin, end, seeds[row])
            rows[n], begins[n], ends[n], keys[n] = row, begin, end, key
            again = False
            for other in keys[first:n]:
                again |= other == key
            n += np.int64(not again)
    return rows[:n].copy(), begins[:n].copy(), ends[:n].copy(), keys[:n].copy()
