"""Which texts are one, and which text is kept."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

_MULTIPLIER = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(33)


@njit(cache=True, nogil=True)
def text_keys(tokens: NDArray[np.uint64], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash each row's whole run of tokens, shape (n_rows,)."""
    keys = np.empty(len(offsets) - 1, dtype=np.uint64)
    for row in range(len(keys)):
        key = np.uint64(offsets[row + 1] - offsets[row])
        for i in range(offsets[row], offsets[row + 1]):
            key = (key ^ tokens[i]) * _MULTIPLIER
            key ^= key >> _HALF
        keys[row] = key
    return keys


@njit(cache=True, nogil=True)
def first_of_text(
    by_key: NDArray[np.int32], keys: NDArray[np.uint64], days: NDArray[np.float64], window: float
) -> NDArray[np.int32]:
    """Give for each row the first row with its text and within the window of it.

    Parameters
    ----------
    by_key : int32 array, shape (n,)
        Rows sorted by key, then in keep order.
    keys : uint64 array, shape (n,)
        Equal where the texts are; from `text_keys`.
    days : float64 array, shape (n,)
        When each row was published; NaN where unknown, which is within every window.
    window : float
        In days, from the first row: the row after a gap stands for those that follow.

    Returns
    -------
    int32 array, shape (n,)
    """
    first = np.arange(len(keys)).astype(np.int32)
    for at in range(1, len(by_key)):
        row, before = by_key[at], by_key[at - 1]
        if keys[row] == keys[before] and not abs(days[row] - days[first[before]]) > window:
            first[row] = first[before]
    return first


@njit(cache=True, nogil=True)
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
