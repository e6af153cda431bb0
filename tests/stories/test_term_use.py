"""How stories use terms."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories.term_use import coded, numbered


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=60))
def test_terms_are_numbered_as_numpy_would(values: list[int]) -> None:
    """Distinct values and places are those of np.unique."""
    array = np.array(values, dtype=np.uint64)
    distinct, place = numbered(array)
    wanted, inverse = np.unique(array, return_inverse=True)
    np.testing.assert_array_equal(distinct, wanted)
    np.testing.assert_array_equal(place, inverse)


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=60))
def test_terms_are_coded_in_order_of_appearance(values: list[int]) -> None:
    """Each distinct value once, and its place wherever it stands."""
    distinct, place = coded(np.array(values, dtype=np.uint64))
    assert distinct.tolist() == list(dict.fromkeys(values))
    assert distinct[place].tolist() == values
