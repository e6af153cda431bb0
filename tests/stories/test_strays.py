"""The second pass, held against its definition written out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.stories.linkage import average_linkage
from pipeline.stories.strays import with_strays


def by_hand(
    labels: list[int], scores: dict[tuple[int, int], float], least: float
) -> list[frozenset[int]]:
    """Put each row that is alone into the group of several with the best mean score."""
    groups = [[row for row, one in enumerate(labels) if one == name] for name in set(labels)]
    several = sorted(group for group in groups if len(group) > 1)
    joined = {group[0]: set(group) for group in groups}
    for row in (group[0] for group in groups if len(group) == 1):
        means = [
            (
                sum(scores.get((max(row, x), min(row, x)), 0.0) for x in group) / len(group),
                -group[0],
            )
            for group in several
        ]
        best, first = max(means, default=(0.0, 0))
        if best >= least:
            joined[-first].add(row)
            del joined[row]
    return sorted((frozenset(group) for group in joined.values()), key=min)


def as_sets(labels: NDArray[np.int64]) -> list[frozenset[int]]:
    names = sorted(set(labels.tolist()))
    return [frozenset(np.flatnonzero(labels == name).tolist()) for name in names]


# eighths are whole multiples of 2**-30, and so are equal means however they are summed
SCORES = st.dictionaries(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda ends: ends[0] > ends[1]),
    st.integers(1, 8).map(lambda eighths: eighths / 8),
    max_size=24,
)


NO_FORM = np.full(9, -1, dtype=np.int64)


@given(SCORES, st.sampled_from([0.25, 0.5, 0.75]))
def test_each_stray_joins_the_group_it_scores_best_with(
    scores: dict[tuple[int, int], float], threshold: float
) -> None:
    """Ties go to the first group, and every group is named by its first row."""
    pairs = np.array(sorted(scores), dtype=np.int32).reshape(-1, 2)
    given_scores = np.array([scores[left, right] for left, right in pairs.tolist()])
    labels = average_linkage(9, pairs[:, 0], pairs[:, 1], given_scores, threshold)
    least = threshold / 2
    found, stray = with_strays(labels, pairs[:, 0], pairs[:, 1], given_scores, NO_FORM, least)
    assert as_sets(found) == by_hand(labels.tolist(), scores, least)
    assert all(name == min(np.flatnonzero(found == name)) for name in found)
    size = np.bincount(labels, minlength=9)[labels]
    assert (stray == ((size == 1) & (np.bincount(found, minlength=9)[found] > 1))).all()


def test_strays_draw_no_others_after_them() -> None:
    """Two that are alone make no group, and one that joins takes along none that is like it."""
    labels = np.array([0, 0, 2, 3])
    left, right = np.array([1, 2, 2, 3]), np.array([0, 0, 1, 2])
    found, stray = with_strays(
        labels, left, right, np.array([0.9, 0.4, 0.4, 0.4]), NO_FORM[:4], 0.3
    )
    assert found.tolist() == [0, 0, 0, 3]
    assert stray.tolist() == [False, False, True, False]


def test_a_recurring_form_stays_alone() -> None:
    """Else instalments of different days would meet in a group that each is a little like."""
    labels, left, right = np.array([0, 0, 2, 3]), np.array([1, 2, 3]), np.array([0, 0, 0])
    scores = np.array([0.9, 0.8, 0.8])
    found, _ = with_strays(labels, left, right, scores, np.array([-1, -1, 5, 5]), 0.3)
    assert found.tolist() == [0, 0, 2, 3]


def test_nothing_to_group() -> None:
    """No rows, no groups."""
    none = np.empty(0, dtype=np.int64)
    labels, stray = with_strays(none, none, none, np.empty(0), none, 0.1)
    assert len(labels) == len(stray) == 0
