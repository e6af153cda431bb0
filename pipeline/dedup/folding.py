"""Which text stands for which: folding without chains."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import schema
from pipeline.dedup.relations import EXACT, EXCERPT, NEAR
from pipeline.dedup.texts import Texts
from pipeline.dedup.verify import Overlaps

_LISTED_COPIES = 64
"""Of a text that more articles print word for word, pairs are listed for the first alone:
the others are known from it, and their number would grow with the square."""


class Compared(NamedTuple):
    """Verified pairs of texts, and every repeated text paired with itself."""

    pairs: Overlaps
    facts: NDArray[np.bool_]
    """Whether the two are one form with other facts, shape (n_pairs,)."""
    relation: NDArray[np.str_]
    """From `relations.relations`, shape (n_pairs,)."""


def fold_texts(n: int, compared: Compared, roundup: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Choose the text that stands for each of n texts.

    Texts are in keep order, a roundup behind those that are none: it holds nothing but its
    own copies. Every text is verified against the one it folds into: a copy of a copy that
    is no copy of the kept one stays by itself. Near copies come before excerpts, then the
    higher overlap.

    Parameters
    ----------
    n : int
    compared : Compared
        Pairs of n texts in keep order.
    roundup : bool array, shape (n,)

    Returns
    -------
    int64 array, shape (n,)
        Row in ``compared`` that folds each text into the other one; -1 where it is kept.
    """
    from pipeline.dedup.kernels.keeping import choose_kept

    place = np.empty(n, dtype=np.int64)
    place[np.argsort(roundup, kind="stable")] = np.arange(n)
    pairs = compared.pairs
    rows = np.flatnonzero(np.isin(compared.relation, (NEAR, EXCERPT)))
    first, second = np.sort([place[pairs.left[rows]], place[pairs.right[rows]]], axis=0)
    order = np.lexsort((first, second))
    rows, first, second = rows[order], first[order], second[order]
    starts = np.searchsorted(second, np.arange(n + 1))
    near = compared.relation[rows] == NEAR
    strength = np.where(near, 1 + pairs.jaccard[rows], pairs.containment[rows])
    chosen = choose_kept(n, first, starts, strength)[place]
    if not len(rows):
        return chosen
    return np.where(chosen < 0, -1, rows[chosen])


def stands_for(chosen: NDArray[np.int64], pairs: Overlaps) -> NDArray[np.int64]:
    """Give the text that stands for each text, itself where it is kept; shape (n,)."""
    kept = np.arange(len(chosen))
    folded = chosen >= 0
    left, right = pairs.left[chosen[folded]], pairs.right[chosen[folded]]
    kept[folded] = np.where(left == kept[folded], right, left)
    return kept


def fold_table(kept: NDArray[np.int64], text_of: NDArray[np.int32], compared: Compared) -> pa.Table:
    """Write the folds of articles.

    Parameters
    ----------
    kept : int64 array, shape (n_articles,)
        Row of each article's kept article, its own where it is kept.
    text_of : int32 array, shape (n_articles,)
        The text that each article prints.
    compared : Compared
        Holds the texts of every article and its kept one as a pair.

    Returns
    -------
    table of schema.FOLDS
        Sorted by article row.
    """
    folded = np.flatnonzero(kept != np.arange(len(kept)))
    row = pair_rows(compared.pairs, text_of[folded], text_of[kept[folded]])
    pairs = compared.pairs.where(row)
    relation = compared.relation[row]
    relation = np.where(pairs.left == pairs.right, EXACT, relation)
    return pa.table(
        [
            folded.astype(np.int32),
            kept[folded].astype(np.int32),
            pa.array(relation, pa.string()),
            pairs.jaccard,
            pairs.containment,
            pairs.shared,
        ],
        schema=schema.FOLDS,
    )


def pair_rows(
    pairs: Overlaps, one: NDArray[np.int32], other: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Find the row of each pair of texts, whichever way round; -1 where there is none."""
    if not len(pairs.left):
        return np.full(len(one), -1, dtype=np.int64)
    n = 1 + max(int(pairs.left.max()), int(pairs.right.max()), *one.tolist(), *other.tolist())
    keys = _unordered(pairs.left, pairs.right, n)
    order = np.argsort(keys)
    wanted = _unordered(one, other, n)
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    return np.where(keys[order[at]] == wanted, order[at], -1)


def _unordered(one: NDArray[np.int32], other: NDArray[np.int32], n: int) -> NDArray[np.int64]:
    return np.minimum(one, other).astype(np.int64) * n + np.maximum(one, other)


def pair_table(texts: Texts, compared: Compared) -> pa.Table:
    """List verified pairs of articles, from those of texts.

    Returns
    -------
    table of schema.VERIFIED_PAIRS
        left < right, sorted.
    """
    from pipeline.dedup.kernels.pairs import article_pairs

    articles = np.arange(len(texts.of_article), dtype=np.int32)
    leads = texts.rows[texts.of_article] == articles
    by_text = np.lexsort((articles, ~leads, texts.of_article)).astype(np.int32)
    starts = np.searchsorted(texts.of_article[by_text], np.arange(len(texts.rows) + 1))
    pairs = compared.pairs
    left, right, source = article_pairs(pairs.left, pairs.right, by_text, starts, _LISTED_COPIES)
    order = np.lexsort((right, left))
    left, right, source = left[order], right[order], source[order]
    pairs = pairs.where(source)
    straight = texts.of_article[left] == pairs.left
    return pa.table(
        [
            left,
            right,
            pairs.jaccard,
            pairs.containment,
            pairs.shared,
            np.where(straight, pairs.left_size, pairs.right_size),
            np.where(straight, pairs.right_size, pairs.left_size),
            compared.facts[source],
            pairs.new_opening,
            pa.array(compared.relation[source], pa.string()),
        ],
        schema=schema.VERIFIED_PAIRS,
    )
