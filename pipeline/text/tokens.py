"""Tokenize whole columns, and find the words behind token hashes."""

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
    columns = [_token_column(articles[name], threads) for name in schema.TOKENS.names]
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


def _token_column(column: pa.ChunkedArray, threads: int) -> pa.LargeListArray:
    data, offsets = string_arrays(column)
    n_rows = len(offsets) - 1
    counts = np.empty(n_rows, dtype=np.int64)
    hashes = _room(offsets, 0, n_rows)
    if thread_count(threads) == 1:
        n = _tokenize(0, n_rows, data, offsets, hashes, counts)
    else:
        n = 0
        cuts = ranges(offsets, int(offsets[-1] - offsets[0]) // _PIECE_BYTES + 1)
        for part in stream_ranges(_piece, cuts, threads, data, offsets, counts):
            hashes[n : n + len(part)] = part
            n += len(part)
    hashes.resize(n, refcheck=False)  # in place: gives back what was never written
    return list_column(hashes, counts)


def _room(offsets: NDArray[np.int64], first: int, last: int) -> NDArray[np.uint64]:
    """Make room for the tokens of a range: memory that is not written is not taken."""
    from pipeline.text.kernels import most_tokens

    return np.empty(most_tokens(int(offsets[last] - offsets[first]), last - first), np.uint64)


def _tokenize(
    first: int,
    last: int,
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    out: NDArray[np.uint64],
    counts: NDArray[np.int64],
) -> int:
    from pipeline.text.kernels import tokenize_rows

    return int(tokenize_rows(first, last, data, offsets, *_tables(), out, counts))


def _piece(
    first: int,
    last: int,
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> NDArray[np.uint64]:
    hashes = _room(offsets, first, last)
    return hashes[: _tokenize(first, last, data, offsets, hashes, counts)]


@cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    from pipeline.text.kernels import ascii_words
    from pipeline.text.make_code_points import PATH

    with np.load(PATH) as stored:
        table = stored["table"]
    return table, ascii_words(table)


def code_points() -> NDArray[np.uint32]:
    """Give the code-point table of `make_code_points`, shape (TABLE_SIZE,)."""
    return _tables()[0]


def warm() -> None:
    """Import the kernels and the code-point table, ahead of need."""
    _tables()
