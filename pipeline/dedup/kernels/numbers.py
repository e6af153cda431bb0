"""Numbers of two texts that stand in the same words."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def changed_numbers(
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    contexts: NDArray[np.uint64],
    values: NDArray[np.uint64],
    offsets: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the numbers that are others in the same words.

    Parameters
    ----------
    left, right : int64 arrays, shape (n_pairs,)
        Texts.
    contexts, values, offsets : arrays
        Of `text.Numbers`.

    Returns
    -------
    changed : int64 array, shape (n_pairs,)
        Numbers of the one text that are others in the other.
    compared : int64 array, shape (n_pairs,)
        Numbers that stand in words which both texts have.
    """
    changed = np.zeros(len(left), dtype=np.int64)
    compared = np.zeros(len(left), dtype=np.int64)
    for pair in range(len(left)):
        i, j = offsets[left[pair]], offsets[right[pair]]
        i_end, j_end = offsets[left[pair] + 1], offsets[right[pair] + 1]
        while i < i_end and j < j_end:
            if contexts[i] != contexts[j]:
                ahead = contexts[i] < contexts[j]
                i += np.int64(ahead)
                j += np.int64(not ahead)
                continue
            context = contexts[i]
            i_first, j_first, same = i, j, 0
            while i < i_end and contexts[i] == context and j < j_end and contexts[j] == context:
                x, y = values[i], values[j]
                same += np.int64(x == y)
                i += np.int64(x <= y)
                j += np.int64(y <= x)
            while i < i_end and contexts[i] == context:
                i += 1
            while j < j_end and contexts[j] == context:
                j += 1
            fewer = min(i - i_first, j - j_first)
            changed[pair] += fewer - same
            compared[pair] += fewer
    return changed, compared
