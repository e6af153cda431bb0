"""The numbers of texts, and the words around them."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.text.columns import string_arrays
from pipeline.text.tokens import code_points


class Numbers(NamedTuple):
    """Numbers of n texts; those of text ``i`` are ``[offsets[i]:offsets[i + 1]]``."""

    contexts: NDArray[np.uint64]
    """Hash of the two words before a number and the one behind it; ascending in each text."""
    values: NDArray[np.uint64]
    """Hash of its digits, whatever script they are in, without what parts or joins them."""
    offsets: NDArray[np.int64]


def numbers(texts: pa.ChunkedArray | pa.Array, threads: int = 1) -> Numbers:
    """Find the numbers of texts, each different one once for each context.

    Parameters
    ----------
    texts : string column of n rows
        A null counts as empty.
    threads : int
        0 for every core.
    """
    from pipeline.text.kernels import find_numbers

    data, offsets = string_arrays(texts)
    parts = over_ranges(find_numbers, offsets, threads, data, offsets, code_points())
    if not parts:
        nothing = np.empty(0, dtype=np.uint64)
        return Numbers(nothing, nothing, np.zeros(1, dtype=np.int64))
    contexts, values, counts = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Numbers(contexts, values, np.concatenate([[0], np.cumsum(counts)]))
