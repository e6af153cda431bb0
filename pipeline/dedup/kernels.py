"""The loops of repost search: shingles, signatures, exact overlap."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xFF51AFD7ED558CCD)
_MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
_S33 = np.uint64(33)
_HIGH = np.uint64(32)
_F1 = np.uint32(0x85EBCA6B)
_F2 = np.uint32(0xC2B2AE35)
_S16 = np.uint32(16)
_S13 = np.uint32(13)
_EMPTY = np.uint32(0xFFFFFFFF)
_LANES = 8  # shingles that share one pass over the permutations


@njit(inline="always")
def _count(n_tokens, size):
    """Shingles of a text: a text shorter than one shingle is one shingle."""
    return max(n_tokens - size + 1, min(n_tokens, 1))


@njit(inline="always")
def _mix(z):
    """Murmur3's 64-bit finalizer (Appleby 2011): a bijection that spreads every bit."""
    z = (z ^ (z >> _S33)) * _MIX_1
    z = (z ^ (z >> _S33)) * _MIX_2
    return z ^ (z >> _S33)


@njit(cache=True, nogil=True)
def shingle_into(
    tokens: NDArray[np.uint64], start: int, stop: int, size: int, out: NDArray[np.uint64]
) -> int:
    """Hash every run of ``size`` tokens of ``tokens[start:stop]`` into ``out``.

    A shingle's hash is a polynomial in its token hashes, modulo 2**64, then mixed. A text
    of fewer tokens is one shingle of them all; no tokens, no shingle.

    Returns
    -------
    int
        How many shingles were written, repeated ones included.
    """
    n = _count(stop - start, size)
    width = min(size, stop - start)
    for i in range(n):
        out[i] = np.uint64(0)
    for k in range(width):
        for i in range(n):
            out[i] = out[i] * _SPREAD + tokens[start + k + i]
    for i in range(n):
        out[i] = _mix(out[i])
    return n


@njit(cache=True, nogil=True)
def fingerprint_rows(
    first: int,
    last: int,
    tokens: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    size: int,
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    sample_below: np.uint64,
    signatures: NDArray[np.uint32],
) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Sign rows ``first`` to ``last`` and sample their shingles in the same pass.

    Parameters
    ----------
    first, last : int
        The range of rows.
    tokens, offsets : uint64 array; int64 array, shape (n_rows + 1,)
        Token hashes of every row.
    size : int
        Tokens in a shingle.
    a, b : uint32 arrays, shape (num_perm,)
        The affine permutations.
    sample_below : uint64
        Shingles whose hash is below this are sampled.
    signatures : uint32 array, shape (n_rows, num_perm)
        Written: rows ``first`` to ``last``. A row without shingles is all ones.

    Returns
    -------
    hashes : uint64 array
        Sampled shingles.
    rows : int32 array
        The row of each.
    """
    longest = 1
    total = 0
    for row in range(first, last):
        n = _count(offsets[row + 1] - offsets[row], size)
        longest = max(longest, n)
        total += n
    shingles = np.empty(longest + _LANES, dtype=np.uint64)
    hashed = np.empty(longest + _LANES, dtype=np.uint32)
    sampled = np.empty(total, dtype=np.uint64)
    sampled_rows = np.empty(total, dtype=np.int32)
    n_sampled = 0
    for row in range(first, last):
        n = shingle_into(tokens, offsets[row], offsets[row + 1], size, shingles)
        for i in range(n):
            sampled[n_sampled] = shingles[i]
            sampled_rows[n_sampled] = row
            n_sampled += np.int64(shingles[i] < sample_below)
        _premix(shingles, n, hashed)
        _sign(hashed, n, a, b, signatures[row])
    return sampled[:n_sampled].copy(), sampled_rows[:n_sampled].copy()


@njit(inline="always")
def _premix(shingles, n, hashed):
    """Take each shingle's upper half through fmix32, and fill up the last lane."""
    for i in range(n):
        h = np.uint32(shingles[i] >> _HIGH)
        h = np.uint32((h ^ (h >> _S16)) * _F1)
        h = np.uint32((h ^ (h >> _S13)) * _F2)
        hashed[i] = h ^ (h >> _S16)
    if n > 0:
        for i in range(n, n + _LANES):
            hashed[i] = hashed[n - 1]  # a repeated shingle changes no minimum


@njit(cache=True, nogil=True)
def _sign(hashed, n, a, b, signature):
    """Take the minimum of each permutation, several shingles a pass: fewer loads."""
    for p in range(len(signature)):
        signature[p] = _EMPTY
    for i in range(0, n, _LANES):
        h0, h1, h2, h3 = hashed[i], hashed[i + 1], hashed[i + 2], hashed[i + 3]
        h4, h5, h6, h7 = hashed[i + 4], hashed[i + 5], hashed[i + 6], hashed[i + 7]
        for p in range(len(signature)):
            ap, bp = a[p], b[p]
            low = min(
                min(np.uint32(ap * h0 + bp), np.uint32(ap * h1 + bp)),
                min(np.uint32(ap * h2 + bp), np.uint32(ap * h3 + bp)),
            )
            high = min(
                min(np.uint32(ap * h4 + bp), np.uint32(ap * h5 + bp)),
                min(np.uint32(ap * h6 + bp), np.uint32(ap * h7 + bp)),
            )
            signature[p] = min(signature[p], min(low, high))


@njit(cache=True, nogil=True)
def band_keys(
    first: int,
    last: int,
    signatures: NDArray[np.uint32],
    band: int,
    rows_per_band: int,
    keys: NDArray[np.uint64],
) -> None:
    """Hash one band of each signature into ``keys``, shape (n_rows,)."""
    start = band * rows_per_band
    for row in range(first, last):
        key = np.uint64(0)
        for p in range(start, start + rows_per_band):
            key = _mix(key * _SPREAD + np.uint64(signatures[row, p]))
        keys[row] = key


@njit(cache=True, nogil=True)
def shingle_sets(
    first: int,
    last: int,
    rows: NDArray[np.int32],
    tokens: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    size: int,
    capacity: NDArray[np.int64],
    sets: NDArray[np.uint64],
    sizes: NDArray[np.int32],
) -> None:
    """Write the sorted distinct shingles of ``rows[first:last]``.

    Parameters
    ----------
    rows : int32 array, shape (n,)
        The rows wanted.
    capacity : int64 array, shape (n + 1,)
        Where each wanted row's set begins in ``sets``.
    sets : uint64 array
        Written: the sets, each sorted.
    sizes : int32 array, shape (n,)
        Written: how many distinct shingles each has.
    """
    for k in range(first, last):
        row = rows[k]
        place = sets[capacity[k] : capacity[k + 1]]
        n = shingle_into(tokens, offsets[row], offsets[row + 1], size, place)
        place[:n].sort()
        distinct = min(n, 1)
        for i in range(1, n):
            if place[i] != place[distinct - 1]:
                place[distinct] = place[i]
                distinct += 1
        sizes[k] = distinct


@njit(cache=True, nogil=True)
def overlaps(
    first: int,
    last: int,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    sets: NDArray[np.uint64],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int32],
    shared: NDArray[np.int32],
) -> None:
    """Count the shingles that the sets ``left[k]`` and ``right[k]`` share, into ``shared[k]``."""
    for k in range(first, last):
        i, j = starts[left[k]], starts[right[k]]
        i_end, j_end = i + sizes[left[k]], j + sizes[right[k]]
        both = 0
        while i < i_end and j < j_end:
            x, y = sets[i], sets[j]
            both += np.int64(x == y)
            i += np.int64(x <= y)
            j += np.int64(y <= x)
        shared[k] = both


@njit(cache=True, nogil=True)
def text_keys(
    first: int,
    last: int,
    tokens: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    keys: NDArray[np.uint64],
) -> None:
    """Hash each row's whole run of tokens into ``keys``, shape (n_rows,)."""
    for row in range(first, last):
        key = np.uint64(offsets[row + 1] - offsets[row])
        for i in range(offsets[row], offsets[row + 1]):
            key = (key ^ tokens[i]) * _MIX_1
            key ^= key >> _S33
        keys[row] = key


@njit(inline="always")
def _emit_group(group, days, window, cap, hubs, n, out, at):
    """Write the pairs of one group of rows, or only count them where ``out`` is empty.

    All pairs of a group of up to ``cap``; of a larger one, those with its first ``hubs``.
    """
    for i in range(min(len(group), hubs) if len(group) > cap else len(group)):
        for j in range(i + 1, len(group)):
            apart = days[group[i]] - days[group[j]]
            if group[i] == group[j] or apart > window or apart < -window:
                continue  # an absent day is NaN, and within every window
            if len(out) > 0:
                out[at] = np.uint64(group[i]) * np.uint64(n) + np.uint64(group[j])
            at += 1
    return at


@njit(cache=True, nogil=True)
def group_pairs(
    packed: NDArray[np.uint64],
    row_bits: int,
    days: NDArray[np.float64],
    window: float,
    cap: int,
    hubs: int,
) -> NDArray[np.uint64]:
    """Pair up the rows that share a key.

    Parameters
    ----------
    packed : uint64 array, sorted
        A key in the upper bits, a row in the lowest ``row_bits``.
    row_bits : int
        Bits that hold the row.
    days : float64 array, shape (n_rows,)
        When each row was published; NaN where unknown.
    window : float
        Rows further apart, in days, are no pair.
    cap, hubs : int
        In a group of more than ``cap`` rows only the first ``hubs`` are paired with the rest.

    Returns
    -------
    uint64 array
        ``left * n_rows + right`` of each pair, left < right, once for each key they share.
    """
    n = len(days)
    shift = np.uint64(row_bits)
    mask = (np.uint64(1) << shift) - np.uint64(1)
    group = np.empty(len(packed), dtype=np.int64)
    out = np.empty(0, dtype=np.uint64)
    for counting in (True, False):
        at = 0
        start = 0
        while start < len(packed):
            key = packed[start] >> shift
            stop = start
            while stop < len(packed) and packed[stop] >> shift == key:
                group[stop - start] = np.int64(packed[stop] & mask)
                stop += 1
            if stop - start > 1:
                at = _emit_group(group[: stop - start], days, window, cap, hubs, n, out, at)
            start = stop
        if counting:
            if at == 0:
                break
            out = np.empty(at, dtype=np.uint64)
    return out


@njit(cache=True, nogil=True)
def repeated(values: NDArray[np.uint64], times: int) -> NDArray[np.uint64]:
    """Give each value that stands at least ``times`` times in a sorted array, once."""
    out = np.empty(len(values) // times, dtype=np.uint64)
    n = 0
    start = 0
    while start < len(values):
        stop = start + 1
        while stop < len(values) and values[stop] == values[start]:
            stop += 1
        if stop - start >= times:
            out[n] = values[start]
            n += 1
        start = stop
    return out[:n]


@njit(cache=True)
def choose_kept(
    n: int,
    partners: NDArray[np.int32],
    starts: NDArray[np.int64],
    strength: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Fold each text into the strongest partner before it that is itself kept.

    Parameters
    ----------
    n : int
        Texts, in keep order.
    partners : int32 array, shape (n_pairs,)
        For each text, the earlier texts it is verified with.
    starts : int64 array, shape (n + 1,)
        Where each text's partners begin.
    strength : float64 array, shape (n_pairs,)
        The greater, the better the partner; of equals the first in keep order wins.

    Returns
    -------
    int64 array, shape (n,)
        Place in ``partners`` of each text's kept text, -1 where it is kept itself.
    """
    chosen = np.full(n, -1, dtype=np.int64)
    for text in range(n):
        best = -1
        for k in range(starts[text], starts[text + 1]):
            if chosen[partners[k]] < 0 and (best < 0 or strength[k] > strength[best]):
                best = k
        chosen[text] = best
    return chosen


@njit(cache=True)
def article_pairs(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    articles: NDArray[np.int32],
    starts: NDArray[np.int64],
    cap: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Turn pairs of texts into pairs of the articles that print them.

    Parameters
    ----------
    left, right : int32 arrays, shape (n_pairs,)
        Texts; where both are one, its articles are paired with each other.
    articles : int32 array
        Article rows by text, the one that stands for the text first.
    starts : int64 array, shape (n_texts + 1,)
        Where each text's articles begin.
    cap : int
        Of a text printed more often, only the first article takes part in pairs.

    Returns
    -------
    low, high : int32 arrays, shape (n,)
        Article rows, low < high.
    source : int64 array, shape (n,)
        The pair of texts that each comes from.
    """
    low = np.empty(0, dtype=np.int32)
    high = np.empty(0, dtype=np.int32)
    source = np.empty(0, dtype=np.int64)
    for counting in (True, False):
        n = 0
        for k in range(len(left)):
            same = left[k] == right[k]
            i_start, i_stop = starts[left[k]], starts[left[k] + 1]
            j_start, j_stop = starts[right[k]], starts[right[k] + 1]
            i_stop = i_start + 1 if i_stop - i_start > cap else i_stop
            j_stop = j_start + 1 if j_stop - j_start > cap and not same else j_stop
            for i in range(i_start, i_stop):
                for j in range(i + 1 if same else j_start, j_stop):
                    if not counting:
                        low[n] = min(articles[i], articles[j])
                        high[n] = max(articles[i], articles[j])
                        source[n] = k
                    n += 1
        if counting:
            low = np.empty(n, dtype=np.int32)
            high = np.empty(n, dtype=np.int32)
            source = np.empty(n, dtype=np.int64)
    return low, high, source
