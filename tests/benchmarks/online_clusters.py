"""Online clusters after Miranda et al. (2018), "Multilingual Clustering of Streaming News".

An article joins the cluster whose centroid is nearest, or begins one. Nearness is the mean
of the cosines of nine TF-IDF fields (words, stems and names, each of title, text, and both)
times a Gaussian of the days since the cluster's latest article. Two things differ from the
paper: its lemmas and named entities need models of a language, for which beginnings of words
and capitalised words stand in; and its weights are learned from labels of the same corpus,
where ours are equal.
"""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from tests.benchmarks.baselines import UNKNOWN_GAP, WINDOW_DAYS, Stream

SIGMA_DAYS = 3.0
_STEM = 5
_WORD = re.compile(r"\w\w+")


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def stems(text: str) -> list[str]:
    return [word[:_STEM] for word in words(text)]


def names(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word[0].isupper()]


def fields(stream: Stream) -> list[Any]:
    """Make the nine matrices of unit rows."""
    both = [f"{a}\n{b}" for a, b in zip(stream.titles, stream.texts, strict=True)]
    return [
        TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, dtype=np.float32).fit_transform(part)
        for analyzer in (words, stems, names)
        for part in (stream.titles, stream.texts, both)
    ]


def online_clusters(
    matrices: list[Any], days: NDArray[np.float64], thresholds: list[float]
) -> list[NDArray[np.int64]]:
    """Cluster the stream under each threshold; the products are made once.

    A centroid is a sum of rows, so its product with a row is the sum of the rows' products.
    """
    n = len(days)
    states = [_Clusters(n, len(matrices)) for _ in thresholds]
    oldest = np.searchsorted(days, days - WINDOW_DAYS)
    oldest[np.isnan(days)] = 0
    for row in range(n):
        first = int(oldest[row])
        products = np.array(
            [(one[first:row] @ one[row : row + 1].T).toarray().ravel() for one in matrices]
        ).reshape(len(matrices), row - first)
        own = np.array([one[row : row + 1].nnz > 0 for one in matrices], dtype=np.float64)
        for state, threshold in zip(states, thresholds, strict=True):
            state.add(row, first, products, own, days, threshold)
    return [state.group for state in states]


class _Clusters:
    """Clusters so far, each named by its first article."""

    def __init__(self, n: int, n_fields: int) -> None:
        self.group = np.arange(n)
        self.squares = np.zeros((n_fields, n))  # squared length of each cluster's sum
        self.latest = np.full(n, -np.inf)

    def add(
        self,
        row: int,
        first: int,
        products: NDArray[np.float64],
        own: NDArray[np.float64],
        days: NDArray[np.float64],
        threshold: float,
    ) -> None:
        clusters, place = np.unique(self.group[first:row], return_inverse=True)
        sums = np.array([np.bincount(place, one, len(clusters)) for one in products])
        chosen, dots = row, np.zeros(len(own))
        if len(clusters):
            lengths = np.sqrt(np.maximum(self.squares[:, clusters], 1e-12))
            gap = days[row] - self.latest[clusters]
            gap = np.where(np.isnan(gap), UNKNOWN_GAP, gap)
            near = (sums / lengths).mean(axis=0) * np.exp(-((gap / SIGMA_DAYS) ** 2) / 2)
            best = int(np.argmax(near))
            if near[best] >= threshold:
                chosen, dots = int(clusters[best]), sums[:, best]
        self.group[row] = chosen
        self.squares[:, chosen] += 2 * dots + own
        self.latest[chosen] = days[row]
