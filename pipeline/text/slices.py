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
