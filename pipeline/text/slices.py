"""Kernels that cut pieces out of a column of UTF-8, and lay them side by side."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


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
        length, start, place = lengths[i], starts[i], places[i]
        out[place : place + length] = data[start : start + length]


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


@njit(cache=True, nogil=True)
def find_ink(
    data: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find where each row begins and ends without the white space around it, (n_rows,) each."""
    begins, ends = starts.copy(), stops.copy()
    for row in range(len(starts)):
        at, stop = starts[row], stops[row]
        length = np.int64(1)
        while at < stop and length > 0:
            length = _space_length(data, at, stop)
            at += length
        length = np.int64(1)
        while at < stop and length > 0:
            length = np.int64(0)
            for size in range(1, min(stop - at, 3) + 1):
                if _space_length(data, stop - size, stop) == size:
                    length = np.int64(size)
            stop -= length
        begins[row], ends[row] = at, stop
    return begins, ends


@njit(cache=True, nogil=True)
def find_rows_with(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    wanted: NDArray[np.uint8],
) -> NDArray[np.bool_]:
    """Tell which rows hold any of the ``wanted`` bytes, shape (n_rows,)."""
    found = np.zeros(len(starts), dtype=np.bool_)
    for row in range(len(starts)):
        for value in wanted:  # byte by byte wanted, so that each search vectorises
            hit = np.uint8(0)
            for byte in data[starts[row] : stops[row]]:
                hit |= np.uint8(byte == value)
            found[row] |= hit != 0
    return found
