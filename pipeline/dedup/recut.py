"""Fold anew from verified pairs of articles, at other thresholds."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from pipeline.dedup.folding import Compared
from pipeline.dedup.origin import Printed, folded
from pipeline.dedup.relations import EXACT, PART, TEMPLATE, Circumstances, ends, relations
from pipeline.dedup.texts import days_of, source_codes
from pipeline.dedup.verify import Overlaps
from pipeline.settings import DedupSettings


def refold(articles: pa.Table, pairs: pa.Table, settings: DedupSettings) -> pa.Table:
    """Fold articles from the pairs of an earlier run; see `pipeline.dedup.refold`."""
    left, right = (pairs[name].to_numpy() for name in ("left", "right"))
    relation = pairs["relation"].to_numpy(zero_copy_only=False).astype(str)
    words = articles["words"].to_numpy().astype(np.int64)
    days = days_of(articles["published"])
    same = relation == EXACT
    text_of, rows = _texts(left[same], right[same], words, days)
    x, y = text_of[left], text_of[right]
    ordered = x <= y
    sizes = [pairs[name].to_numpy() for name in ("left_shingles", "right_shingles")]
    every = Overlaps(
        np.where(ordered, x, y),
        np.where(ordered, y, x),
        pairs["shared_shingles"].to_numpy(),
        np.where(ordered, *sizes),
        np.where(ordered, *sizes[::-1]),
        pairs["new_opening"].to_numpy(zero_copy_only=False).astype(np.bool_),
    )
    _, first = np.unique(np.stack([every.left, every.right]), axis=1, return_index=True)
    every, relation = every.where(first), relation[first]
    facts = pairs["other_facts"].to_numpy(zero_copy_only=False).astype(np.bool_)[first]
    about = _circumstances(articles, rows, days, every, relation, facts)
    compared = Compared(every, facts, relations(every, facts, about, settings))
    printed = Printed.of(articles, words, days)
    return folded(compared, about.roundup, text_of, printed, settings)


def _texts(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    words: NDArray[np.int64],
    days: NDArray[np.float64],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Gather articles of one text, in keep order: each one's text, and each text's first row."""
    n = len(words)
    graph = sparse.coo_array((np.ones(len(left), np.int8), (left, right)), shape=(n, n))
    _, group = connected_components(graph, directed=False)
    order = np.lexsort((days, -words))
    _, first, inverse = np.unique(group[order], return_index=True, return_inverse=True)
    text_of = np.empty(n, dtype=np.int32)
    text_of[order] = np.argsort(np.argsort(first))[inverse]
    return text_of, order[np.sort(first)]


def _circumstances(
    articles: pa.Table,
    rows: NDArray[np.int64],
    days: NDArray[np.float64],
    pairs: Overlaps,
    relation: NDArray[np.str_],
    facts: NDArray[np.bool_],
) -> Circumstances:
    holder, held = ends(pairs)
    roundup = np.zeros(len(rows), dtype=np.bool_)
    roundup[holder[relation == PART]] = True
    boilerplate = np.zeros(len(rows), dtype=np.bool_)
    boilerplate[held[(relation == TEMPLATE) & ~facts]] = True
    return Circumstances(days[rows], source_codes(articles, rows), roundup, boilerplate)
