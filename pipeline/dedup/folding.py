"""Which text stands for which: folding without chains."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import schema
from pipeline.dedup.texts import Texts
from pipeline.dedup.verify import Overlaps
from pipeline.settings import DedupSettings

_LISTED_COPIES = 64
"""Of a text that more articles print word for word, pairs are listed for the first alone:
the others are known from it, and their number would grow with the square."""


def is_repost(pairs: Overlaps, settings: DedupSettings) -> NDArray[np.bool_]:
    """Tell which pairs are near copies or excerpts; shape (n_pairs,)."""
    enough = pairs.shared >= settings.min_shared_shingles
    return enough & (
        (pairs.jaccard >= settings.jaccard) | (pairs.containment >= settings.containment)
    )


def is_borderline(pairs: Overlaps, settings: DedupSettings) -> NDArray[np.bool_]:
    """Tell which pairs are reposts, or fall short by no more than the margin; (n_pairs,)."""
    enough = pairs.shared >= settings.min_shared_shingles
    return enough & (
        (pairs.jaccard >= settings.jaccard - settings.margin)
        | (pairs.containment >= settings.containment - settings.margin)
    )


def fold_texts(n: int, pairs: Overlaps, settings: DedupSettings) -> NDArray[np.int64]:
    """Choose the kept text of each of n texts in keep order.

    Every text is verified against its own kept text: a copy of a copy that is no copy of
    the kept one stays by itself. Near copies come before excerpts, then the higher overlap.

    Returns
    -------
    int64 array, shape (n,)
        Row in ``pairs`` that folds each text into its ``left``; -1 where it is kept.
    """
    from pipeline.dedup.kernels.keeping import choose_kept

    rows = np.flatnonzero(is_repost(pairs, settings))
    rows = rows[np.lexsort((pairs.left[rows], pairs.right[rows]))]
    starts = np.searchsorted(pairs.right[rows], np.arange(n + 1))
    near = pairs.jaccard >= settings.jaccard
    strength = np.where(near, 1 + pairs.jaccard, pairs.containment)
    chosen = choose_kept(n, pairs.left[rows], starts, strength[rows])
    if not len(rows):
        return chosen
    return np.where(chosen < 0, -1, rows[chosen])


def fold_table(
    texts: Texts, chosen: NDArray[np.int64], pairs: Overlaps, settings: DedupSettings
) -> pa.Table:
    """Write the folds of articles, from those of texts.

    Parameters
    ----------
    texts : Texts
        n texts.
    chosen : int64 array, shape (n,)
        From `fold_texts`.
    pairs : Overlaps
        Verified pairs of texts, and every repeated text paired with itself.
    settings : DedupSettings
        Jaccard from which a pair is ``near``, and no ``excerpt``.

    Returns
    -------
    table of schema.FOLDS
        Sorted by article row.
    """
    identical = np.flatnonzero(pairs.left == pairs.right)
    same_text = np.full(len(texts.rows), -1, dtype=np.int64)
    same_text[pairs.left[identical]] = identical
    articles = np.arange(len(texts.of_article), dtype=np.int32)
    pair = chosen[texts.of_article]
    is_copy = texts.rows[texts.of_article] != articles
    pair = np.where((pair < 0) & is_copy, same_text[texts.of_article], pair)
    folded = pair >= 0
    pair = pair[folded]
    relation = np.where(pairs.jaccard[pair] >= settings.jaccard, "near", "excerpt")
    relation[pairs.left[pair] == pairs.right[pair]] = "exact"
    return pa.table(
        [
            articles[folded],
            texts.rows[pairs.left[pair]],
            relation,
            pairs.jaccard[pair],
            pairs.containment[pair],
            pairs.shared[pair],
        ],
        schema=schema.FOLDS,
    )


def pair_table(texts: Texts, pairs: Overlaps) -> pa.Table:
    """List verified pairs of articles, from those of texts.

    Parameters
    ----------
    texts : Texts
        The texts.
    pairs : Overlaps
        Verified pairs of texts, and every repeated text paired with itself.

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
    left, right, source = article_pairs(pairs.left, pairs.right, by_text, starts, _LISTED_COPIES)
    order = np.lexsort((right, left))
    source = source[order]
    return pa.table(
        [
            left[order],
            right[order],
            pairs.jaccard[source],
            pairs.containment[source],
            pairs.shared[source],
        ],
        schema=schema.VERIFIED_PAIRS,
    )
