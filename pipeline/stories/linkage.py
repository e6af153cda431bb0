"""Average linkage over a sparse graph: groups whose mean similarity reaches a threshold.

The similarity of two groups is the mean over all their pairs, and a pair without an edge
counts zero. The nearest-neighbour chain (Benzécri 1982; Murtagh 1983) merges reciprocal
neighbours in any order and gives the same groups as merging the nearest pair first, since
average linkage is reducible. Edges lie in linked lists, so that two groups merge in
constant time and memory stays that of the edges however large a component is:
scikit-learn's AgglomerativeClustering needs the dense matrix, and serves as oracle in the
tests.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from pipeline.parallel import over_ranges
from pipeline.text import offsets_of

ONE = float(1 << 30)
"""Similarities are summed as whole numbers of 2**-30: sums that do not depend on their
order are the same from both sides, without which a chain of near ties might never end."""


def by_first(group: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Name each of n rows' groups by its first row, shape (n,)."""
    _, first, place = np.unique(group, return_index=True, return_inverse=True)
    return first[place]


def average_linkage(
    n: int,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    similarity: NDArray[np.float64],
    threshold: float,
    threads: int = 1,
) -> NDArray[np.int64]:
    """Group n rows.

    Parameters
    ----------
    n : int
    left, right : int32 arrays, shape (n_edges,)
        Each pair once.
    similarity : float64 array, shape (n_edges,)
    threshold : float
        Groups merge while the mean similarity of some two is at least this.
    threads : int
        0 for every core; the groups are the same with any number.

    Returns
    -------
    int64 array, shape (n,)
        Each row's group, named by its first row.
    """
    strong = similarity >= threshold
    graph = sparse.coo_array(
        (np.ones(int(strong.sum()), dtype=np.int8), (left[strong], right[strong])), shape=(n, n)
    )
    n_components, component = connected_components(graph, directed=False)
    inside = component[left] == component[right]  # a mean >= t needs an edge >= t
    left, right = left[inside], right[inside]
    weight = np.round(similarity[inside] * ONE).astype(np.int64)
    of_edge = component[left]
    labels = np.empty(n, dtype=np.int64)

    def link(first: int, last: int) -> None:
        """Group the rows of some components: no edge leads out of them."""
        edges = (first <= of_edge) & (of_edge < last)
        rows = (first <= component) & (component < last)
        groups = chain(n, left[edges], right[edges], weight[edges], threshold * ONE)
        labels[rows] = groups[rows]

    n_edges = np.bincount(of_edge, minlength=n_components)
    over_ranges(link, offsets_of(n_edges), threads)
    return labels


@njit(inline="always")
def _root(parent, row):
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@njit(inline="always")
def _adjacency(n, left, right, similarity):
    """Lay out the list of each row's neighbours, one behind the other until they are joined."""
    starts = np.zeros(n + 1, dtype=np.int64)
    for edge in range(len(left)):
        starts[left[edge] + 1] += 1
        starts[right[edge] + 1] += 1
    for row in range(n):
        starts[row + 1] += starts[row]
    free = starts[:-1].copy()
    target = np.empty(2 * len(left), dtype=np.int32)
    weight = np.empty(2 * len(left), dtype=np.int64)
    for edge in range(len(left)):
        for side in range(2):
            row = left[edge] if side == 0 else right[edge]
            target[free[row]] = right[edge] if side == 0 else left[edge]
            weight[free[row]] = similarity[edge]
            free[row] += 1
    head = np.full(n, -1, dtype=np.int64)
    following = np.arange(1, len(target) + 1)
    for row in range(n):
        if starts[row] < starts[row + 1]:
            head[row] = starts[row]
            following[starts[row + 1] - 1] = -1
    return head, free - 1, following, target, weight


@njit(inline="always")
def _nearest(group, previous, head, tail, following, target, weight, parent, size, slot):
    """Find the nearest group, and shorten the list to one entry a neighbour meanwhile.

    Ties go to the previous group of the chain, which ends it, then to the first.
    """
    entry = head[group]
    last = -1
    while entry >= 0:
        other = _root(parent, target[entry])
        after = following[entry]
        if other != group:
            if slot[other] < 0:
                slot[other] = entry
                target[entry] = other
                if last < 0:
                    head[group] = entry
                else:
                    following[last] = entry
                last = entry
            else:
                weight[slot[other]] += weight[entry]
        entry = after
    if last < 0:
        head[group] = -1
    else:
        following[last] = -1
    tail[group] = last
    best, best_mean = -1, -1.0
    entry = head[group]
    while entry >= 0:
        other = target[entry]
        slot[other] = -1
        mean = weight[entry] / (size[other] * size[group])
        tied = mean == best_mean and best != previous and (other == previous or other < best)
        if mean > best_mean or tied:
            best, best_mean = other, mean
        entry = following[entry]
    return best, best_mean


@njit(cache=True, nogil=True)
def chain(
    n: int,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    similarity: NDArray[np.int64],
    threshold: float,
) -> NDArray[np.int64]:
    """Group n rows as `average_linkage` does, over all edges given, in whole numbers."""
    head, tail, following, target, weight = _adjacency(n, left, right, similarity)
    parent = np.arange(n)
    size = np.ones(n, dtype=np.int64)
    slot = np.full(n, -1, dtype=np.int64)
    links = np.empty(n + 1, dtype=np.int64)
    for start in range(n):
        if parent[start] != start:
            continue
        links[0] = start
        length = 1
        while length > 0:
            group = links[length - 1]
            previous = links[length - 2] if length > 1 else -1
            best, mean = _nearest(
                group, previous, head, tail, following, target, weight, parent, size, slot
            )
            if best < 0 or mean < threshold:
                length -= 1
            elif best != previous:
                links[length] = best
                length += 1
            else:
                keep, gone = min(group, previous), max(group, previous)
                parent[gone] = keep
                size[keep] += size[gone]
                if head[gone] >= 0:
                    if head[keep] < 0:
                        head[keep] = head[gone]
                    else:
                        following[tail[keep]] = head[gone]
                    tail[keep] = tail[gone]
                length -= 2
                if length == 0:
                    links[0] = keep
                    length = 1
    for row in range(n):
        parent[row] = _root(parent, row)
    return parent
