"""Kernels of the line model: what is counted of each line, and the best path over a page."""

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.clean.page.characters import (
    BULLET,
    CLOSE,
    COMMA,
    DIGIT,
    IDEOGRAPH,
    LETTER,
    MARK,
    OTHER,
    SIZE,
    SPACE,
    STOP,
    UPPER,
)

CHARS: Final = 0
WORDS: Final = 1
UPPERS: Final = 2
DIGITS: Final = 3
CAPITALS: Final = 4  # words that begin with a capital
STOPS: Final = 5  # ends of sentences
COMMAS: Final = 6
SYMBOLS: Final = 7
IDEOGRAPHS: Final = 8
ENDS: Final = 9  # class of the last character that is no closing quote
BEGINS: Final = 10  # class of the first character
LETTERS: Final = 11
COUNTS: Final = 12
"""Columns of what is counted; behind them stands one a vocabulary."""

_FNV: Final = np.uint64(0x100000001B3)
_SEED: Final = np.uint64(0xCBF29CE484222325)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


@njit(inline="always")
def _decode(data, i, stop):
    """Give the code point at byte ``i``, and where the next begins."""
    lead = data[i]
    if lead < 0x80:
        return np.uint32(lead), i + 1
    if lead < 0xE0 and i + 1 < stop:
        return np.uint32(lead & 0x1F) << 6 | np.uint32(data[i + 1] & 0x3F), i + 2
    if lead < 0xF0 and i + 2 < stop:
        return (
            np.uint32(lead & 0x0F) << 12
            | np.uint32(data[i + 1] & 0x3F) << 6
            | np.uint32(data[i + 2] & 0x3F)
        ), i + 3
    return np.uint32(0xFFFD), min(i + 4, stop)


@njit(cache=True, nogil=True)
def hash_words(data: NDArray[np.uint8], lower: NDArray[np.uint16]) -> np.uint64:
    """Hash one phrase as `count_lines` hashes one or two neighbouring words."""
    whole = np.uint64(0)
    word = _SEED
    i = 0
    while i <= len(data):
        point, i = _decode(data, i, len(data)) if i < len(data) else (np.uint32(0x20), i + 1)
        if point == 0x20:
            whole = word if whole == 0 else (whole * _MIX) ^ word
            word = _SEED
        else:
            word = (word ^ np.uint64(lower[point])) * _FNV
    return whole


@njit(inline="always")
def _is_newline(point):
    return point == 0x0A or point == 0x0D or point == 0x2028


@njit(inline="always")
def _find(table, wanted):
    """Look a hash up in an open-addressing table; give its vocabulary, or -1."""
    mask = np.uint64(len(table) - 1)
    at = (wanted * _MIX) & mask
    while table[at, 0] != 0:
        if table[at, 0] == wanted:
            return np.int64(table[at, 1])
        at = (at + np.uint64(1)) & mask
    return np.int64(-1)


@njit(cache=True, nogil=True)
def fill_table(
    hashes: NDArray[np.uint64], kinds: NDArray[np.int64], table: NDArray[np.uint64]
) -> None:
    """Enter hashes of phrases, each with its vocabulary, into an empty table."""
    mask = np.uint64(len(table) - 1)
    for k in range(len(hashes)):
        at = (hashes[k] * _MIX) & mask
        while table[at, 0] != 0 and table[at, 0] != hashes[k]:
            at = (at + np.uint64(1)) & mask
        table[at, 0] = hashes[k]
        table[at, 1] = np.uint64(kinds[k])


@njit(cache=True, nogil=True)
def count_lines(
    data: NDArray[np.uint8],
    first: int,
    last: int,
    kinds: NDArray[np.uint8],
    lower: NDArray[np.uint16],
    table: NDArray[np.uint64],
    spans: NDArray[np.int64],
    counts: NDArray[np.float32],
    hashes: NDArray[np.uint64],
) -> int:
    """Cut one page into its lines that are not blank, and count what each holds.

    Parameters
    ----------
    data : uint8 array
        UTF-8 bytes.
    first, last : int
        The page's bytes.
    kinds, lower : arrays, shape (SIZE,)
        From `characters.tables`.
    table : uint64 array, shape (2**k, 2)
        Vocabularies, from `fill_table`.
    spans : int64 array, shape (most lines, 2)
        Written: first and last-plus-one byte of each line, without blanks around it.
    counts : float32 array, shape (most lines, COUNTS + vocabularies)
        Written.
    hashes : uint64 array, shape (most lines,)
        Written: of each line's letters and digits.

    Returns
    -------
    int
        How many lines were written.
    """
    n = 0
    i = first
    while i < last:
        begin = end = np.int64(-1)
        begins = ends = np.uint8(SPACE)
        chars = letters = uppers = digits = ideographs = stops = commas = symbols = 0
        words = capitals = 0
        line = _SEED
        word = before = np.uint64(0)
        length = 0
        capital = False
        counts[n, COUNTS:] = 0
        while True:
            at = i
            if i < last:
                point, i = _decode(data, i, last)
            else:
                point, i = np.uint32(0x0A), last + 1
            kind = np.uint8(OTHER) if point >= SIZE else kinds[point]
            if LETTER <= kind <= MARK:
                folded = np.uint64(lower[point])
                if length == 0:
                    word = _SEED
                    capital = kind == UPPER
                word = (word ^ folded) * _FNV
                line = (line ^ folded) * _FNV
                length += 1
                letters += 1
                if kind != LETTER:
                    uppers += kind == UPPER
                    digits += kind == DIGIT
                    ideographs += kind == IDEOGRAPH
            elif length > 0 and point != 0x27 and point != 0x2019:
                words += 1
                capitals += capital
                found = _find(table, word)
                if found >= 0:
                    counts[n, COUNTS + found] += 1
                if before != 0:
                    found = _find(table, (before * _MIX) ^ word)
                    if found >= 0:
                        counts[n, COUNTS + found] += 1
                before = word
                length = 0
            if kind != SPACE:
                if begin < 0:
                    begin = at
                    begins = kind
                end = i
                chars += 1
                if kind != CLOSE:
                    ends = kind
                if kind > MARK:
                    stops += kind == STOP
                    commas += kind == COMMA
                    symbols += kind == BULLET or kind == OTHER
            elif _is_newline(point):
                break
        if begin >= 0:
            row = counts[n]
            row[CHARS], row[WORDS], row[CAPITALS] = chars, words, capitals
            row[LETTERS], row[UPPERS], row[DIGITS] = letters - digits, uppers, digits
            row[IDEOGRAPHS], row[STOPS], row[COMMAS] = ideographs, stops, commas
            row[SYMBOLS], row[BEGINS], row[ENDS] = symbols, begins, ends
            spans[n, 0] = begin
            spans[n, 1] = end
            hashes[n] = line
            n += 1
    return n


@njit(cache=True, nogil=True)
def hash_lines(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    lower: NDArray[np.uint16],
    hashes: NDArray[np.uint64],
    starts: NDArray[np.int64],
) -> None:
    """Hash the lines of pages as `count_lines` does, and count nothing.

    Parameters
    ----------
    data : uint8 array
        UTF-8 bytes of all pages.
    offsets : int64 array, shape (n_pages + 1,)
        Where each page's bytes begin.
    kinds, lower : arrays, shape (SIZE,)
        From `characters.tables`.
    hashes : uint64 array, shape (most lines,)
        Written.
    starts : int64 array, shape (n_pages + 1,)
        Written: first line of each page, and behind the last.
    """
    n = 0
    starts[0] = 0
    for page in range(len(offsets) - 1):
        i, last = offsets[page], offsets[page + 1]
        while i < last:
            line = _SEED
            blank = True
            while i < last:
                point, i = _decode(data, i, last)
                kind = np.uint8(OTHER) if point >= SIZE else kinds[point]
                if LETTER <= kind <= MARK:
                    line = (line ^ np.uint64(lower[point])) * _FNV
                if kind != SPACE:
                    blank = False
                elif _is_newline(point):
                    break
            if not blank:
                hashes[n] = line
                n += 1
        starts[page + 1] = n


@njit(cache=True, nogil=True)
def count_pages(
    hashes: NDArray[np.uint64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Count on how many pages each line stands.

    Parameters
    ----------
    hashes : uint64 array, shape (n,)
    starts : int64 array, shape (n_pages + 1,)
        First line of each page.

    Returns
    -------
    distinct : uint64 array, shape (k,)
        In the order in which they first stand.
    pages : int64 array, shape (k,)
    """
    size = 4
    while size < 2 * len(hashes):
        size *= 2
    mask = np.uint64(size - 1)
    place = np.full(size, -1, np.int64)
    distinct = np.empty(len(hashes), np.uint64)
    pages = np.zeros(len(hashes), np.int64)
    latest = np.empty(len(hashes), np.int64)
    k = 0
    for page in range(len(starts) - 1):
        for i in range(starts[page], starts[page + 1]):
            at = ((hashes[i] * _MIX) >> np.uint64(20)) & mask
            while place[at] >= 0 and distinct[place[at]] != hashes[i]:
                at = (at + np.uint64(1)) & mask
            if place[at] < 0:
                place[at] = k
                distinct[k] = hashes[i]
                latest[k] = -1
                k += 1
            if latest[place[at]] != page:
                latest[place[at]] = page
                pages[place[at]] += 1
    return distinct[:k], pages[:k]


@njit(cache=True, nogil=True)
def packed(data: NDArray[np.uint8], spans: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Copy lines one behind the other, a newline between them."""
    size = len(spans) - 1
    for i in range(len(spans)):
        size += spans[i, 1] - spans[i, 0]
    out = np.empty(size, np.uint8)
    at = 0
    for i in range(len(spans)):
        if i:
            out[at] = 0x0A
            at += 1
        for k in range(spans[i, 0], spans[i, 1]):
            out[at] = data[k]
            at += 1
    return out


@njit(cache=True, nogil=True)
def repeats(
    hashes: NDArray[np.uint64], starts: NDArray[np.int64], out: NDArray[np.float32]
) -> None:
    """Count how often each line stands on its own page.

    Parameters
    ----------
    hashes : uint64 array, shape (n,)
    starts : int64 array, shape (n_pages + 1,)
        First line of each page.
    out : float32 array, shape (n,)
        Written.
    """
    for page in range(len(starts) - 1):
        a, b = starts[page], starts[page + 1]
        order = np.argsort(hashes[a:b])
        i = 0
        while i < b - a:
            j = i
            while j < b - a and hashes[a + order[j]] == hashes[a + order[i]]:
                j += 1
            for k in range(i, j):
                out[a + order[k]] = j - i
            i = j


@njit(cache=True, nogil=True, fastmath={"reassoc"})
def weighed(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Multiply features, shape (n, f), by weights, shape (k, f); give shape (n, k).

    A product of NumPy's would wake a thread on every core for matrices as narrow as these.
    """
    found = np.empty((len(values), len(weights)))
    for i in range(len(values)):
        for k in range(len(weights)):
            total = 0.0
            for f in range(values.shape[1]):
                total += values[i, f] * weights[k, f]
            found[i, k] = total
    return found


@njit(cache=True, nogil=True)
def best_paths(
    emissions: NDArray[np.float64],
    changes: NDArray[np.float64],
    starts: NDArray[np.int64],
    change_of: NDArray[np.int64],
    path: NDArray[np.int8],
) -> None:
    """Find each page's best sequence of states (Viterbi 1967).

    A page begins above or in its body, and does not end in noise.

    Parameters
    ----------
    emissions : float64 array, shape (n, n_states)
        Score of each line in each state.
    changes : float64 array, shape (n, n_changes)
        Score of each change of state at each line.
    starts : int64 array, shape (n_pages + 1,)
        First line of each page.
    change_of : int64 array, shape (n_states, n_states)
        Column in ``changes`` of each change; -1 where it cannot be.
    path : int8 array, shape (n,)
        Written: the state of each line.
    """
    n_states = emissions.shape[1]
    longest = 0
    for page in range(len(starts) - 1):
        longest = max(longest, starts[page + 1] - starts[page])
    back = np.empty((longest, n_states), dtype=np.int8)
    score = np.empty(n_states)
    following = np.empty(n_states)
    for page in range(len(starts) - 1):
        a, b = starts[page], starts[page + 1]
        if a == b:
            continue
        for s in range(n_states):
            score[s] = emissions[a, s] if s < 2 else -np.inf
        for i in range(a + 1, b):
            for s in range(n_states):
                best, best_from = score[s], s
                for r in range(n_states):
                    x = change_of[r, s]
                    if x >= 0 and score[r] + changes[i, x] > best:
                        best, best_from = score[r] + changes[i, x], r
                following[s] = best + emissions[i, s]
                back[i - a, s] = best_from
            score[:] = following
        score[2] = -np.inf
        state = np.argmax(score)
        for i in range(b - 1, a - 1, -1):
            path[i] = state
            state = back[i - a, state]


@njit(cache=True, nogil=True)
def decayed(
    values: NDArray[np.float64], starts: NDArray[np.int64], decay: float, out: NDArray[np.float64]
) -> None:
    """Average what stands before each place of a page, weights falling by ``decay`` a place."""
    for page in range(len(starts) - 1):
        mean = 0.0
        for i in range(starts[page], starts[page + 1]):
            out[i] = mean
            mean = decay * mean + (1 - decay) * values[i]
