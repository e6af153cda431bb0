"""What repost search knows of stories: updates belong to one, a roundup to none of its parts'."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import schema

if TYPE_CHECKING:  # brings the kernels, which wait until they are needed
    from pipeline.stories.neighbors import Pairs

BACKGROUND = pa.schema([*schema.TOKENS, ("language", pa.string())])
"""Of articles that only say how common terms are."""


class Known(NamedTuple):
    """Article rows whose place is known before anything is measured."""

    together: NDArray[np.integer[Any]]
    """Pairs of articles of one story: one goes on from the other; shape (n, 2)."""
    alone: NDArray[np.integer[Any]]
    """Articles that link no others, for they contain unrelated ones; shape (n,)."""
    silent: NDArray[np.integer[Any]] = np.empty(0, dtype=np.int64)
    """Articles that stay in another story than their group's, and so say nothing of it; (n,)."""

    story: NDArray[np.integer[Any]] | None = None
    """Story of every article, where these stay as they are and are only told anew; (n_articles,)"""
    as_told: NDArray[np.integer[Any]] | None = None
    """Story of every article so far, -1 where that will be told anew anyway; (n_articles,)"""
    background: pa.Table | None = None
    """Of BACKGROUND: articles besides, where the others are too few to tell common terms."""
    aside: NDArray[np.bool_] | None = None
    """Which articles take no part; (n_articles,)"""


def heeding(
    pairs: "Pairs", rows: NDArray[np.int64], known: Known, kept: NDArray[np.int64]
) -> "Pairs":
    """Make pairs certain that are known to belong together, and drop those of roundups.

    Parameters
    ----------
    pairs : Pairs
        Positions in ``rows``, and how similar these are.
    rows : int64 array, shape (n,)
        Rows of the articles table.
    known : Known
        By rows of the articles table.
    kept : int64 array, shape (n_articles,)
        Row of each article's kept article, its own where it is kept.

    Returns
    -------
    Pairs
        A similarity of 1 is that of known pairs.
    """
    if not len(known.together) and not len(known.alone):
        return pairs
    place = np.full(len(kept), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    alone = np.zeros(len(rows) + 1, dtype=np.bool_)  # one more for those not among the rows
    alone[place[kept[known.alone]]] = True
    ends = np.sort(place[kept[known.together]], axis=1)
    ends = ends[(ends[:, 0] >= 0) & (ends[:, 0] != ends[:, 1]) & ~alone[ends].any(axis=1)]
    n = max(len(rows), 1)
    certain = np.unique(ends[:, 1] * n + ends[:, 0])
    keys = pairs.left.astype(np.int64) * n + pairs.right
    others = ~alone[pairs.left] & ~alone[pairs.right] & ~np.isin(keys, certain)
    keys = np.concatenate([keys[others], certain])
    order = np.argsort(keys, kind="stable")
    similarity = np.concatenate([pairs.similarity[others], np.ones(len(certain), np.float32)])
    left, right = np.divmod(keys[order], n)
    return replace(
        pairs,
        left=left.astype(np.int32),
        right=right.astype(np.int32),
        similarity=similarity[order],
    )
