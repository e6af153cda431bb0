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
_NEAR = 0x800  # code points of one or two bytes: none of them is of a script without spaces
_NO_WORD = np.uint64(1)
_DIGIT_0, _DIGIT_9 = 0x30, 0x39  # to which digits of every script are folded
_BEFORE = 48
"""A number's context is the two words that end, at least, in so many characters before it,"""
_AFTER = 24
"""and the one that begins in so many behind it."""


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
    """Give the entry of a code point in the table of `make_code_points`."""
    if point < TABLE_SIZE:
        return table[point]
    return point | np.uint32(BIGRAM)


@njit(cache=True, nogil=True)
def near_words(table: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Give the random word of each code point that UTF-8 has one or two bytes for, (2048,).

    Zero for separators; `_NO_WORD` for what leaves no trace.
    """
    words = np.zeros(_NEAR, dtype=np.uint64)
    for point in range(_NEAR):
        if table[point] == IGNORED:
            words[point] = _NO_WORD
        elif table[point] != SEPARATOR:
            words[point] = _random_word(table[point])
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
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    table: NDArray[np.uint32],
    near: NDArray[np.uint64],
    out: NDArray[np.uint64],
    counts: NDArray[np.int64],
) -> np.uint64:
    """Tokenize rows of an Arrow string column.

    Parameters
    ----------
    data : uint8 array
        UTF-8 bytes of the column.
    starts, stops : int64 arrays, shape (n_rows,)
        Where each row's bytes begin and end.
    table : uint32 array, shape (TABLE_SIZE,)
        The code-point table.
    near : uint64 array, shape (2048,)
        From `near_words`.
    out : uint64 array, of at least `most_tokens` places
        Written: token hashes of all rows.
    counts : int64 array, shape (n_rows,)
        Written: tokens of each row.

    Returns
    -------
    int
        How many tokens were written.
    """
    # every index is unsigned: a signed one would be checked for wrapping at each byte
    n = _ZERO
    for row in range(len(starts)):
        before = n
        i, stop = np.uint64(starts[row]), np.uint64(stops[row])
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
                n, token = _step(out, n, token, near[byte])
                i += _ONE
            # words of two-byte letters and the single spaces between them, without a branch
            while previous == _ZERO and i + _ONE < stop:
                byte, second = data[i], data[i + _ONE]
                wide = byte >= 0xC0
                if byte >= 0xE0 or not (wide or (byte < 0x80 and second >= 0xC0)):
                    break
                pair = _ZERO - np.uint64(wide)  # all ones or zero
                point = np.uint64(byte) & ~(pair & np.uint64(0xE0))
                point = point << (pair & np.uint64(6)) | np.uint64(second) & pair & np.uint64(0x3F)
                i += _ONE + np.uint64(wide)
                word = near[point]
                if word != _NO_WORD:
                    n, token = _step(out, n, token, word)
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


@njit(inline="always")
def _ends_sentence(byte):
    """Tell whether the word after this byte may be capitalised for where it stands."""
    return byte in (0x21, 0x22, 0x2E, 0x3A, 0x3F, 0x0A)  # ! " . : ? and a new line


@njit(cache=True, nogil=True)
def find_terms(
    first: int,
    last: int,
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    wanted: NDArray[np.uint64],
    table: NDArray[np.uint32],
) -> NDArray[np.int64]:
    """Find where wanted words, and phrases of two, stand in each of some texts.

    A pair of ideographs is found as the two characters that form it.

    Parameters
    ----------
    first, last : int
        The range of rows.
    data, offsets : uint8, int64 arrays
        A string column of n rows.
    wanted : uint64 array, shape (n, k, 2)
        Token hashes of each row's terms: a word and zero, or two words; zeros for no term.
    table : uint32 array, shape (TABLE_SIZE,)
        The code-point table.

    Returns
    -------
    int64 array, shape (last - first, k, 2)
        First and last-plus-one byte in the row's text of the first place within a sentence,
        or else of the first place; -1 where it does not occur.
    """
    spans = np.full((last - first, wanted.shape[1], 2), -1, dtype=np.int64)
    inside = np.zeros(wanted.shape[1], dtype=np.bool_)
    for row in range(first, last):
        inside[:] = False
        place = spans[row - first]
        i, stop = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        start = i
        token = ideograph = pair = before = _ZERO
        begin = end = ideograph_at = pair_at = before_at = i
        opens = begins_sentence = before_opens = True
        while i <= stop:
            at = i
            entry = np.uint32(SEPARATOR)
            if i < stop and data[i] >= 0x80:
                point, length = _decode(data, i, stop)
                entry = _entry(table, point)
                i += length
            else:
                if i < stop:
                    entry = table[data[i]]
                    opens |= _ends_sentence(data[i])
                i += _ONE
            if entry == IGNORED:
                continue
            found = _ZERO
            if entry < BIGRAM and entry != SEPARATOR:
                if token == _ZERO:
                    begin, begins_sentence, opens = at, opens, False
                token = _append(token, _random_word(entry))
                end = i
            elif token != _ZERO:
                found, found_at, found_end, token = token, begin, end, _ZERO
            if found != _ZERO:
                _note(place, inside, wanted[row], before, before_at, before_opens, found,
                      found_at, found_end, begins_sentence, start)  # fmt: skip
                before, before_at, before_opens = found, found_at, begins_sentence
            if entry >= BIGRAM:
                word = _random_word(entry)
                found = _append(ideograph, word) if ideograph != _ZERO else word
                found_at = ideograph_at if ideograph != _ZERO else at
                _note(place, inside, wanted[row], pair, pair_at, False, found, found_at, i, False,
                      start)  # fmt: skip
                pair, pair_at = found if ideograph != _ZERO else _ZERO, found_at
                ideograph, ideograph_at, before = word, at, _ZERO
            else:
                ideograph = pair = _ZERO
    return spans


@njit(inline="always")
def _note(
    place, inside, wanted, before, before_at, before_opens, token, token_at, end, opens, start
):
    """Record where a word, or it and the one before, stand, if they are wanted there."""
    for k in range(len(wanted)):
        two = wanted[k, 1] != _ZERO
        if wanted[k, 1 if two else 0] != token or inside[k]:
            continue
        if two and (wanted[k, 0] != before or before == _ZERO):
            continue
        starts_sentence = before_opens if two else opens
        if place[k, 0] < 0 or not starts_sentence:
            place[k, 0] = (before_at if two else token_at) - start
            place[k, 1] = end - start
            inside[k] = not starts_sentence


@njit(inline="always")
def _mixed(z):
    """Splitmix64's finalizer: a bijection that spreads every bit."""
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


@njit(inline="always")
def _is_joint(point):
    """Tell what may stand between the digits of one number: . , / : - and their like."""
    return point in (0x2E, 0x2C, 0x2F, 0x3A, 0x2D, 0x2013, 0x066B, 0x066C)


@njit(inline="always")
def read_point(data, i, stop, table):
    """Give the code point at byte ``i``, its entry, and the next byte; a separator at the end."""
    if i >= stop:
        return np.uint32(0), np.uint32(SEPARATOR), i + _ONE
    if data[i] < 0x80:
        return np.uint32(data[i]), table[data[i]], i + _ONE
    point, length = _decode(data, i, stop)
    return point, _entry(table, point), i + length


@njit(cache=True, nogil=True)
def find_numbers(
    first: int,
    last: int,
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    table: NDArray[np.uint32],
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.int64]]:
    """Find the numbers of some texts, each with the words around it.

    A word has a letter in it; an ideograph is a word of its own. A number is digits of any
    script and what joins them; digits beside a letter are part of a word.

    Parameters
    ----------
    first, last : int
        The range of rows.
    data, offsets : uint8, int64 arrays
        A string column of n rows.
    table : uint32 array, shape (TABLE_SIZE,)
        The code-point table.

    Returns
    -------
    contexts, values : uint64 arrays
        Hashes of the words around each number, and of its digits; those of a row sorted,
        each pair once.
    counts : int64 array, shape (last - first,)
        Numbers of each row.
    """
    size = (offsets[last] - offsets[first]) // 2 + last - first + 1
    contexts = np.empty(size, dtype=np.uint64)
    values = np.empty(size, dtype=np.uint64)
    ends = np.empty(size, dtype=np.int64)  # in characters
    counts = np.zeros(last - first, dtype=np.int64)
    n = 0
    for row in range(first, last):
        begin = waiting = n  # numbers from ``waiting`` on have no word behind them yet
        older = newer = _ZERO  # the two words before, and where they end
        older_end = newer_end = -_BEFORE
        run = number = longer = around = _ZERO  # hashes of letters and digits, of the number
        run_at = number_end = at = 0
        digits_only = joined = False
        before = np.uint32(0)
        i, stop = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        while i <= stop:
            point, entry, i = read_point(data, i, stop, table)
            if entry == IGNORED:
                at += 1
                continue
            inside = entry != SEPARATOR and entry < BIGRAM
            if inside:
                digit = _DIGIT_0 <= entry <= _DIGIT_9
                if run == _ZERO:
                    run_at, digits_only = at, True
                    joined = number != _ZERO and number_end == at - 1 and _is_joint(before)
                    longer = number if joined else _ZERO
                digits_only &= digit
                run = _append(run, _random_word(entry))
                longer = _append(longer, _random_word(entry))
            elif run != _ZERO:
                if digits_only:
                    if number != _ZERO and not joined:
                        contexts[n], values[n], ends[n] = around, number, number_end
                        n += 1
                    if not joined:
                        near = older if run_at - older_end < _BEFORE else _ZERO
                        around = _mixed(near)
                        near = newer if run_at - newer_end < _BEFORE else _ZERO
                        around = _mixed(around + near)
                    number, number_end = longer, at
                else:
                    if number != _ZERO:
                        contexts[n], values[n], ends[n] = around, number, number_end
                        n, number = n + 1, _ZERO
                    while waiting < n:
                        near = run if run_at - ends[waiting] < _AFTER else _ZERO
                        contexts[waiting] = _mixed(contexts[waiting] + near)
                        waiting += 1
                    older, older_end, newer, newer_end = newer, newer_end, run, at
                run = _ZERO
            if entry >= BIGRAM:
                word = _random_word(entry)
                if number != _ZERO:
                    contexts[n], values[n], ends[n] = around, number, number_end
                    n, number = n + 1, _ZERO
                while waiting < n:
                    near = word if at - ends[waiting] < _AFTER else _ZERO
                    contexts[waiting] = _mixed(contexts[waiting] + near)
                    waiting += 1
                older, older_end, newer, newer_end = newer, newer_end, word, at + 1
            before = point
            at += 1
        if number != _ZERO:
            contexts[n], values[n] = around, number
            n += 1
        while waiting < n:
            contexts[waiting] = _mixed(contexts[waiting])
            waiting += 1
        n = begin + _sort_pairs(contexts[begin:n], values[begin:n])
        counts[row - first] = n - begin
    return contexts[:n].copy(), values[:n].copy(), counts


@njit(cache=True, nogil=True)
def find_names(
    first: int,
    last: int,
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    table: NDArray[np.uint32],
    upper: NDArray[np.bool_],
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.int64]]:
    """Find the names of some texts, each with the words around it.

    A name is capitalised words that follow each other, of which none begins a sentence. All
    numbers are one word here.

    Parameters
    ----------
    first, last : int
        The range of rows.
    data, offsets : uint8, int64 arrays
        A string column of n rows.
    table : uint32 array, shape (TABLE_SIZE,)
        The code-point table.
    upper : bool array, shape (TABLE_SIZE,)
        Which code points are capital letters.

    Returns
    -------
    contexts, values : uint64 arrays
        Hashes of the two words before each name and the one behind it, and of the name; those
        of a row sorted, each pair once.
    counts : int64 array, shape (last - first,)
        Names of each row.
    """
    size = (offsets[last] - offsets[first]) // 4 + last - first + 1
    contexts = np.empty(size, dtype=np.uint64)
    values = np.empty(size, dtype=np.uint64)
    counts = np.zeros(last - first, dtype=np.int64)
    n = 0
    for row in range(first, last):
        begin = n
        older = newer = name = word = _ZERO
        capital = digits_only = False
        opens = begins_sentence = True
        i, stop = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        while i <= stop:
            point, entry, i = read_point(data, i, stop, table)
            if entry == IGNORED:
                continue
            if entry != SEPARATOR:
                if word == _ZERO:
                    capital = point < TABLE_SIZE and upper[point]
                    digits_only, begins_sentence, opens = True, opens, False
                digits_only &= _DIGIT_0 <= entry <= _DIGIT_9
                word = _append(word, _random_word(entry))
            elif word != _ZERO:
                if capital and not begins_sentence:
                    name = _mixed(name) ^ word
                else:
                    word = _ONE if digits_only else word
                    if name != _ZERO:
                        contexts[n], values[n] = _mixed(_mixed(_mixed(older) + newer) + word), name
                        n, name = n + 1, _ZERO
                    older, newer = newer, word
                word = _ZERO
            opens |= _ends_sentence(point)
        if name != _ZERO:
            contexts[n], values[n] = _mixed(_mixed(_mixed(older) + newer)), name
            n += 1
        n = begin + _sort_pairs(contexts[begin:n], values[begin:n])
        counts[row - first] = n - begin
    return contexts[:n].copy(), values[:n].copy(), counts


@njit(cache=True, nogil=True)
def _sort_pairs(contexts, values):
    """Sort pairs, drop repeats, and give how many are left.

    By Shell's method (1959): NumPy's would take longer to compile than most texts to be read.
    """
    gap = len(contexts) // 2
    while gap > 0:
        for i in range(gap, len(contexts)):
            context, value, at = contexts[i], values[i], i
            while at >= gap and (
                contexts[at - gap] > context
                or (contexts[at - gap] == context and values[at - gap] > value)
            ):
                contexts[at], values[at] = contexts[at - gap], values[at - gap]
                at -= gap
            contexts[at], values[at] = context, value
        gap = 1 if gap == 2 else gap * 5 // 11
    kept = 0
    for i in range(len(contexts)):
        if kept and contexts[i] == contexts[kept - 1] and values[i] == values[kept - 1]:
            continue
        contexts[kept], values[kept] = contexts[i], values[i]
        kept += 1
    return kept
