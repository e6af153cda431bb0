"""Facts of two texts that stand in the same words."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def changed_facts(
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    contexts: NDArray[np.uint64],
    values: NDArray[np.uint64],
    offsets: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Count the facts that are others in the same words.

    Parameters
    ----------
    left, right : int64 arrays, shape (n_pairs,)
        Texts.
    contexts, values, offsets : arrays
        Of `text.Facts`.

    Returns
    -------
    changed : int64 array, shape (n_pairs,)
        Facts of the one text that are others in the other.
    different : int64 array, shape (n_pairs,)
        How many values of the left text these are.
    compared : int64 array, shape (n_pairs,)
        Facts that stand in words which both texts have.
    """
    changed = np.zeros(len(left), dtype=np.int64)
    different = np.zeros(len(left), dtype=np.int64)
    compared = np.zeros(len(left), dtype=np.int64)
    most = 0
    for text in range(len(offsets) - 1):
        most = max(most, offsets[text + 1] - offsets[text])
    own = np.empty(most, dtype=np.uint64)
    for pair in range(len(left)):
        i, j = offsets[left[pair]], offsets[right[pair]]
        i_end, j_end = offsets[left[pair] + 1], offsets[right[pair] + 1]
        n_own = 0
        while i < i_end and j < j_end:
            if contexts[i] != contexts[j]:
                ahead = contexts[i] < contexts[j]
                i += np.int64(ahead)
                j += np.int64(not ahead)
                continue
            context, before = contexts[i], n_own
            i_first, j_first, same = i, j, 0
            while i < i_end and contexts[i] == context:
                while j < j_end and contexts[j] == context and values[j] < values[i]:
                    j += 1
                shared = j < j_end and contexts[j] == context and values[j] == values[i]
                same += np.int64(shared)
                own[n_own] = values[i]
                n_own += np.int64(not shared)
                i += 1
            while j < j_end and contexts[j] == context:
                j += 1
            fewer = min(i - i_first, j - j_first)
            changed[pair] += fewer - same
            compared[pair] += fewer
            if fewer == same:  # the other has none in its place
                n_own = before
        for k in range(n_own):
            again = False
            for earlier in own[:k]:
                again |= earlier == own[k]
            different[pair] += np.int64(not again)
    return changed, different, compared
