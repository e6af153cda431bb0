"""Why an article is in its story: what the grouping measured between it and others."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.settings import StorySettings
from pipeline.stories.assign import Assignment, assign
from pipeline.stories.known import Known
from pipeline.stories.scores import pair_scores
from pipeline.stories.tfidf import columns_of, count

_TERMS = 8
"""Terms named of each pair."""


@dataclass(frozen=True)
class Evidence:
    """What the grouping measured between one article and n others."""

    rows: NDArray[np.int64]
    """Article rows of those that score, the nearest first; shape (n,)."""
    scores: NDArray[np.float64]
    """What the grouping counted for each pair, shape (n,)."""
    cosines: NDArray[np.float64]
    """Of texts, leads and titles, before time and crowding; shape (n, 3)."""
    gaps: NDArray[np.float64]
    """Days between the two, NaN where unknown; shape (n,)."""
    terms: NDArray[np.uint64]
    """Token hashes that carry most of the texts' cosine, 0 for none; shape (n, 8)."""
    stories: list[NDArray[np.int64]]
    """Article rows of its own group, then of the other groups with a pair, the nearest first."""
    means: NDArray[np.float64]
    """Mean score of the article with each of these but itself; pairs without a score count 0."""
    threshold: float
    """Mean score of all pairs of two groups that joins them."""
    stray: bool
    """Whether the groups were made without it, and it was then put into the nearest."""
    stray_threshold: float
    """Mean score with the members of a group at which that happens."""
    n_compared: int
    """Kept articles of its language."""


def evidence(
    articles: pa.Table,
    tokens: pa.Table,
    folds: pa.Table,
    settings: StorySettings,
    row: int,
    threads: int = 0,
    known: Known | None = None,
) -> Evidence:
    """Measure a kept article against the others, by the very steps of `pipeline.stories.group`.

    Parameters
    ----------
    articles, tokens, folds, settings, threads, known
        As of `pipeline.stories.group`.
    row : int
        Of a kept article.
    """
    found = assign(articles, tokens, folds, settings, threads, known)
    one = next(one for one in found if (one.rows == row).any())
    at = int(np.flatnonzero(one.rows == row)[0])
    pairs = one.pairs
    mine = np.flatnonzero((pairs.left == at) | (pairs.right == at))
    other = np.where(pairs.left[mine] == at, pairs.right[mine], pairs.left[mine]).astype(np.int64)
    score = pairs.similarity[mine].astype(np.float64)
    order = np.lexsort((other, -score))
    other, score = other[order], score[order]
    groups, means = _groups(one.labels, at, other, score)
    threshold = settings.threshold or one.model.threshold
    parts = pair_scores(one, np.full(len(other), at), other, settings)
    counts = count(tokens, one.rows, settings.lead_words, threads)
    return Evidence(
        one.rows[other],
        score,
        np.stack([parts.whole, parts.lead, parts.title], axis=1),
        parts.gap_days,
        _terms(one, at, other, counts.hashes[columns_of(counts.whole)]),
        [one.rows[group] for group in groups],
        means,
        threshold,
        bool(one.stray[at]),
        one.model.stray * threshold,
        len(one.rows),
    )


def _terms(
    one: Assignment, at: int, others: NDArray[np.int64], hashes: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Name the terms of greatest product in two rows."""
    whole = one.vectors.whole
    mine = whole[[at], :].toarray().ravel()
    named = np.zeros((len(others), _TERMS), dtype=np.uint64)
    for k, other in enumerate(others.tolist()):
        start, stop = whole.indptr[other], whole.indptr[other + 1]
        columns = whole.indices[start:stop]
        products = whole.data[start:stop] * mine[columns]
        best = np.argsort(-products, kind="stable")[:_TERMS]
        best = best[products[best] > 0]
        named[k, : len(best)] = hashes[columns[best]]
    return named


def _groups(
    labels: NDArray[np.int64], at: int, other: NDArray[np.int64], score: NDArray[np.float64]
) -> tuple[list[NDArray[np.int64]], NDArray[np.float64]]:
    """Members of the groups near an article, its own first, and their mean score with it."""
    found, place = np.unique(np.append(labels[other], labels[at]), return_inverse=True)
    total = np.bincount(place, weights=np.append(score, 0.0))
    size = np.bincount(labels, minlength=len(labels))[found]
    own = found == labels[at]
    mean = total / np.maximum(size - own, 1)
    order = np.lexsort((found, -mean, ~own))
    return [np.flatnonzero(labels == label) for label in found[order]], mean[order]
