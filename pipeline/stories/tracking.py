"""Groups of this run to the stories of earlier ones: who continues, joins, leaves, is new.

A group is matched to earlier stories by the members they share. An earlier story goes on in
the group that holds most of it; where several go on in one group they have turned out to be
one, and the eldest gives its name; a group in which none goes on is a new story. A closed
story is frozen: its members stay, and an article that comes late may still join it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Followed(NamedTuple):
    """What became of n members and of m earlier stories."""

    story: NDArray[np.int64]
    """Story of each member, shape (n,); from m upwards a new one, numbered by its group's."""
    named: NDArray[np.int64]
    """Story that each group goes by, -1 where all its members belong to closed ones."""
    merged: NDArray[np.int64]
    """Rows of (story that ended, story it became part of), shape (n_merged, 2)."""
    split: NDArray[np.int64]
    """Rows of (new story, earlier story that most of its members left), shape (n_split, 2)."""


def follow(
    group: NDArray[np.int64], prior: NDArray[np.int64], closed: NDArray[np.bool_]
) -> Followed:
    """Match groups to earlier stories.

    Parameters
    ----------
    group : int64 array, shape (n,)
        Group of each member, from 0.
    prior : int64 array, shape (n,)
        Earlier story of each member, the eldest story 0; -1 for one that had none.
    closed : bool array, shape (m,)
        Which earlier stories are closed.

    Returns
    -------
    Followed
        New stories are numbered from m in the order of their groups.
    """
    m = len(closed)
    n_groups = int(group.max(initial=-1)) + 1
    had = prior >= 0
    frozen = had & closed[np.where(had, prior, 0)] if m else np.zeros(len(group), dtype=np.bool_)
    shares = _shares(group[had & ~frozen], prior[had & ~frozen])
    heirs = _best(shares, by=1)  # of each earlier story, the group that holds most of it
    named = np.full(n_groups, -1, dtype=np.int64)
    for at in heirs[np.argsort(shares[heirs, 1])[::-1]]:  # the eldest last: its name stays
        named[shares[at, 0]] = shares[at, 1]
    merged = [(s, named[g]) for g, s in shares[heirs, :2].tolist() if named[g] != s]

    loose = np.zeros(n_groups, dtype=np.bool_)  # groups with members that no closed story holds
    loose[group[~frozen]] = True
    late = _shares(group[frozen], prior[frozen])
    left = _best(shares, by=0)
    came_from = np.full(n_groups, -1, dtype=np.int64)
    came_from[shares[left, 0]] = shares[left, 1]
    for g, s in late[_best(late, by=0), :2].tolist():
        if named[g] < 0 and came_from[g] < 0:
            named[g] = s  # none but latecomers beside a closed story: they join it
    fresh = np.flatnonzero((named < 0) & loose)
    named[fresh] = m + np.arange(len(fresh))
    split = [(named[g], came_from[g]) for g in fresh.tolist() if came_from[g] >= 0]
    story = np.where(frozen, prior, named[group] if n_groups else prior)
    return Followed(story, named, _pairs(merged), _pairs(split))


def _shares(group: NDArray[np.int64], prior: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of (group, story, members in both), shape (n, 3)."""
    pairs, counts = np.unique(np.stack([group, prior]), axis=1, return_counts=True)
    return np.concatenate([pairs, counts[np.newaxis]]).T.astype(np.int64)


def _best(shares: NDArray[np.int64], by: int) -> NDArray[np.int64]:
    """Give the row with most members of each group (by 0) or story (by 1); ties to the first."""
    other = 1 - by
    order = np.lexsort((shares[:, other], -shares[:, 2], shares[:, by]))
    return order[np.flatnonzero(np.diff(shares[order, by], prepend=-1))]


def _pairs(found: list[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(found, dtype=np.int64).reshape(-1, 2)
