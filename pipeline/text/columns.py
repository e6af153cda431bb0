"""Arrow columns seen as NumPy arrays, and back, without copying values."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.parallel import over_ranges


def _one_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column


def string_arrays(
    column: pa.ChunkedArray | pa.Array,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """See a string column as bytes and offsets.

    Parameters
    ----------
    column : string or large_string column of n rows
        A null counts as an empty string.

    Returns
    -------
    data : uint8 array
        UTF-8 bytes.
    offsets : int64 array, shape (n + 1,)
        Row ``i`` is ``data[offsets[i]:offsets[i + 1]]``.
    """
    array = _one_array(column).cast(pa.large_string())
    if array.null_count:
        array = array.fill_null("")
    _, offsets, data = array.buffers()
    if len(array) == 0:
        return np.empty(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    ends = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    values = np.empty(0, np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
    return values, ends


class _Slices(NamedTuple):
    """Pieces of the bytes of one chunk that are to be rows of a column."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    places: NDArray[np.int64] | slice
    """The row that each will be."""


def taken(
    column: pa.ChunkedArray | pa.Array,
    rows: NDArray[np.int64],
    threads: int = 1,
    front: NDArray[np.int64] | None = None,
    back: NDArray[np.int64] | None = None,
) -> pa.LargeStringArray:
    """Take rows of a column of strings, as Arrow's ``take``, but straight from its chunks.

    Arrow joins the chunks first: long texts would be copied twice.

    Parameters
    ----------
    column : string or large_string column of n rows
        A null counts as an empty string.
    rows : int64 array, shape (k,)
    threads : int
        0 for every core.
    front, back : int64 arrays, shape (k,), optional
        Bytes to drop from both ends of each string that is taken: whole characters, and no
        more than there are.
    """
    slices = []
    for part in _slices(column, rows):
        starts = part.starts if front is None else part.starts + front[part.places]
        stops = part.stops if back is None else part.stops - back[part.places]
        slices.append(part._replace(starts=starts, stops=stops))
    return _copied(slices, len(rows), threads)


def first_characters(
    column: pa.ChunkedArray | pa.Array, n: int, rows: NDArray[np.int64] | None = None
) -> pa.LargeStringArray:
    """Take the first ``n`` characters of each string, or of those in some rows.

    Of long strings a tenth of the time of Arrow's own slice.

    Parameters
    ----------
    column : string or large_string column
        A null counts as an empty string.
    n : int
    rows : int64 array, shape (k,), optional

    Returns
    -------
    large_string array of k rows
    """
    from pipeline.text.slices import find_first_characters

    slices = [
        part._replace(stops=find_first_characters(part.data, part.starts, part.stops, n))
        for part in _slices(column, rows)
    ]
    return _copied(slices, len(column) if rows is None else len(rows))


def last_characters(
    column: pa.ChunkedArray | pa.Array, n: int, rows: NDArray[np.int64] | None = None
) -> pa.LargeStringArray:
    """Take the last ``n`` characters of each string, or of those in some rows.

    Arrow's own slice reads every string from its beginning.

    Parameters
    ----------
    column : string or large_string column
        A null counts as an empty string.
    n : int
    rows : int64 array, shape (k,), optional

    Returns
    -------
    large_string array of k rows
    """
    from pipeline.text.slices import find_last_characters

    slices = [
        part._replace(starts=find_last_characters(part.data, part.starts, part.stops, n))
        for part in _slices(column, rows)
    ]
    return _copied(slices, len(column) if rows is None else len(rows))


def trimmed(column: pa.ChunkedArray | pa.Array) -> pa.LargeStringArray:
    """Take the white space from both ends of each string, as Arrow does, in one copy."""
    from pipeline.text.slices import find_ink

    slices = []
    for part in _slices(column):
        starts, stops = find_ink(part.data, part.starts, part.stops)
        slices.append(part._replace(starts=starts, stops=stops))
    return _copied(slices, len(column))


def rows_with(column: pa.ChunkedArray | pa.Array, wanted: bytes) -> NDArray[np.int64]:
    """Give the rows of a column of strings that hold any of some bytes, ascending."""
    from pipeline.text.slices import find_rows_with

    some = np.frombuffer(wanted, dtype=np.uint8)
    found = np.zeros(len(column), dtype=np.bool_)
    for part in _slices(column):
        found[part.places] = find_rows_with(part.data, part.starts, part.stops, some)
    return np.flatnonzero(found)


def _slices(
    column: pa.ChunkedArray | pa.Array, rows: NDArray[np.int64] | None = None
) -> Iterator[_Slices]:
    """See each chunk's share of some rows, or of all."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    firsts = offsets_of(np.array([len(chunk) for chunk in chunks], dtype=np.int64))
    if rows is None:
        for chunk, first, stop in zip(chunks, firsts[:-1], firsts[1:], strict=True):
            data, offsets = string_arrays(chunk)
            yield _Slices(data, offsets[:-1], offsets[1:], slice(first, stop))
        return
    chunk_of = np.searchsorted(firsts, rows, side="right") - 1
    by_chunk = np.argsort(chunk_of, kind="stable")
    begins = np.searchsorted(chunk_of[by_chunk], np.arange(len(chunks) + 1))
    for number, chunk in enumerate(chunks):
        places = by_chunk[begins[number] : begins[number + 1]]
        data, offsets = string_arrays(chunk)
        at = rows[places] - firsts[number]
        yield _Slices(data, offsets[at], offsets[at + 1], places)


def _copied(slices: list[_Slices], n_rows: int, threads: int = 1) -> pa.LargeStringArray:
    """Lay slices one behind the other, in the order of the rows that they will be."""
    from pipeline.text.slices import copy_slices

    lengths = np.empty(n_rows, dtype=np.int64)
    for part in slices:
        lengths[part.places] = part.stops - part.starts
    ends = offsets_of(lengths)
    # from Arrow's pool, which has the memory of columns that are done with at hand
    buffer = pa.allocate_buffer(int(ends[-1]))
    out = np.frombuffer(buffer, dtype=np.uint8)
    for part in slices:
        sizes = part.stops - part.starts
        to = ends[:-1][part.places]
        cost = offsets_of(sizes)
        over_ranges(copy_slices, cost, threads, part.data, part.starts, sizes, to, out)
    return pa.LargeStringArray.from_buffers(n_rows, pa.py_buffer(ends), buffer)


def offsets_of(lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Say where each of n parts begins that lie one after another, and where the last ends.

    Parameters
    ----------
    lengths : int array, shape (n,)

    Returns
    -------
    int64 array, shape (n + 1,)
    """
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def replaced(
    column: pa.ChunkedArray | pa.Array, rows: NDArray[np.int64], values: pa.ChunkedArray | pa.Array
) -> pa.ChunkedArray | pa.Array:
    """Give a column of strings with other values in some of its rows.

    Parameters
    ----------
    column : column of n rows
    rows : int64 array, shape (k,)
        Ascending.
    values : column of k rows, of the same type
    """
    mask = np.zeros(len(column), dtype=np.bool_)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), values)


def list_arrays(
    column: pa.ChunkedArray | pa.Array,
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """See a large_list<uint64> column of n rows without nulls as values and offsets.

    Returns
    -------
    values : uint64 array
        The lists, one after another.
    offsets : int64 array, shape (n + 1,)
        Row ``i`` is ``values[offsets[i]:offsets[i + 1]]``.
    """
    array = _one_array(column)
    if len(array) == 0:
        return np.empty(0, dtype=np.uint64), np.zeros(1, dtype=np.int64)
    return (
        array.values.to_numpy(zero_copy_only=True),
        array.offsets.to_numpy(zero_copy_only=True),
    )


def list_column(values: NDArray[np.uint64], counts: NDArray[np.int64]) -> pa.LargeListArray:
    """Make a large_list<uint64> column of lists of the given lengths; the inverse view."""
    return pa.LargeListArray.from_arrays(pa.array(offsets_of(counts)), pa.array(values))


def lengths(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Count the values of each list of a large_list column, as int32."""
    return pc.list_value_length(column).cast(pa.int32())
