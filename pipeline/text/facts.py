"""The numbers and names of texts, each with the words around it: what a form is filled with."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.text.columns import offsets_of, string_arrays
from pipeline.text.tokens import capitals, code_points


class Facts(NamedTuple):
    """Facts of n texts; those of text ``i`` are ``[offsets[i]:offsets[i + 1]]``."""

    contexts: NDArray[np.uint64]
    """Hash of the two words before a fact and the one behind it; ascending in each text."""
    values: NDArray[np.uint64]
    """Hash of the fact itself; ascending in each context, and each once."""
    offsets: NDArray[np.int64]


def numbers(texts: pa.ChunkedArray | pa.Array, threads: int = 1) -> Facts:
    """Find the numbers of texts.

    One number in digits of any script, with or without what parts its thousands, is one value.

    Parameters
    ----------
    texts : string column of n rows
        A null counts as empty.
    threads : int
        0 for every core.
    """
    from pipeline.text.kernels import find_numbers

    return _found(find_numbers, texts, threads, code_points())


def names(texts: pa.ChunkedArray | pa.Array, threads: int = 1) -> Facts:
    """Find the names of texts: capitalised words that follow each other within a sentence.

    Parameters
    ----------
    texts : string column of n rows
        A null counts as empty.
    threads : int
        0 for every core.
    """
    from pipeline.text.kernels import find_names

    return _found(find_names, texts, threads, code_points(), capitals())


def _found(
    kernel: Callable[..., Any], texts: pa.ChunkedArray | pa.Array, threads: int, *tables: Any
) -> Facts:
    data, offsets = string_arrays(texts)
    parts = over_ranges(kernel, offsets, threads, data, offsets, *tables)
    if not parts:
        nothing = np.empty(0, dtype=np.uint64)
        return Facts(nothing, nothing, np.zeros(1, dtype=np.int64))
    contexts, values, counts = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Facts(contexts, values, offsets_of(counts))
