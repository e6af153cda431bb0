"""Lines and sentences at the ends of texts, and keys by which equal strings are found."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.text.columns import string_arrays


class Parts(NamedTuple):
    """Lines or sentences of some texts."""

    rows: NDArray[np.int64]
    """The text of each."""
    keys: NDArray[np.uint64]
    """Equal where part and seed of its text are."""
    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    """Part ``i`` is ``data[starts[i]:stops[i]]``."""

    def string(self, part: int) -> str:
        """Give one of them."""
        return self.data[self.starts[part] : self.stops[part]].tobytes().decode()


def first_parts(column: pa.Array, most: int, seeds: NDArray[np.int64]) -> Parts:
    """Find the first lines or sentences of texts, each different one of a text once.

    Parameters
    ----------
    column : large_string array of n rows
        Beginnings of texts: what one ends with may have been cut, and is no part.
    most : int
        Parts of each text.
    seeds : int64 array, shape (n,)
        Told apart by the keys.
    """
    return _parts(column, most, seeds, last=False)


def last_parts(column: pa.Array, most: int, seeds: NDArray[np.int64]) -> Parts:
    """Find the last ones, likewise, of the ends of texts; what an end begins with is no part."""
    return _parts(column, most, seeds, last=True)


def string_keys(column: pa.Array, seeds: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash the strings of a column, shape (n,): equal where string and seed are."""
    from pipeline.text.slices import hash_slices

    data, offsets = string_arrays(column)
    return hash_slices(data, offsets[:-1], offsets[1:], seeds)


def _parts(column: pa.Array, most: int, seeds: NDArray[np.int64], *, last: bool) -> Parts:
    from pipeline.text.slices import find_parts

    data, offsets = string_arrays(column)
    rows, starts, stops, keys = find_parts(data, offsets[:-1], offsets[1:], seeds, most, last)
    return Parts(rows, keys, data, starts, stops)
