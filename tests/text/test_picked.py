"""Strings of a column, found, cut and taken."""

import re

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.text import (
    bytes_held,
    first_characters,
    last_characters,
    replaced,
    rows_that_match,
    taken,
    trimmed,
)

CHUNKS = st.lists(st.lists(st.text(), max_size=4), max_size=4).map(
    lambda chunks: pa.chunked_array(
        [pa.array(part, pa.large_string()) for part in chunks], pa.large_string()
    )
)


def rows_of(column: pa.ChunkedArray | pa.Array) -> st.SearchStrategy[NDArray[np.int64]]:
    some = st.lists(st.integers(0, len(column) - 1)) if len(column) else st.just([])
    return some.map(lambda rows: np.array(rows, dtype=np.int64))


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    st.integers(1, 9),
    st.integers(0, 2),
    st.data(),
)
def test_the_last_characters_are_those_of_python_s_slice(
    texts: list[str], n: int, sliced: int, data: st.DataObject
) -> None:
    """Of each string, or of some, the last characters are taken, whatever bytes they have."""
    column = pa.array(texts, pa.large_string())[sliced:]
    kept = last_characters(column, n)
    kept.validate(full=True)
    assert kept.to_pylist() == [text[-n:] for text in texts[sliced:]]
    rows = data.draw(rows_of(column))
    picked = last_characters(column, n, rows)
    assert picked.to_pylist() == [column[row].as_py()[-n:] for row in rows]


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
    rows = data.draw(rows_of(column))
    picked = first_characters(column, n, rows)
    assert picked.to_pylist() == [column[row].as_py()[:n] for row in rows]


@given(CHUNKS, st.data())
def test_rows_are_taken_as_arrow_takes_them(column: pa.ChunkedArray, data: st.DataObject) -> None:
    """Rows of a column in chunks come in any order, and as often as they are asked for."""
    rows = data.draw(rows_of(column))
    found = taken(column, rows, threads=2)
    found.validate(full=True)
    assert found.equals(column.take(pa.array(rows)).combine_chunks())


@given(CHUNKS, st.data())
def test_ends_are_dropped_and_the_rest_is_kept(
    column: pa.ChunkedArray, data: st.DataObject
) -> None:
    """Of each string that is taken there is left what stands between the ends that are dropped."""
    rows = data.draw(rows_of(column))
    front, middle, back = [], [], []
    for text in column.take(pa.array(rows)).to_pylist():
        first, second = sorted(data.draw(st.integers(0, len(text))) for _ in range(2))
        front.append(len(text[:first].encode()))
        middle.append(text[first:second])
        back.append(len(text[second:].encode()))
    found = taken(column, rows, 2, np.array(front, np.int64), np.array(back, np.int64))
    found.validate(full=True)
    assert found.to_pylist() == middle


SPACED = st.text(st.sampled_from("\t \x1c\x85\xa0\u1680\u2009\u202f\u205f\u3000aé\u2010\u3001𝄞"))


@given(st.lists(st.lists(SPACED, max_size=4), max_size=4))
def test_white_space_is_trimmed_as_python_trims_it(chunks: list[list[str]]) -> None:
    """At both ends, and in one array."""
    parts = [pa.array(part, pa.large_string()) for part in chunks]
    found = trimmed(pa.chunked_array(parts, pa.large_string()))
    found.validate(full=True)
    assert found.to_pylist() == [text.strip() for part in chunks for text in part]


@given(CHUNKS, st.data())
def test_values_that_are_put_in_are_not_trimmed(
    column: pa.ChunkedArray, data: st.DataObject
) -> None:
    """The others are, wherever they lie."""
    rows = np.unique(data.draw(rows_of(column)))
    values = [f" {row}\n" for row in rows.tolist()]
    found = trimmed(column, rows, pa.array(values, pa.large_string()))
    new = dict(zip(rows.tolist(), values, strict=True))
    texts = column.to_pylist()
    assert found.to_pylist() == [new.get(row, text.strip()) for row, text in enumerate(texts)]


def test_every_character_is_trimmed_that_python_takes_for_white_space() -> None:
    """And none besides."""
    characters = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    column = pa.array([f"{character}x{character}" for character in characters])
    expected = [f"{character}x{character}".strip() for character in characters]
    assert trimmed(column).to_pylist() == expected


@given(CHUNKS, st.binary(min_size=1, max_size=4))
def test_bytes_are_found_that_strings_hold(column: pa.ChunkedArray, wanted: bytes) -> None:
    """A flag of each string for each byte, wherever it lies."""
    texts = [text.encode() for text in column.to_pylist()]
    held = [[byte in text for text in texts] for byte in wanted]
    assert bytes_held(column, wanted).tolist() == held


@given(CHUNKS, st.data())
def test_rows_are_found_by_what_they_match(column: pa.ChunkedArray, data: st.DataObject) -> None:
    """Among those that are looked at, and never across the end of one."""
    patterns = re.compile(b"[\x80-\xbf]{2}"), re.compile(b"..")
    rows = np.unique(data.draw(rows_of(column)))
    texts = {row: column[row].as_py().encode() for row in rows.tolist()}
    expected = [row for row, text in texts.items() if any(one.search(text) for one in patterns)]
    assert rows_that_match(column, rows, *patterns).tolist() == expected


@given(CHUNKS, st.data(), st.booleans())
def test_rows_are_replaced(column: pa.ChunkedArray, data: st.DataObject, nulls: bool) -> None:
    """By the values given, in their order; others stay, also where a row is null."""
    rows = np.unique(data.draw(rows_of(column)))
    texts = [None if nulls and not text else text for text in column.to_pylist()]
    values = [data.draw(st.text()) for _ in rows]
    found = replaced(
        pa.chunked_array([texts], column.type), rows, pa.array(values, pa.large_string())
    )
    new = dict(zip(rows.tolist(), values, strict=True))
    assert found.to_pylist() == [new.get(row, text) for row, text in enumerate(texts)]
