"""Pairs of articles near in words and in time."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from pipeline.settings import StorySettings
from pipeline.stories.edges import EdgeModel
from pipeline.stories.kernels.nearness import crowding, rows_of, turned
from pipeline.stories.neighbors import Pairs, Vectors, by_time, near_pairs

ROUNDING = 1e-5  # rows are single precision
MODEL = EdgeModel("full", 0, whole=0.5, lead=0.3, title=0.2, crowding=0.0, threshold=0.1, stray=1.0)


def unit_rows(seed: int, n: int, n_terms: int, per_row: int = 6) -> Any:
    """Random unit rows whose columns run from the rarest to the most frequent."""
    rng = np.random.default_rng(seed)
    dense = np.zeros((n, n_terms))
    for row in range(n):
        picked = rng.choice(n_terms, size=min(per_row, n_terms), replace=False)
        dense[row, picked] = rng.random(len(picked)) + 0.1
    dense = dense[:, np.argsort((dense > 0).sum(axis=0), kind="stable")]
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12)
    return sparse.csr_array(dense.astype(np.float32))


def vectors_of(seed: int, n: int, n_terms: int) -> Vectors:
    return Vectors(*(unit_rows(seed + part, n, n_terms) for part in range(3)))


def brute_force(
    vectors: Vectors, days: NDArray[np.float64], settings: StorySettings
) -> dict[tuple[int, int], tuple[float, float]]:
    """Every pair in the window, from dense matrices: what telling terms carry, and all."""
    dense, leads, titles = (
        rows.toarray().astype(np.float64) for rows in (vectors.whole, vectors.lead, vectors.title)
    )
    frequency = (dense > 0).sum(axis=0)
    n = len(days)
    found = {}
    for i in range(n):
        dated = ~np.isnan(days[i])
        first = int((days < days[i] - settings.window_days).sum()) if dated else 0
        telling = frequency <= settings.telling_articles * n / (i + 1 - first)
        for j in range(first, i):
            gap = days[i] - days[j]
            decay = np.exp(
                -(settings.unknown_gap_days if np.isnan(gap) else gap) / settings.decay_days
            )
            proposed = (dense[i] * dense[j])[telling].sum() * decay
            near = MODEL.whole * dense[i] @ dense[j] + MODEL.lead * leads[i] @ leads[j]
            found[i, j] = (proposed, (near + MODEL.title * titles[i] @ titles[j]) * decay)
    return found


def as_dict(pairs: Pairs) -> dict[tuple[int, int], float]:
    keys = zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    return dict(zip(keys, pairs.similarity.tolist(), strict=True))


@settings(max_examples=60)
@given(
    st.integers(0, 10_000),
    st.integers(2, 40),
    st.integers(1, 40),
    st.sampled_from([1, 3, 1000]),
    st.integers(0, 12),
)
def test_pairs_are_those_of_brute_force(
    seed: int, n: int, n_terms: int, telling: int, n_undated: int
) -> None:
    """Pairs and similarities are those of dense matrices, dated, undated and mixed."""
    rng = np.random.default_rng(seed)
    days = np.sort(rng.integers(0, 12, n).astype(np.float64))
    days[n - min(n_undated, n) :] = np.nan
    vectors = vectors_of(seed, n, n_terms)
    chosen = StorySettings(telling_articles=telling, floor=0.1)
    found = as_dict(near_pairs(vectors, days, MODEL, chosen, 1))
    wanted = brute_force(vectors, days, chosen)
    sure = {pair for pair, both in wanted.items() if min(both) > chosen.floor + ROUNDING}
    assert sure <= found.keys()
    for pair, near in found.items():
        assert min(wanted[pair]) > chosen.floor - ROUNDING
        assert near == pytest.approx(wanted[pair][1], abs=ROUNDING)


def test_threads_change_nothing() -> None:
    """Any number of threads gives the same pairs, bit for bit."""
    vectors, model = vectors_of(1, 200, 50), replace(MODEL, crowding=0.5)
    days = np.sort(np.random.default_rng(3).integers(0, 9, 200).astype(np.float64))
    one = near_pairs(vectors, days, model, StorySettings(), 1)
    many = near_pairs(vectors, days, model, StorySettings(), 3)
    np.testing.assert_array_equal(one.left, many.left)
    np.testing.assert_array_equal(one.right, many.right)
    np.testing.assert_array_equal(one.similarity, many.similarity)


def test_no_articles_no_pairs() -> None:
    """An empty collection has no pairs."""
    none = vectors_of(0, 0, 0)
    assert len(near_pairs(none, np.empty(0), MODEL, StorySettings(), 1).left) == 0


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(0, 30), st.integers(1, 20), st.integers(1, 3))
def test_columns_are_those_of_scipy(seed: int, n: int, n_terms: int, threads: int) -> None:
    """Columns hold what scipy's do, and say where each entry of the rows went."""
    matrix = unit_rows(seed, n, n_terms)
    columns, wanted = turned(rows_of(matrix), threads), matrix.tocsc()
    np.testing.assert_array_equal(columns.starts, wanted.indptr)
    np.testing.assert_array_equal(columns.entries["at"], wanted.indices)
    np.testing.assert_array_equal(columns.entries["weight"], wanted.data)
    np.testing.assert_array_equal(columns.entries["weight"][columns.place], matrix.data)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(1, 20))
def test_crowding_is_the_similarity_of_the_nth_nearest(seed: int, n: int, rank: int) -> None:
    """It is that of a sorted dense row, and nothing where a row has too few neighbours."""
    rng = np.random.default_rng(seed)
    left, right = (side.astype(np.int32) for side in np.tril_indices(n, -1))
    similarity = np.round(rng.random(len(left)), 1).astype(np.float32)
    dense = np.zeros((n, max(n, rank + 1)), dtype=np.float32)
    dense[left, right] = dense[right, left] = similarity
    wanted = -np.sort(-dense, axis=1)[:, rank - 1]
    np.testing.assert_array_equal(crowding(n, left, right, similarity, rank), wanted)


def test_a_crowded_pair_scores_less() -> None:
    """A share of the mean crowding of its two rows is taken from each pair; none is left at 0."""
    vectors, days = vectors_of(5, 60, 12), np.zeros(60)
    plain = near_pairs(vectors, days, MODEL, StorySettings(), 1)
    model = replace(MODEL, crowding=0.5)
    found = near_pairs(vectors, days, model, StorySettings(), 1)
    off = 0.25 * (plain.crowding[plain.left] + plain.crowding[plain.right])
    wanted = plain.similarity - off
    np.testing.assert_allclose(found.similarity, wanted[wanted > 0], rtol=0, atol=ROUNDING)
    assert found.similarity.min() > 0


def test_undated_come_last() -> None:
    """Rows are ordered by day, ties as they came, and the undated last."""
    assert by_time(np.array([3.0, np.nan, 1.0, 3.0])).tolist() == [2, 0, 3, 1]
