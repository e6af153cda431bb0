"""Tokenize whole columns, and find the words behind token hashes."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import schema
from pipeline.parallel import over_ranges, ranges, stream_ranges, thread_count
from pipeline.text.columns import list_column, string_arrays

_PIECE_BYTES = 1 << 20  # small enough for its tokens to stay in a core's cache till they are moved


def tokenize(articles: pa.Table, threads: int = 0) -> pa.Table:
    """Turn titles and texts into token hashes.

    Parameters
    ----------
    articles : table with the string columns ``title`` and ``text``
        A null title counts as empty.
    threads : int
        0 for every core.

    Returns
    -------
    table of schema.TOKENS
        One row an article, in the same order.
    """
    columns = [token_column(articles[name], threads) for name in schema.TOKENS.names]
    return pa.table(columns, schema=schema.TOKENS)


def spans(
    texts: pa.ChunkedArray, wanted: NDArray[np.uint64], threads: int = 1
) -> NDArray[np.int64]:
    """Find the terms that are wanted of each text.

    Parameters
    ----------
    texts : string column of n rows
        A null counts as empty.
    wanted : uint64 array, shape (n, k, 2)
        Token hashes of each row's terms: a word and zero, or two words that follow each
        other; zeros for no term.
    threads : int
        0 for every core.

    Returns
    -------
    int64 array, shape (n, k, 2)
        First and last-plus-one byte of the term in its text's UTF-8: where it first stands
        within a sentence, if it does; -1 where the text has no such term.
    """
    from pipeline.text.kernels import find_terms

    data, offsets = string_arrays(texts)
    parts = over_ranges(find_terms, offsets, threads, data, offsets, wanted, code_points())
    return np.concatenate(parts) if parts else np.empty(wanted.shape, dtype=np.int64)


def token_column(column: pa.ChunkedArray | pa.Array, threads: int = 1) -> pa.LargeListArray:
    """Turn one column of strings into lists of token hashes; a null counts as empty."""
    data, offsets = string_arrays(column)
    starts, stops = offsets[:-1], offsets[1:]
    if thread_count(threads) == 1:
        return list_column(*tokenize_slices(data, starts, stops))
    hashes = _room(starts, stops)
    counts = []
    n = 0
    cuts = ranges(offsets, int(offsets[-1] - offsets[0]) // _PIECE_BYTES + 1)

    def piece(first: int, last: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        return tokenize_slices(data, starts[first:last], stops[first:last])

    with ThreadPoolExecutor(thread_count(threads)) as movers:  # new memory costs time to touch
        for part, numbers in stream_ranges(piece, cuts, threads):
            movers.submit(np.copyto, hashes[n : n + len(part)], part)
            n += len(part)
            counts.append(numbers)
    return list_column(hashes[:n], np.concatenate([np.empty(0, dtype=np.int64), *counts]))


def tokenize_slices(
    data: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Turn slices of UTF-8 into token hashes: of all of them, and how many each has."""
    from pipeline.text.kernels import tokenize_rows

    hashes, counts = _room(starts, stops), np.empty(len(starts), dtype=np.int64)
    n = tokenize_rows(data, starts, stops, *_tables()[:2], hashes, counts)
    return hashes[: int(n)], counts


def _room(starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Make room for the tokens of slices: memory that is not written is not taken."""
    from pipeline.text.kernels import most_tokens

    return np.empty(most_tokens(int((stops - starts).sum()), len(starts)), np.uint64)


@cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint64], NDArray[np.bool_]]:
    from pipeline.text.kernels import near_words
    from pipeline.text.make_code_points import PATH

    with np.load(PATH) as stored:
        table, letters = stored["table"], stored["capitals"]
    return table, near_words(table), letters


def code_points() -> NDArray[np.uint32]:
    """Give the code-point table of `make_code_points`, shape (TABLE_SIZE,)."""
    return _tables()[0]


def capitals() -> NDArray[np.bool_]:
    """Tell which code points are capital letters, shape (TABLE_SIZE,)."""
    return _tables()[2]


def warm() -> None:
    """Import the kernels and the code-point table, ahead of need."""
    _tables()
