"""How stories use terms: numbers for them, where they stand, and which weigh most in each."""

from typing import TypeVar

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

_Term = TypeVar("_Term", np.uint64, np.int64)


def coded(values: NDArray[_Term]) -> tuple[NDArray[_Term], NDArray[np.int64]]:
    """Give the distinct values, in order of appearance, and the place of each among them."""
    encoded = pa.array(values).dictionary_encode()
    return encoded.dictionary.to_numpy(), encoded.indices.to_numpy().astype(np.int64)


def numbered(values: NDArray[_Term]) -> tuple[NDArray[_Term], NDArray[np.int64]]:
    """Give the distinct values, ascending, and the place of each value among them.

    As ``np.unique`` with ``return_inverse``, but only the distinct ones are sorted.
    """
    distinct, code = coded(values)
    order = np.argsort(distinct)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return distinct[order], place[code]


@njit(cache=True, nogil=True)
def uses(
    term: NDArray[np.int64],
    amount: NDArray[np.float64],
    counts: NDArray[np.int64],
    story: NDArray[np.int64],
    n_terms: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Sum up what the members of each story say.

    Parameters
    ----------
    term : int64 array
        Terms of one member after another.
    amount : float64 array
        How much each of these counts.
    counts : int64 array, shape (n_members,)
        How many of them are each member's.
    story : int64 array, shape (n_members,)
        Ascending.
    n_terms : int

    Returns
    -------
    story, term : int64 arrays
        A row for each term of each story, story by story.
    cover : int64 array
        Members that use it.
    total : float64 array
        Sum over these of 1 + log(amount).
    """
    rows = np.empty((3, len(term)), dtype=np.int64)
    total = np.zeros(len(term), dtype=np.float64)
    said = np.zeros(n_terms, dtype=np.float64)  # by the member at hand
    place = np.zeros(n_terms, dtype=np.int64)  # 1 + row of the term in the story at hand
    n = begin = at = 0
    for member in range(len(counts)):
        if member > 0 and story[member] != story[member - 1]:
            begin = n
        stop = at + counts[member]
        for k in range(at, stop):
            said[term[k]] += amount[k]
        for k in range(at, stop):
            one = term[k]
            if said[one] == 0.0:
                continue
            row = place[one] - 1
            if row < begin:
                row = n
                n += 1
                place[one] = n
                rows[0, row], rows[1, row], rows[2, row] = story[member], one, 0
            rows[2, row] += 1
            total[row] += 1.0 + np.log(said[one])
            said[one] = 0.0
        at = stop
    return rows[0, :n].copy(), rows[1, :n].copy(), rows[2, :n].copy(), total[:n].copy()


@njit(cache=True, nogil=True)
def rows_of(
    story: NDArray[np.int64],
    term: NDArray[np.int64],
    asked_story: NDArray[np.int64],
    asked_term: NDArray[np.int64],
    n_terms: int,
) -> NDArray[np.int64]:
    """Give the row of each term of a story that is asked for, -1 where there is none.

    Rows and questions both go story by story.
    """
    rows = np.empty(len(asked_story), dtype=np.int64)
    place = np.zeros(n_terms, dtype=np.int64)  # 1 + last row of the term so far
    at = 0
    for k in range(len(asked_story)):
        while at < len(story) and story[at] <= asked_story[k]:
            place[term[at]] = at + 1
            at += 1
        row = place[asked_term[k]] - 1
        rows[k] = row if row >= 0 and story[row] == asked_story[k] else -1
    return rows


@njit(cache=True, nogil=True)
def heaviest(
    story: NDArray[np.int64], weight: NDArray[np.float64], n_stories: int, most: int
) -> NDArray[np.int64]:
    """Give the rows of greatest weight of each story, shape (n_stories, most).

    Rows of no weight are left out, and -1 stands where there are fewer; ties go to the first.
    """
    best = np.full((n_stories, most), -1, dtype=np.int64)
    filled = np.zeros(n_stories, dtype=np.int64)
    for row in range(len(story)):
        one = story[row]
        at = filled[one]
        if weight[row] <= 0.0 or (at == most and weight[best[one, most - 1]] >= weight[row]):
            continue
        if at == most:
            at -= 1
        else:
            filled[one] += 1
        while at > 0 and weight[best[one, at - 1]] < weight[row]:
            best[one, at] = best[one, at - 1]
            at -= 1
        best[one, at] = row
    return best
