"""Pairs: found where rows share a key, compared, and spelt out as articles."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

_DIGIT_BITS = 11
_DIGITS = 1 << _DIGIT_BITS
_BUCKET_BITS = 24
_PART_BITS = 6
KEY_PARTS = 1 << _PART_BITS
"""Parts of all sampled shingles, of which each is looked through in a core's cache."""
_STRIDE = 32  # steps between two looks at whether two sets can still share enough
_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def sort_keys(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sort by radix, eleven bits a pass from the lowest (Knuth 1998, 5.2.5).

    Several times faster here than NumPy's sort; passes that would move nothing are left out.

    Returns
    -------
    uint64 array
        Sorted; ``values`` itself is used as working room.
    """
    counts = np.empty(_DIGITS, dtype=np.int64)
    mask = np.uint64(_DIGITS - 1)
    varying = np.uint64(0)
    for i in range(1, len(values)):
        varying |= values[i] ^ values[0]
    source, target = values, np.empty_like(values)
    for low in range(0, 64, _DIGIT_BITS):
        shift = np.uint64(low)
        if (varying >> shift) & mask == 0:
            continue
        counts[:] = 0
        for i in range(len(source)):
            counts[(source[i] >> shift) & mask] += 1
        total = 0
        for digit in range(_DIGITS):
            total, counts[digit] = total + counts[digit], total
        for i in range(len(source)):
            digit = (source[i] >> shift) & mask
            target[counts[digit]] = source[i]
            counts[digit] += 1
        source, target = target, source
    return source


@njit(inline="always")
def _emit_group(group, days, window, cap, hubs, n, out, at):
    """Write the pairs of one group of rows, or only count them where ``out`` is empty.

    All pairs of a group of up to ``cap``; of a larger one, those with its first ``hubs``.
    """
    for i in range(min(len(group), hubs) if len(group) > cap else len(group)):
        for j in range(i + 1, len(group)):
            apart = days[group[i]] - days[group[j]]
            if apart > window or apart < -window:
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
    packed : uint64 array, sorted, distinct
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


@njit(inline="always")
def _bit(key):
    """Give the place, in bytes and within one, of the upper bits of a key."""
    bucket = key >> np.uint32(32 - _BUCKET_BITS)
    return bucket >> np.uint32(3), np.uint8(1) << np.uint8(bucket & np.uint32(7))


@njit(cache=True, nogil=True)
def pack_met(
    keys: NDArray[np.uint32],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    new: NDArray[np.bool_],
) -> NDArray[np.uint64]:
    """Pack keys with their rows, leaving out most of those that no new row has.

    Parameters
    ----------
    keys : uint32 array
        Uniform.
    begin, end : int64 arrays, shape (n,)
        The keys of row ``i`` are ``keys[begin[i]:end[i]]``.
    new : bool array, shape (n,)

    Returns
    -------
    uint64 array
        A key in the upper half, its row in the lower, in the order of the rows.
    """
    of_new = np.zeros(1 << (_BUCKET_BITS - 3), dtype=np.uint8)  # a bit a bucket: it stays at hand
    for row in range(len(new)):
        if new[row]:
            for p in range(begin[row], end[row]):
                place, bit = _bit(keys[p])
                of_new[place] |= bit
    n = 0
    packed = np.empty((end - begin).sum(), dtype=np.uint64)  # what is not written takes no memory
    for row in range(len(new)):
        for p in range(begin[row], end[row]):
            place, bit = _bit(keys[p])
            if of_new[place] & bit:
                packed[n] = (np.uint64(keys[p]) << np.uint64(32)) | np.uint64(row)
                n += 1
    return packed[:n].copy()


@njit(cache=True, nogil=True)
def pack_keys(
    hashes: NDArray[np.uint64],
    rows: NDArray[np.int32],
    text_of: NDArray[np.int32],
    scale: int,
    row_bits: int,
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Pack hashes with their texts, in `KEY_PARTS` equal parts of all hashes.

    Parameters
    ----------
    hashes : uint64 array, shape (n,)
        Sampled shingles: times ``scale`` they are uniform.
    rows : int32 array, shape (n,)
        The row of each.
    text_of : int32 array, shape (n_rows,)
        The text that each row stands for; -1 where it stands for none, and is left out.
    scale : int
        The sample rate.
    row_bits : int
        Bits to hold a text.

    Returns
    -------
    keys : uint64 array
        A hash's upper bits, and its text in the lowest ``row_bits``; part by part.
    starts : int64 array, shape (KEY_PARTS + 1,)
        Where each part begins.
    """
    times, low, high = np.uint64(scale), np.uint64(row_bits), np.uint64(64 - _PART_BITS)
    starts = np.zeros(KEY_PARTS + 1, dtype=np.int64)
    for i in range(len(hashes)):
        starts[((hashes[i] * times) >> high) + _ONE] += np.int64(text_of[rows[i]] >= 0)
    for part in range(KEY_PARTS):
        starts[part + 1] += starts[part]
    keys = np.empty(starts[KEY_PARTS], dtype=np.uint64)
    at = starts[:KEY_PARTS].copy()
    for i in range(len(hashes)):
        text = text_of[rows[i]]
        if text >= 0:
            key = hashes[i] * times
            keys[at[key >> high]] = (key >> low << low) | np.uint64(text)
            at[key >> high] += 1
    return keys, starts


@njit(cache=True, nogil=True)
def recurring(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Leave out most keys of one part whose hash occurs once only.

    A table of small counters, as in a counting Bloom filter with one hash function (Fan et
    al. 2000), tells hashes that occur once; the few that share a counter pass as well.

    Parameters
    ----------
    keys : uint64 array, shape (n,)
        One part of what `pack_keys` packs.

    Returns
    -------
    uint64 array
        Those left, in their order.
    """
    bits = 10
    while (1 << bits) < 4 * len(keys):
        bits += 1
    within, shift = np.uint64(_PART_BITS), np.uint64(64 - bits)
    seen = np.zeros(1 << bits, dtype=np.uint8)
    for i in range(len(keys)):
        slot = (keys[i] << within) >> shift
        seen[slot] = min(seen[slot] + 1, 2)
    left = np.empty(len(keys), dtype=np.uint64)
    n = 0
    for i in range(len(keys)):
        left[n] = keys[i]
        n += np.int64(seen[(keys[i] << within) >> shift] > 1)
    return left[:n].copy()


@njit(cache=True, nogil=True)
def strong_pairs(
    pairs: NDArray[np.uint64], n_rows: int, samples: NDArray[np.int64], least: int, share: float
) -> NDArray[np.uint64]:
    """Give each pair, once, that shares enough sampled shingles.

    Parameters
    ----------
    pairs : uint64 array, sorted
        ``left * n_rows + right``, once for each sampled shingle they share.
    n_rows : int
        Rows in all.
    samples : int64 array, shape (n_rows,)
        Sampled shingles of each row.
    least : int
        Fewer shared samples are too few,
    share : float
        and so are those below this share of the smaller sample.
    """
    out = np.empty(len(pairs) // least, dtype=np.uint64)
    n = 0
    start = 0
    while start < len(pairs):
        stop = start + 1
        while stop < len(pairs) and pairs[stop] == pairs[start]:
            stop += 1
        if stop - start >= least:
            left = pairs[start] // np.uint64(n_rows)
            right = pairs[start] % np.uint64(n_rows)
            out[n] = pairs[start]
            n += np.int64(stop - start >= share * min(samples[left], samples[right]))
        start = stop
    return out[:n].copy()


@njit(cache=True, nogil=True)
def overlaps(
    first: int,
    last: int,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    sets: NDArray[np.uint64],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int32],
    least: float,
    shared: NDArray[np.int32],
) -> None:
    """Count the shingles that two sets share.

    Parameters
    ----------
    first, last : int
        The range of pairs.
    left, right : int32 arrays, shape (n_pairs,)
        The sets of each.
    sets, starts, sizes : arrays
        Sorted distinct shingles of each set, as `shingles.shingle_sets` writes them.
    least : float
        Pairs that share less than this part of the smaller set are not counted to the end.
    shared : int32 array, shape (n_pairs,)
        Written: how many they share; 0 where that is known to be too little.
    """
    for k in range(first, last):
        i, j = starts[left[k]], starts[right[k]]
        i_end, j_end = i + sizes[left[k]], j + sizes[right[k]]
        needed = np.int64(least * min(i_end - i, j_end - j)) - 1  # on the safe side of rounding
        both = 0
        while i < i_end and j < j_end:
            if both + min(i_end - i, j_end - j) < needed:
                both = 0
                break
            for _ in range(min(_STRIDE, i_end - i, j_end - j)):  # no set ends within these
                x, y = sets[i], sets[j]
                both += np.int64(x == y)
                i += np.int64(x <= y)
                j += np.int64(y <= x)
        shared[k] = both


@njit(cache=True, nogil=True)
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
