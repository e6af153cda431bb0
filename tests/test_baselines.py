"""The other ways to gather stories, on a stream worked by hand."""

import numpy as np
import pytest

from tests.benchmarks.baselines import (
    Edges,
    Stream,
    dbscan,
    edges,
    first_story,
    single_linkage,
    whole_vectors,
)
from tests.benchmarks.online_clusters import fields, online_clusters

FERRY = "Ferry Marigold aground off Pell island with two hundred passengers on board"
TRAMS = "Tram drivers of Vossburg walk out over night shifts and crowded buses"
STREAM = Stream(
    [
        "Ferry aground",
        "Trams stop",
        "Ferry Marigold aground",
        "Tram strike goes on",
        "Ferry again",
        "Rain",
        "Chess",
    ],
    [
        FERRY,
        TRAMS,
        f"{FERRY}, coastguard says",
        f"{TRAMS}, union says",
        FERRY,
        "Rain fell for days in the hills",
        "A chess master lost his title",
    ],
    np.array([0.0, 0.1, 0.5, 0.6, 30.0, 30.1, 30.2]),
)


@pytest.mark.parametrize("way", [single_linkage, first_story, dbscan])
def test_near_articles_of_one_window_are_one_story(way) -> None:  # noqa: ANN001
    """Two events are two stories, and the same words a month later a third."""
    found = edges(whole_vectors(STREAM), STREAM.days, 0.1)
    group = way(found, 7, 0.3)
    assert group[0] == group[2]
    assert group[1] == group[3]
    assert len({group[0], group[1], group[4]}) == 3


def test_first_story_follows_the_nearest() -> None:
    """An article takes the story of its nearest earlier one, where that is near enough."""
    found = Edges(np.array([1, 2, 2, 3]), np.array([0, 0, 1, 2]), np.array([0.2, 0.6, 0.7, 0.9]))
    assert first_story(found, 4, 0.5).tolist() == [0, 1, 1, 1]


def test_online_clusters_join_the_nearest_centroid() -> None:
    """Nine fields; the same two events and the later one, and one cluster at no threshold."""
    matrices = fields(STREAM)
    assert len(matrices) == 9
    strict, loose = online_clusters(matrices, STREAM.days, [0.3, 0.0])
    assert strict[0] == strict[2]
    assert strict[1] == strict[3]
    assert len({strict[0], strict[1], strict[4]}) == 3
    assert (loose[:4] == 0).all()


def by_hand(stream: Stream, threshold: float) -> list[int]:
    """Online clusters with dense centroids, one article after another."""
    rows = [one.toarray() for one in fields(stream)]
    group: list[int] = []
    squares: dict[int, np.ndarray] = {}
    for row, day in enumerate(stream.days):
        seen = [other for other in range(row) if not day - stream.days[other] > 4]
        near, dots = {row: -1.0}, {row: np.zeros(9)}
        for name in sorted({group[other] for other in seen}):
            members = [other for other in seen if group[other] == name]
            gap = day - stream.days[members[-1]]
            gap = 1.5 if np.isnan(gap) else gap
            dots[name] = np.array([one[members].sum(axis=0) @ one[row] for one in rows])
            cosines = dots[name] / np.sqrt(np.maximum(squares[name], 1e-12))
            near[name] = cosines.mean() * np.exp(-((gap / 3) ** 2) / 2)
        best = max(near, key=near.__getitem__)
        name = best if near[best] >= threshold else row
        group.append(name)
        own = np.array([one[row] @ one[row] for one in rows])
        squares[name] = squares.get(name, np.zeros(9)) + 2 * dots[name] + own
    return group


@pytest.mark.parametrize("undated", [0, 4])
@pytest.mark.parametrize("seed", range(4))
def test_online_clusters_are_those_of_dense_centroids(seed: int, undated: int) -> None:
    """Products, window, Gaussian and the choice are those of the method written out."""
    draw = np.random.default_rng(seed)
    names = np.array([f"Word{n}" if n % 3 else f"word{n}" for n in range(30)])
    texts = [" ".join(draw.choice(names, 8)) for _ in range(24)]
    days = np.sort(draw.uniform(0, 12, 24))
    days[24 - undated :] = np.nan
    stream = Stream([text[:12] for text in texts], texts, days)
    thresholds = [0.15, 0.3, 0.45]
    found = online_clusters(fields(stream), days, thresholds)
    for group, threshold in zip(found, thresholds, strict=True):
        assert group.tolist() == by_hand(stream, threshold)
