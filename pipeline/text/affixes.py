"""The kernel that takes known beginnings and endings off texts."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.text.kernels import read_point
from pipeline.text.make_code_points import IGNORED
from pipeline.text.slices import end_of_ink, start_of_ink

_Lines = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]


@njit(inline="always")
def _is_word(data: NDArray[np.uint8], at: int, stop: int, table: NDArray[np.uint32]) -> bool:
    """Tell whether a character stands at ``at``, and is part of a word."""
    _, entry, _ = read_point(data, np.uint64(at), np.uint64(stop), table)
    return entry > IGNORED


@njit(inline="always")
def _equal(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Tell whether two slices of one length are the same."""
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    return at == len(one)


@njit(inline="always")
def _without_endings(
    data: NDArray[np.uint8], begin: int, end: int, known: _Lines, group: int, table: NDArray[Any]
) -> int:
    """Give where a row ends when each line of its group was taken off once."""
    lines, at, of = known
    for line in range(of[group], of[group + 1]):
        cut = end - (at[line + 1] - at[line])
        if cut < begin or not _equal(lines[at[line] : at[line + 1]], data[cut:end]):
            continue
        before = max(cut - 1, begin)
        while before > begin and data[before] & 0xC0 == 0x80:
            before -= 1
        if not _is_word(data, before, cut, table):
            end = end_of_ink(data, begin, cut)
    return end


@njit(inline="always")
def _without_beginnings(
    data: NDArray[np.uint8], begin: int, end: int, known: _Lines, group: int, table: NDArray[Any]
) -> int:
    """Give where a row begins, likewise."""
    lines, at, of = known
    for line in range(of[group], of[group + 1]):
        cut = begin + (at[line + 1] - at[line])
        if cut > end or not _equal(lines[at[line] : at[line + 1]], data[begin:cut]):
            continue
        if not _is_word(data, cut, end, table):
            begin = start_of_ink(data, cut, end)
    return begin


@njit(cache=True, nogil=True)
def find_affixes(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    groups: NDArray[np.int64],
    prefixes: _Lines,
    suffixes: _Lines,
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
        for _ in range(rounds):
            ends[row] = _without_endings(data, begins[row], ends[row], suffixes, groups[row], table)
        for _ in range(rounds):
            begins[row] = _without_beginnings(
                data, begins[row], ends[row], prefixes, groups[row], table
            )
    return begins, ends
