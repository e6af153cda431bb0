"""Work over ranges of rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parallel import over_ranges, ranges, stream_ranges


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 12))
def test_ranges_cover_every_row_once(costs: list[int], pieces: int) -> None:
    """Ranges are in order, not empty, no more than asked for, and cover every row once."""
    weights = np.concatenate([[0], np.cumsum(costs)]).astype(np.int64)
    found = ranges(weights, pieces)
    assert [row for start, stop in found for row in range(start, stop)] == list(range(len(costs)))
    assert len(found) <= pieces
    assert all(start < stop for start, stop in found)


def test_ranges_weigh_about_the_same() -> None:
    """No range weighs more than its share and one row."""
    costs = np.random.default_rng(0).integers(1, 20, 1000)
    weights = np.concatenate([[0], np.cumsum(costs)])
    for start, stop in ranges(weights, 8):
        assert weights[stop] - weights[start] <= weights[-1] / 8 + 20


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_results_come_in_the_order_of_the_rows(threads: int) -> None:
    """Any number of threads hands out the same results, in the order of the rows."""
    values = np.arange(1000)
    parts = over_ranges(lambda a, b, of: of[a:b] * 2, np.arange(1001), threads, values)
    np.testing.assert_array_equal(np.concatenate(parts), values * 2)


def test_an_error_in_a_thread_is_raised() -> None:
    """What goes wrong on a thread goes wrong for the caller."""

    def fail(first: int, _last: int) -> None:
        if first:
            raise ValueError(first)

    with pytest.raises(ValueError, match="2"):
        list(stream_ranges(fail, [(0, 2), (2, 4)], 2))
