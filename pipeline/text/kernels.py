"""The tokenizer kernel: UTF-8 bytes to 64-bit token hashes, without a Python string.

A token is a run of letters and digits, folded by the code-point table. Its hash is the
cyclic polynomial of Cohen (1997, "Recursive hashing functions for n-grams"): rotate,
then exclusive-or with a random word a character; a zero hash means that no token has
begun. Scripts written without spaces give one token a pair of neighbouring characters.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.text.make_code_points import BIGRAM, IGNORED, SEPARATOR, TABLE_SIZE

_ROTATE = np.uint64(9)
_ROTATE_BACK = np.uint64(55)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_ZERO = np.uint64(0)
_ONE = np.uint64(1)


@njit(inline="always")
def _random_word(point):
    """Splitmix64 of a folded code point (Steele et al. 2014)."""
    z = (np.uint64(point) + np.uint64(1)) * _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


@njit(inline="always")
def _append(hashed, word):
    return ((hashed << _ROTATE) | (hashed >> _ROTATE_BACK)) ^ word


@njit(inline="always")
def _continued(data, i):
    return np.uint32(data[i]) & np.uint32(0x3F)


@njit(inline="always")
def _decode(data, i, stop):
    """Give the code point at byte ``i`` (0x80 or above) and its length in bytes."""
    lead = np.uint32(data[i])
    if lead < 0xE0 and i + _ONE < stop:
        return (lead & np.uint32(0x1F)) << np.uint32(6) | _continued(data, i + _ONE), _ONE + _ONE
    if lead < 0xF0 and i + np.uint64(2) < stop:
        return (
            (lead & np.uint32(0x0F)) << np.uint32(12)
            | _continued(data, i + _ONE) << np.uint32(6)
            | _continued(data, i + np.uint64(2))
        ), np.uint64(3)
    if i + np.uint64(3) < stop:
        return (
            (lead & np.uint32(0x07)) << np.uint32(18)
            | _continued(data, i + _ONE) << np.uint32(12)
            | _continued(data, i + np.uint64(2)) << np.uint32(6)
            | _continued(data, i + np.uint64(3))
        ), np.uint64(4)
    return np.uint32(0), _ONE


@njit(inline="always")
def _entry(table, point):
    if point < TABLE_SIZE:
        return table[point]
    return point | np.uint32(BIGRAM)


@njit(cache=True, nogil=True)
def ascii_words(table: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Give the random word of each ASCII byte, zero for separators; shape (128,)."""
    words = np.zeros(128, dtype=np.uint64)
    for byte in range(128):
        if table[byte] != SEPARATOR:
            words[byte] = _random_word(table[byte])
    return words


def most_tokens(n_bytes: int, n_rows: int) -> int:
    """Bound the places `tokenize_rows` writes: a token is at least a byte and its separator.

    Each row may close one token without a separator, and one store goes past the last.
    """
    return n_bytes // 2 + 2 * n_rows + 2


@njit(inline="always")
def _step(out, n, token, word):
    """Lengthen the token by a word, or close it where the word is zero.

    Without a branch: words end too irregularly for a processor to foresee. The token is
    written every time, and counted where it ends.
    """
    out[n] = token
    inside = _ZERO - np.uint64(word != _ZERO)  # all ones or zero
    n += np.uint64(token != _ZERO) & ~inside
    return n, _append(token, word) & inside


@njit(cache=True, nogil=True)
def tokenize_rows(
    first: int,
    last: int,
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    table: NDArray[np.uint32],
    ascii_table: NDArray[np.uint64],
    out: NDArray[np.uint64],
    counts: NDArray[np.int64],
) -> np.uint64:
    """Tokenize rows ``first`` to ``last`` of an Arrow string column.

    Parameters
    ----------
    first, last : int
        The range of rows.
    data : uint8 array
        UTF-8 bytes of the column.
    offsets : int64 array, shape (n_rows + 1,)
        Where each row's bytes begin.
    table : uint32 array, shape (TABLE_SIZE,)
        The code-point table.
    ascii_table : uint64 array, shape (128,)
        From `ascii_words`.
    out : uint64 array, of at least `most_tokens` places
        Written: token hashes of all rows of the range.
    counts : int64 array, shape (n_rows,)
        Written: tokens of each row of the range.

    Returns
    -------
    int
        How many tokens were written.
    """
    # every index is unsigned: a signed one would be checked for wrapping at each byte
    n = _ZERO
    for row in range(first, last):
        before = n
        i, stop = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        token = _ZERO  # hash of the word in progress
        previous = _ZERO  # random word of the ideograph before
        alone = False  # whether that ideograph stands in no bigram yet
        while i < stop:
            if data[i] < 0x80 and previous != _ZERO:
                out[n] = previous
                n += np.uint64(alone)
                previous = _ZERO
            while i < stop:
                byte = data[i]
                if byte >= 0x80:
                    break
                n, token = _step(out, n, token, ascii_table[byte])
                i += _ONE
            while i < stop and data[i] >= 0x80:
                point, length = _decode(data, i, stop)
                i += length
                entry = _entry(table, point)
                if entry == IGNORED:
                    continue
                word = _random_word(entry) if entry != SEPARATOR else _ZERO
                if entry < BIGRAM:
                    if previous != _ZERO:
                        out[n] = previous
                        n += np.uint64(alone)
                        previous = _ZERO
                    n, token = _step(out, n, token, word)
                else:
                    n, token = _step(out, n, token, _ZERO)
                    alone = previous == _ZERO
                    out[n] = _append(previous, word)
                    n += np.uint64(not alone)
                    previous = word
        n, _ = _step(out, n, token, _ZERO)
        if previous != _ZERO:
            out[n] = previous
            n += np.uint64(alone)
        counts[row] = n - before
    return n


@njit(cache=True, nogil=True)
def find_tokens(
    data: NDArray[np.uint8],
    start: int,
    stop: int,
    wanted: NDArray[np.uint64],
    table: NDArray[np.uint32],
) -> NDArray[np.int64]:
    """Find where each wanted token first stands in one text.

    Words only: a pair of ideographs is found as the two characters that form it.

    Parameters
    ----------
    data : uint8 array
        UTF-8 bytes.
    start, stop : int
        The text's bytes.
    wanted : uint64 array, shape (n,)
        Token hashes.
    table : uint32 array, shape (TABLE_SIZE,)
        The code-point table.

    Returns
    -------
    int64 array, shape (n, 2)
        First and last-plus-one byte of each wanted token; -1 where it does not occur.
    """
    spans = np.full((len(wanted), 2), -1, dtype=np.int64)
    i, last = np.uint64(start), np.uint64(stop)
    token = previous = _ZERO
    begin = end = previous_at = i
    missing = len(wanted)
    while i <= last and missing > 0:
        at = i
        entry = np.uint32(SEPARATOR)
        if i < last:
            if data[i] < 0x80:
                entry = table[data[i]]
                i += _ONE
            else:
                point, length = _decode(data, i, last)
                entry = _entry(table, point)
                i += length
        else:
            i += _ONE
        if entry == IGNORED:
            continue
        found = _ZERO
        if entry < BIGRAM and entry != SEPARATOR:
            if token == _ZERO:
                begin = at
            token = _append(token, _random_word(entry))
            end = i
        elif token != _ZERO:
            found = token
            token = _ZERO
        if found != _ZERO:
            missing -= _note(spans, wanted, found, begin, end)
        if entry >= BIGRAM:
            word = _random_word(entry)
            if previous != _ZERO:
                missing -= _note(spans, wanted, _append(previous, word), previous_at, i)
            else:
                missing -= _note(spans, wanted, word, at, i)
            previous = word
            previous_at = at
        else:
            previous = _ZERO
    return spans


@njit(inline="always")
def _note(spans, wanted, token, begin, end):
    """Record a token's place where it is wanted for the first time; count such places."""
    noted = 0
    for k in range(len(wanted)):
        if wanted[k] == token and spans[k, 0] < 0:
            spans[k, 0] = begin
            spans[k, 1] = end
            noted += 1
    return noted
