"""Other ways to gather stories, of our own writing: what ours is held against.

Each takes articles and a threshold, and gives a group of each. Articles are compared by
scikit-learn's TF-IDF of title and text, within the same window of days as ours; the undated
meet all. Thresholds are not set by hand: `quality.py` gives each way the one that is best
for it over all corpora.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import DBSCAN
from sklearn.feature_extraction.text import TfidfVectorizer

WINDOW_DAYS = 4.0
UNKNOWN_GAP = 1.5


class Stream(NamedTuple):
    """Articles by time, the undated last."""

    titles: list[str]
    texts: list[str]
    days: NDArray[np.float64]


class Edges(NamedTuple):
    """Pairs inside the window, left above right, and their cosines."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    cosine: NDArray[np.float64]


def whole_vectors(stream: Stream) -> Any:
    documents = [f"{a}\n{b}" for a, b in zip(stream.titles, stream.texts, strict=True)]
    return TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.5).fit_transform(documents)


def edges(vectors: Any, days: NDArray[np.float64], floor: float) -> Edges:
    """Multiply block by block, and keep what reaches the floor inside the window."""
    rows = vectors.tocsr()
    parts = list(_blocks(rows, days, floor))
    return Edges(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _blocks(vectors: Any, days: NDArray[np.float64], floor: float) -> Iterator[Edges]:
    oldest = np.searchsorted(days, days - WINDOW_DAYS)
    oldest[np.isnan(days)] = 0
    for start in range(0, vectors.shape[0], 500):
        first, stop = int(oldest[start]), min(start + 500, vectors.shape[0])
        first = min(first, int(oldest[start:stop].min()))
        product = (vectors[start:stop] @ vectors[first:stop].T).tocoo()
        left, right, cosine = product.row + start, product.col + first, product.data
        gap = days[left] - days[right]
        near = (right < left) & (cosine >= floor) & ~(gap > WINDOW_DAYS)
        yield Edges(left[near], right[near], cosine[near])


def single_linkage(found: Edges, n: int, threshold: float) -> NDArray[np.int64]:
    """Join whatever is near: plain TF-IDF with single linkage."""
    near = found.cosine >= threshold
    ends = (found.left[near], found.right[near])
    graph = sparse.coo_array((np.ones(len(ends[0])), ends), shape=(n, n))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def first_story(found: Edges, n: int, threshold: float) -> NDArray[np.int64]:
    """Give an article the story of its nearest earlier one, or a new one (Allan et al. 1998)."""
    order = np.lexsort((-found.cosine, found.left))
    first = order[np.flatnonzero(np.diff(found.left[order], prepend=-1))]
    group = np.arange(n)
    for row, nearest, cosine in zip(
        found.left[first], found.right[first], found.cosine[first], strict=True
    ):
        if cosine >= threshold:
            group[row] = group[nearest]
    return group


def dbscan(found: Edges, n: int, threshold: float) -> NDArray[np.int64]:
    """Cluster by density (Ester et al. 1996); noise is alone.

    Two articles may be a story, so two make a core: then it finds what single linkage does.
    """
    near = found.cosine >= threshold
    left, right = found.left[near], found.right[near]
    distance = np.maximum(1 - found.cosine[near], 1e-9)
    graph = sparse.coo_array((distance, (left, right)), shape=(n, n)).tocsr()
    labels = DBSCAN(eps=1 - threshold, min_samples=2, metric="precomputed").fit_predict(
        graph + graph.T
    )
    return np.where(labels >= 0, labels, labels.max(initial=0) + 1 + np.arange(n))
