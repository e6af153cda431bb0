"""Columns of strings as bytes and offsets."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import first_characters, last_characters, taken, without_ends


@given(st.lists(st.tuples(st.text(), st.text(), st.text())), st.integers(0, 3))
def test_ends_are_dropped_and_the_rest_is_kept(
    rows: list[tuple[str, str, str]], sliced: int
) -> None:
    """Of each string there is left what stands between the ends that are dropped."""
    column = pa.array(["".join(row) for row in rows], pa.large_string())[sliced:]
    rows = rows[sliced:]
    front, back = (
        np.array([len(row[end].encode()) for row in rows], dtype=np.int64) for end in (0, 2)
    )
    kept = without_ends(column, front, back)
    kept.validate(full=True)
    assert kept.to_pylist() == [middle for _, middle, _ in rows]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    st.integers(1, 9),
    st.integers(0, 2),
)
def test_the_last_characters_are_those_of_python_s_slice(
    texts: list[str], n: int, sliced: int
) -> None:
    """Of each string the last characters are taken, whatever bytes they have."""
    column = pa.array(texts, pa.large_string())[sliced:]
    kept = last_characters(column, n)
    kept.validate(full=True)
    assert kept.to_pylist() == [text[-n:] for text in texts[sliced:]]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    st.integers(1, 9),
    st.integers(0, 2),
    st.data(),
)
def test_the_first_characters_are_those_of_python_s_slice(
    texts: list[str], n: int, sliced: int, data: st.DataObject
) -> None:
    """Of each string, or of some, the first characters are taken, whatever bytes they have."""
    column = pa.array(texts, pa.large_string())[sliced:]
    kept = first_characters(column, n)
    kept.validate(full=True)
    assert kept.to_pylist() == [text[:n] for text in texts[sliced:]]
    some = st.lists(st.integers(0, len(column) - 1)) if len(column) else st.just([])
    rows = data.draw(some)
    picked = first_characters(column, n, np.array(rows, dtype=np.int64))
    assert picked.to_pylist() == [column[row].as_py()[:n] for row in rows]


@given(st.lists(st.lists(st.text(), max_size=4), max_size=4), st.data())
def test_rows_are_taken_as_arrow_takes_them(chunks: list[list[str]], data: st.DataObject) -> None:
    """Rows of a column in chunks come in any order, and as often as they are asked for."""
    column = pa.chunked_array(
        [pa.array(part, pa.large_string()) for part in chunks], pa.large_string()
    )
    some = st.lists(st.integers(0, len(column) - 1)) if len(column) else st.just([])
    rows = np.array(data.draw(some), dtype=np.int64)
    found = taken(column, rows, threads=2)
    found.validate(full=True)
    assert found.equals(column.take(pa.array(rows)).combine_chunks())
