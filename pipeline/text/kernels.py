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
def _decode(data, i, stop):
    """Give the code point at byte ``i`` (0x80 or above) and its length in bytes."""
    lead = np.uint32(data[i])
    if lead < 0xE0 and i + 1 < stop:
        return (lead & np.uint32(0x1F)) << np.uint32(6) | np.uint32(data[i + 1] & 0x3F), 2
    if lead < 0xF0 and i + 2 < stop:
        return (
            (lead & np.uint32(0x0F)) << np.uint32(12)
            | np.uint32(data[i + 1] & 0x3F) << np.uint32(6)
            | np.uint32(data[i + 2] & 0x3F)
        ), 3
    if i + 3 < stop:
        return (
            (lead & np.uint32(0x07)) << np.uint32(18)
            | np.uint32(data[i + 1] & 0x3F) << np.uint32(12)
            | np.uint32(data[i + 2] & 0x3F) << np.uint32(6)
            | np.uint32(data[i + 3] & 0x3F)
        ), 4
    return np.uint32(0), 1


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


@njit(cache=True, nogil=True)
def tokenize_rows(
    first: int,
    last: int,
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    table: NDArray[np.uint32],
    ascii_table: NDArray[np.uint64],
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
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

    Returns
    -------
    hashes : uint64 array
        Token hashes of all rows of the range.
    counts : int64 array, shape (last - first,)
        Tokens a row.
    """
    # the shortest token is one byte and its separator; two spare places take the
    # unconditional store and the token that a row's end closes
    out = np.empty((offsets[last] - offsets[first]) // 2 + 2 * (last - first) + 2, dtype=np.uint64)
    counts = np.empty(last - first, dtype=np.int64)
    zero = np.uint64(0)
    n = 0
    for row in range(first, last):
        before = n
        i, stop = offsets[row], offsets[row + 1]
        token = zero  # hash of the word in progress
        previous = zero  # random word of the ideograph before
        alone = False  # whether that ideograph stands in no bigram yet
        while i < stop:
            byte = data[i]
            if byte < 0x80:
                if previous != zero:
                    if alone:
                        out[n] = previous
                        n += 1
                    previous = zero
                word = ascii_table[byte]
                # without a branch: words end too irregularly for a processor to foresee
                out[n] = token
                inside = word != zero
                n += np.int64((token != zero) & (not inside))
                token = _append(token, word) if inside else zero
                i += 1
                continue
            point, length = _decode(data, i, stop)
            i += length
            entry = _entry(table, point)
            if entry == IGNORED:
                continue
            if entry < BIGRAM and entry != SEPARATOR:
                token = _append(token, _random_word(entry))
            elif token != zero:
                out[n] = token
                n += 1
                token = zero
            if entry >= BIGRAM:
                word = _random_word(entry)
                if previous != zero:
                    out[n] = _append(previous, word)
                    n += 1
                alone = previous == zero
                previous = word
            else:
                if previous != zero and alone:
                    out[n] = previous
                    n += 1
                previous = zero
        if token != zero:
            out[n] = token
            n += 1
        if previous != zero and alone:
            out[n] = previous
            n += 1
        counts[row - first] = n - before
    return out[:n].copy(), counts


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
    zero = np.uint64(0)
    token = zero
    begin = end = start
    previous = zero
    previous_at = start
    i = start
    missing = len(wanted)
    while i <= stop and missing > 0:
        at = i
        entry = np.uint32(SEPARATOR)
        if i < stop:
            if data[i] < 0x80:
                entry = table[data[i]]
                i += 1
            else:
                point, length = _decode(data, i, stop)
                entry = _entry(table, point)
                i += length
        else:
            i += 1
        if entry == IGNORED:
            continue
        found = zero
        if entry < BIGRAM and entry != SEPARATOR:
            if token == zero:
                begin = at
            token = _append(token, _random_word(entry))
            end = i
        elif token != zero:
            found = token
            token = zero
        if found != zero:
            missing -= _note(spans, wanted, found, begin, end)
        if entry >= BIGRAM:
            word = _random_word(entry)
            if previous != zero:
                missing -= _note(spans, wanted, _append(previous, word), previous_at, i)
            else:
                missing -= _note(spans, wanted, word, at, i)
            previous = word
            previous_at = at
        else:
            previous = zero
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
