"""The first and last characters of texts: all that is read for credits and repeated lines."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.text import first_characters, last_characters

EDGE = 300
"""Characters of each end that are read; one more tells whether a text goes on behind them."""


class Edges(NamedTuple):
    """Both ends of n texts, as they were before anything was cut from them."""

    heads: pa.LargeStringArray
    """The first `EDGE` characters of each and one more."""
    tails: pa.LargeStringArray
    """The last ones, likewise."""

    def take(self, rows: NDArray[np.int64]) -> "Edges":
        """Take those of some texts."""
        return Edges(*(column.take(pa.array(rows)) for column in self))


def edges_of(texts: pa.ChunkedArray | pa.Array, rows: NDArray[np.int64] | None = None) -> Edges:
    """Read the ends of texts, or of those in some rows.

    Parameters
    ----------
    texts : large_string column
    rows : int64 array, shape (n,), optional
    """
    with ThreadPoolExecutor(1) as other:
        tails = other.submit(last_characters, texts, EDGE + 1, rows)
        return Edges(first_characters(texts, EDGE + 1, rows), tails.result())
