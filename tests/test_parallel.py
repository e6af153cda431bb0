"""Work over ranges of rows."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parallel import map_ahead, over_ranges, ranges, stream_ranges, thread_count


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


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_what_is_mapped_ahead_comes_in_order(threads: int) -> None:
    """However long each item takes, and no more items are drawn than are worked on."""
    drawn = 0

    def items() -> Iterator[int]:
        nonlocal drawn
        for item in range(40):
            drawn += 1
            yield item

    found = []
    for result in map_ahead(lambda item: sum(range(item % 7 * 1000)) * 0 + item, items(), threads):
        found.append(result)
        assert drawn <= len(found) + thread_count(threads)
    assert found == list(range(40))


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_in_an_item_is_raised_in_its_place(threads: int) -> None:
    """Results before it are there."""
    results = map_ahead(lambda item: 6 // (item - 3), iter(range(9)), threads)
    assert [next(results), next(results), next(results)] == [-2, -3, -6]
    with pytest.raises(ZeroDivisionError):
        next(results)
