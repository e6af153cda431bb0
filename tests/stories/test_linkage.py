"""Average linkage over a sparse graph."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from pipeline.stories.linkage import average_linkage


def random_edges(seed: int, n: int, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    left, right = np.tril_indices(n, -1)
    picked = rng.random(len(left)) < share
    left, right = left[picked].astype(np.int32), right[picked].astype(np.int32)
    return left, right, rng.random(len(left))


@settings(max_examples=100)
@given(
    st.integers(0, 100_000),
    st.integers(2, 40),
    st.floats(0.02, 1.0),
    st.floats(0.05, 0.9),
)
def test_groups_are_those_of_scikit_learn(
    seed: int, n: int, share: float, threshold: float
) -> None:
    """Groups are AgglomerativeClustering's over the dense matrix, absent edges being zero."""
    left, right, similarity = random_edges(seed, n, share)
    dense = np.zeros((n, n))
    dense[left, right] = dense[right, left] = similarity
    distance = 1 - dense
    np.fill_diagonal(distance, 0)
    oracle = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - threshold
    ).fit_predict(distance)
    found = average_linkage(n, left, right, similarity, threshold)
    assert adjusted_rand_score(oracle, found) == pytest.approx(1)


@settings(max_examples=30)
@given(st.integers(0, 100_000), st.integers(2, 60))
def test_order_of_edges_is_nothing(seed: int, n: int) -> None:
    """Edges in any order, and turned round, give the same groups."""
    left, right, similarity = random_edges(seed, n, 0.3)
    order = np.random.default_rng(seed).permutation(len(left))
    found = average_linkage(n, left, right, similarity, 0.3)
    again = average_linkage(n, right[order], left[order], similarity[order], 0.3)
    np.testing.assert_array_equal(found, again)


@settings(max_examples=30)
@given(st.integers(0, 100_000), st.integers(2, 60), st.integers(2, 9))
def test_threads_change_nothing(seed: int, n: int, threads: int) -> None:
    """Any number of threads gives the same groups, in many components and in one."""
    edges = random_edges(seed, n, 0.1)
    one, many = (average_linkage(n, *edges, 0.3, of) for of in (1, threads))
    np.testing.assert_array_equal(one, many)


def test_equal_similarities_end() -> None:
    """A graph in which all similarities are one number has an end, and is one group."""
    n = 30
    left, right = (side.astype(np.int32) for side in np.tril_indices(n, -1))
    found = average_linkage(n, left, right, np.full(len(left), 0.1), 0.1 - 1e-9)
    assert (found == 0).all()


def test_a_long_chain_is_cut() -> None:
    """A chain of neighbours does not become one group, as it would by single linkage."""
    n = 2000
    right = np.arange(n - 1, dtype=np.int32)
    found = average_linkage(n, right + np.int32(1), right, np.full(n - 1, 0.5), 0.2)
    assert np.bincount(found).max() <= 4


def test_groups_are_named_by_their_first_row() -> None:
    """A group's name is its first row; a row alone is its own group."""
    one = np.array([3], dtype=np.int32)
    two = np.array([1], dtype=np.int32)
    assert average_linkage(4, one, two, np.array([0.9]), 0.5).tolist() == [0, 1, 2, 1]
