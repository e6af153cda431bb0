"""The kernel that takes known beginnings and endings off texts."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.text.kernels import decode, entry_of
from pipeline.text.make_code_points import IGNORED
from pipeline.text.slices import end_of_ink, space_length


@njit(inline="always")
def _is_word(data: NDArray[np.uint8], at: int, stop: int, table: NDArray[np.uint32]) -> bool:
    """Tell whether the character at ``at`` is part of a word."""
    first = np.uint64(at)
    byte = data[first]
    point = np.uint32(byte)
    if byte >= 0x80:
        point, _ = decode(data, first, np.uint64(stop))
    return entry_of(table, point) > IGNORED


@njit(inline="always")
def _equal(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Tell whether two slices of one length are the same."""
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    return at == len(one)


@njit(inline="always")
def _without_endings(
    data: NDArray[np.uint8],
    begin: int,
    end: int,
    lines: NDArray[np.uint8],
    at: NDArray[np.int64],
    first: int,
    last: int,
    table: NDArray[np.uint32],
) -> int:
    """Give where a row ends when each of some lines was taken off once."""
    for line in range(first, last):
        cut = end - (at[line + 1] - at[line])
        if cut < begin or not _equal(lines[at[line] : at[line + 1]], data[cut:end]):
            continue
        before = max(cut - 1, begin)
        while before > begin and data[before] & 0xC0 == 0x80:
            before -= 1
        if cut == begin or not _is_word(data, before, cut, table):
            end = end_of_ink(data, begin, cut)
    return end


@njit(inline="always")
def _without_beginnings(
    data: NDArray[np.uint8],
    begin: int,
    end: int,
    lines: NDArray[np.uint8],
    at: NDArray[np.int64],
    first: int,
    last: int,
    table: NDArray[np.uint32],
) -> int:
    """Give where a row begins, likewise."""
    for line in range(first, last):
        cut = begin + (at[line + 1] - at[line])
        if cut > end or not _equal(lines[at[line] : at[line + 1]], data[begin:cut]):
            continue
        if cut < end and _is_word(data, cut, end, table):
            continue
        begin = cut
        length = np.int64(1)
        while begin < end and length > 0:
            length = space_length(data, begin, end)
            begin += length
    return begin


@njit(cache=True, nogil=True)
def find_affixes(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    groups: NDArray[np.int64],
    prefixes: tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]],
    suffixes: tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]],
    table: NDArray[np.uint32],
    rounds: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find where each row begins and ends without its group's lines; see `parts.known_ends`.

    Parameters
    ----------
    data, starts, stops : uint8 array; int64 arrays, shape (n_rows,)
        UTF-8 of each row.
    groups : int64 array, shape (n_rows,)
        The group of each.
    prefixes, suffixes : tuples of arrays
        Of `parts.Lines`.
    table : uint32 array, shape (TABLE_SIZE,)
        The code-point table.
    rounds : int
        How often the lines are gone through.

    Returns
    -------
    begins, ends : int64 arrays, shape (n_rows,)
    """
    begins, ends = starts.copy(), stops.copy()
    for row in range(len(starts)):
        group = groups[row]
        begin, end = starts[row], stops[row]
        lines, at, of = suffixes
        before, left = np.int64(-1), rounds
        while left > 0 and end != before:
            before, left = end, left - 1
            first, last = of[group], of[group + 1]
            end = _without_endings(data, begin, end, lines, at, first, last, table)
        lines, at, of = prefixes
        before, left = np.int64(-1), rounds
        while left > 0 and begin != before:
            before, left = begin, left - 1
            first, last = of[group], of[group + 1]
            begin = _without_beginnings(data, begin, end, lines, at, first, last, table)
        begins[row], ends[row] = begin, end
    return begins, ends
