"""Arrow columns as NumPy arrays."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.columns import string_arrays

STRINGS = st.lists(st.none() | st.text(max_size=5), max_size=12)


def strings_of(column: pa.ChunkedArray | pa.Array) -> list[str]:
    """Read back the rows of `string_arrays`."""
    data, offsets = string_arrays(column)
    return [data[start:stop].tobytes().decode() for start, stop in pairwise(offsets)]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@given(parts=st.lists(STRINGS, max_size=3), start=st.integers(0, 5))
def test_rows_are_those_of_the_column(
    kind: pa.DataType, parts: list[list[str | None]], start: int
) -> None:
    """However it is chunked and sliced, nulls as empty strings."""
    column = pa.chunked_array([pa.array(part, kind) for part in parts], kind).slice(start)
    assert strings_of(column) == [text or "" for text in column.to_pylist()]


@given(rows=st.lists(st.tuples(st.text(max_size=5), st.booleans()), min_size=1, max_size=12))
def test_a_null_that_holds_bytes_counts_as_empty(rows: list[tuple[str, bool]]) -> None:
    """Arrow lets a null hold what it likes."""
    texts = pa.array([text for text, _ in rows], pa.large_string())
    is_null = np.array([null for _, null in rows])
    valid = pa.array(~is_null).buffers()[1]
    column = pa.LargeStringArray.from_buffers(len(rows), *texts.buffers()[1:], valid)
    assert column.null_count == is_null.sum()
    assert strings_of(column) == ["" if null else text for text, null in rows]
