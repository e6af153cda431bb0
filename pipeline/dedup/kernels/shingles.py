"""Shingles of token hashes: their signatures, samples, bands and sets."""

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
_ONE = np.uint64(1)
_MOST_BUCKET_BITS = 24


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
    for i in range(n):
        out[i] = tokens[start + i]
    for k in range(1, min(size, stop - start)):
        later = tokens[start + k : stop]  # a slice: offsets in the index would not vectorise
        for i in range(n):
            out[i] = out[i] * _SPREAD + later[i]
    for i in range(n):
        out[i] = _mix(out[i])
    return n


@njit(inline="always")
def _bucket_bits(n):
    """Give the bits that tell so many hashes apart, about one a bucket."""
    bits = 1
    while bits < _MOST_BUCKET_BITS and (1 << bits) < n:
        bits += 1
    return bits


@njit(inline="always")
def _sort_distinct(values, n, spare, starts, scale):
    """Sort ``values[:n]``, drop repeats, and give how many are left.

    Hashes are uniform: their upper bits put each within a few places of its own, and an
    insertion sort does the rest. A sample's upper bits are zero: times ``scale`` they are
    uniform again. ``starts`` has a place for each bucket and one more.
    """
    bits = _bucket_bits(n)
    shift = np.uint64(64 - bits)
    starts[: (1 << bits) + 1] = 0
    for i in range(n):
        starts[((values[i] * scale) >> shift) + _ONE] += 1
    for bucket in range(1 << bits):
        starts[bucket + 1] += starts[bucket]
    for i in range(n):
        bucket = (values[i] * scale) >> shift
        spare[starts[bucket]] = values[i]
        starts[bucket] += 1
    distinct = 0
    for i in range(n):
        value = spare[i]
        at = distinct
        while at > 0 and values[at - 1] > value:
            at -= 1
        if at > 0 and values[at - 1] == value:
            continue
        for k in range(distinct, at, -1):
            values[k] = values[k - 1]
        values[at] = value
        distinct += 1
    return distinct


@njit(cache=True, nogil=True)
def fingerprint_rows(
    tokens: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    size: int,
    short: int,
    short_size: int,
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    sample_rate: int,
) -> tuple[NDArray[np.uint32], NDArray[np.uint64], NDArray[np.int32]]:
    """Sign rows and sample their shingles in the same pass.

    Parameters
    ----------
    tokens, offsets : uint64 array; int64 array, shape (n + 1,)
        Token hashes of every row.
    size : int
        Tokens in a shingle.
    short, short_size : int
        A row of fewer than ``short`` tokens is signed on shingles of ``short_size`` tokens.
    a, b : uint32 arrays, shape (num_perm,)
        The affine permutations.
    sample_rate : int
        Shingles whose hash is below ``2**64 / sample_rate`` are sampled.

    Returns
    -------
    signatures : uint32 array, shape (n, num_perm)
        A row without shingles is all ones.
    hashes : uint64 array
        Sampled shingles, distinct and sorted for each row.
    places : int32 array
        The row of each.
    """
    signatures = np.empty((len(offsets) - 1, len(a)), dtype=np.uint32)
    longest = 1
    total = 0
    for row in range(len(signatures)):
        n = _count(offsets[row + 1] - offsets[row], size)
        longest = max(longest, n, min(short, offsets[row + 1] - offsets[row]))
        total += n
    shingles = np.empty(longest + _LANES, dtype=np.uint64)
    hashed = np.empty(longest + _LANES, dtype=np.uint32)
    starts = np.empty((1 << _bucket_bits(longest)) + 1, dtype=np.int64)
    sampled = np.empty(total, dtype=np.uint64)
    places = np.empty(total, dtype=np.int32)
    scale = np.uint64(sample_rate)
    most = ~np.uint64(0) // scale
    at = 0
    for row in range(len(signatures)):
        if offsets[row + 1] - offsets[row] < short:
            n = shingle_into(tokens, offsets[row], offsets[row + 1], short_size, shingles)
            _premix(shingles, n, hashed)
            _sign(hashed, n, a, b, signatures[row])
            n = shingle_into(tokens, offsets[row], offsets[row + 1], size, shingles)
        else:
            n = shingle_into(tokens, offsets[row], offsets[row + 1], size, shingles)
            _premix(shingles, n, hashed)
            _sign(hashed, n, a, b, signatures[row])
        chosen = sampled[at:]
        n_chosen = 0
        for i in range(n):
            chosen[n_chosen] = shingles[i]
            n_chosen += np.int64(shingles[i] <= most)
        n_chosen = _sort_distinct(chosen, n_chosen, shingles, starts, scale)
        places[at : at + n_chosen] = row
        at += n_chosen
    return signatures, sampled[:at].copy(), places[:at].copy()


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
    rows: NDArray[np.int32],
    rows_per_band: int,
    row_bits: int,
    keys: NDArray[np.uint64],
) -> None:
    """Hash every band of the signatures of some rows, each over its own place.

    Parameters
    ----------
    first, last : int
        The range of places in ``rows``.
    signatures : uint32 array, shape (n_articles, num_perm)
    rows : int32 array, shape (n,)
    rows_per_band : int
    row_bits : int
        Bits to hold a place.
    keys : uint64 array, shape (n_bands, n)
        Written: a hash's upper bits, and the place in the lowest ``row_bits``.
    """
    shift = np.uint64(row_bits)
    for place in range(first, last):
        signature = signatures[rows[place]]
        for band in range(len(keys)):
            key = np.uint64(0)
            for p in range(band * rows_per_band, (band + 1) * rows_per_band):
                key = _mix(key * _SPREAD + np.uint64(signature[p]))
            keys[band, place] = (key >> shift << shift) | np.uint64(place)


@njit(cache=True, nogil=True)
def shingle_sets(
    tokens: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    size: int,
    places: NDArray[np.int64],
    starts: NDArray[np.int64],
    sets: NDArray[np.uint64],
    sizes: NDArray[np.int32],
    words: int,
    openings: NDArray[np.uint64],
    opening_sizes: NDArray[np.int32],
) -> None:
    """Write the sorted distinct shingles of some rows, and those that each opens with.

    Parameters
    ----------
    tokens, offsets : uint64 array; int64 array, shape (n + 1,)
        Token hashes of n rows.
    size : int
        Tokens in a shingle.
    places : int64 array, shape (n,)
        Where each row stands among all n_all.
    starts : int64 array, shape (n_all + 1,)
        Where there is room for as many shingles as the row has tokens.
    sets : uint64 array
        Written: each row's set, sorted, from its start.
    sizes : int32 array, shape (n_all,)
        Written: how many distinct shingles each has.
    words : int
        Tokens of an opening.
    openings : uint64 array, shape (n_all, words)
        Written: the shingles of each row's first tokens, as they stand there.
    opening_sizes : int32 array, shape (n_all,)
        Written: how many these are.
    """
    longest = 0
    for row in range(len(places)):
        longest = max(longest, offsets[row + 1] - offsets[row])
    spare = np.empty(longest, dtype=np.uint64)
    buckets = np.empty((1 << _bucket_bits(longest)) + 1, dtype=np.int64)
    for row in range(len(places)):
        place = places[row]
        own = sets[starts[place] : starts[place + 1]]
        n = shingle_into(tokens, offsets[row], offsets[row + 1], size, own)
        sizes[place] = _sort_distinct(own, n, spare, buckets, _ONE)
        stop = min(offsets[row + 1], offsets[row] + words)
        opening_sizes[place] = shingle_into(tokens, offsets[row], stop, size, openings[place])


@njit(cache=True, nogil=True)
def new_openings(
    larger: NDArray[np.int64],
    smaller: NDArray[np.int64],
    sets: NDArray[np.uint64],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int32],
    openings: NDArray[np.uint64],
    opening_sizes: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Tell whether most shingles that ``larger[k]`` opens with are missing from ``smaller[k]``.

    Parameters
    ----------
    larger, smaller : int64 arrays, shape (n_pairs,)
        Rows.
    sets, starts, sizes, openings, opening_sizes : arrays
        As `shingle_sets` writes them.

    Returns
    -------
    bool array, shape (n_pairs,)
    """
    found = np.empty(len(larger), dtype=np.bool_)
    for k in range(len(larger)):
        begin = starts[smaller[k]]
        held = sets[begin : begin + sizes[smaller[k]]]
        n = opening_sizes[larger[k]]
        shared = 0
        for shingle in openings[larger[k], :n]:
            at = np.searchsorted(held, shingle)
            shared += np.int64(at < len(held) and held[at] == shingle)
        found[k] = 2 * shared < n
    return found
