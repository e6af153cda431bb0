"""How near each article is to the rest of its story."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.stories.assign import Assignment
from pipeline.text import offsets_of


@dataclass(frozen=True)
class Central:
    """The members of n stories of one language."""

    sizes: NDArray[np.int64]
    """Members of each story, shape (n,)."""
    positions: NDArray[np.int64]
    """Positions in the assignment, story by story."""
    members: NDArray[np.int64]
    """The same as rows of the articles table."""
    similarity: NDArray[np.float64]
    """Mean cosine of each to the others of its story; 1 for one alone."""


def central(found: Assignment) -> Central:
    """Measure the members of each story of one language."""
    _, label = np.unique(found.labels, return_inverse=True)
    positions = np.argsort(label, kind="stable")
    sizes = np.bincount(label)
    starts = offsets_of(sizes)
    whole = found.vectors.whole
    similarity = mean_cosines(
        starts, positions, whole.indptr.astype(np.int64), whole.indices, whole.data, whole.shape[1]
    )
    return Central(sizes, positions, found.rows[positions], similarity)


def picked(one: Central, stories: NDArray[np.bool_]) -> Central:
    """Leave out the stories under a mask's False, shape (n,)."""
    stay = np.repeat(stories, one.sizes)
    return Central(one.sizes[stories], one.positions[stay], one.members[stay], one.similarity[stay])


def speaking(one: Central, silent: NDArray[np.bool_]) -> Central:
    """Leave out silent articles, by row, of stories that have others."""
    story = np.repeat(np.arange(len(one.sizes)), one.sizes)
    speaks = ~silent[one.members]
    heard = np.bincount(story[speaks], minlength=len(one.sizes)) > 0
    stay = speaks | ~heard[story]
    sizes = np.bincount(story[stay], minlength=len(one.sizes))
    return Central(sizes, one.positions[stay], one.members[stay], one.similarity[stay])


@njit(cache=True, nogil=True)
def mean_cosines(
    starts: NDArray[np.int64],
    positions: NDArray[np.int64],
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: NDArray[np.float32],
    n_terms: int,
) -> NDArray[np.float64]:
    """Give each row's mean product with the other rows of its story; 1 for one alone."""
    total = np.zeros(n_terms, dtype=np.float64)
    means = np.ones(len(positions), dtype=np.float64)
    for story in range(len(starts) - 1):
        size = starts[story + 1] - starts[story]
        if size == 1:
            continue
        for k in range(starts[story], starts[story + 1]):
            for p in range(indptr[positions[k]], indptr[positions[k] + 1]):
                total[indices[p]] += data[p]
        for k in range(starts[story], starts[story + 1]):
            product = 0.0
            for p in range(indptr[positions[k]], indptr[positions[k] + 1]):
                weight = np.float64(data[p])
                product += weight * (total[indices[p]] - weight)
            means[k] = min(1.0, max(0.0, product / (size - 1)))
        for k in range(starts[story], starts[story + 1]):
            for p in range(indptr[positions[k]], indptr[positions[k] + 1]):
                total[indices[p]] = 0.0
    return means
