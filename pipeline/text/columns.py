"""Arrow columns seen as NumPy arrays, and back, without copying values."""

from typing import Any

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
    if len(array) == 0:
        return np.empty(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    if array.null_count and np.diff(ends)[_nulls(array)].any():  # to fill copies every string
        return string_arrays(array.fill_null(""))
    values = np.empty(0, np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
    return values, ends


def _nulls(array: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)


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
