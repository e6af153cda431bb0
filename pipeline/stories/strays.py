"""The second pass: articles that linkage left alone join the group that is nearest to them.

A merge of two groups needs evidence from both; one article has only its own. Average linkage
also leaves out late and short reports of an event whose group is complete without them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.stories.linkage import ONE, by_first


def with_strays(
    labels: NDArray[np.int64],
    left: NDArray[np.integer[Any]],
    right: NDArray[np.integer[Any]],
    similarity: NDArray[np.float64],
    form: NDArray[np.int64],
    least: float,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Put each article that is alone into the group of several that it scores best with.

    All are placed at once, so that their order is nothing: no stray draws another after it.

    Parameters
    ----------
    labels : int64 array, shape (n,)
        Each row's group, named by its first row.
    left, right : int arrays, shape (n_pairs,)
        Pairs that score; every other pair counts 0.
    similarity : float64 array, shape (n_pairs,)
    form : int64 array, shape (n,)
        Of `forms`; an instalment of a recurring form stays alone, or its days would meet in
        one group.
    least : float
        Mean score with the members of a group at which a row joins it.

    Returns
    -------
    labels : int64 array, shape (n,)
    stray : bool array, shape (n,)
        Which rows were put into a group.
    """
    n = len(labels)
    size = np.bincount(labels, minlength=n)
    alone = size[labels] == 1
    may_join = alone & (form < 0)
    met = [np.flatnonzero(may_join[a] & ~alone[b]) for a, b in ((left, right), (right, left))]
    row = np.concatenate([left[met[0]], right[met[1]]])
    other = np.concatenate([right[met[0]], left[met[1]]])
    pair, place = np.unique(row * np.int64(n) + labels[other], return_inverse=True)
    # whole numbers, as in linkage: sums that do not depend on their order
    total = np.bincount(place, np.round(similarity[np.concatenate(met)] * ONE), len(pair))
    row, group = np.divmod(pair, max(n, 1))
    mean = total / size[group]
    order = np.lexsort((group, -mean, row))
    best = order[np.diff(row[order], prepend=-1) > 0]
    best = best[mean[best] >= least * ONE]
    joined = labels.copy()
    joined[row[best]] = group[best]
    stray = np.zeros(n, dtype=np.bool_)
    stray[row[best]] = True
    return by_first(joined), stray
