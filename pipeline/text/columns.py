"""Arrow columns seen as NumPy arrays, and back, without copying values."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


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


def without_ends(
    column: pa.ChunkedArray | pa.Array, front: NDArray[np.int64], back: NDArray[np.int64]
) -> pa.LargeStringArray:
    """Drop bytes from both ends of each string.

    Parameters
    ----------
    column : string or large_string column of n rows
        A null counts as an empty string.
    front, back : int64 arrays, shape (n,)
        Bytes to drop: whole characters, and no more than there are.
    """
    from pipeline.text.kernels import copy_slices

    data, offsets = string_arrays(column)
    starts, stops = offsets[:-1] + front, offsets[1:] - back
    ends = np.zeros(len(starts) + 1, dtype=np.int64)
    np.cumsum(stops - starts, out=ends[1:])
    kept = np.empty(ends[-1], dtype=np.uint8)
    copy_slices(data, starts, ends, kept)
    return pa.LargeStringArray.from_buffers(len(starts), pa.py_buffer(ends), pa.py_buffer(kept))


def last_characters(column: pa.ChunkedArray | pa.Array, n: int) -> pa.LargeStringArray:
    """Take the last ``n`` characters of each string.

    Arrow's own slice reads every string from its beginning.

    Parameters
    ----------
    column : string or large_string column of k rows
        A null counts as an empty string.
    n : int

    Returns
    -------
    large_string array of k rows
    """
    from pipeline.text.kernels import find_last_characters

    data, offsets = string_arrays(column)
    front = find_last_characters(data, offsets, n) - offsets[:-1]
    return without_ends(column, front, np.zeros(len(front), dtype=np.int64))


def rows_at(offsets: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the rows that hold some bytes, ascending and each once.

    Parameters
    ----------
    offsets : int64 array, shape (n + 1,)
        From `string_arrays`.
    places : int64 array
        Into its bytes.
    """
    return np.unique(np.searchsorted(offsets, places, side="right") - 1)


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
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(values))


def lengths(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Count the values of each list of a large_list column, as int32."""
    return pc.list_value_length(column).cast(pa.int32())
