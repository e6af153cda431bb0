"""Tokenize whole columns, and find the spelling behind a token hash."""

from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import schema
from pipeline.parallel import over_ranges
from pipeline.text.columns import list_column, string_arrays


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


def spellings(text: str, wanted: NDArray[np.uint64]) -> list[str | None]:
    """Give the first spelling in ``text`` of each wanted token hash, shape (n,); None if absent."""
    from pipeline.text.kernels import find_tokens

    data = text.encode()
    table, _ = _tables()
    spans = find_tokens(np.frombuffer(data, dtype=np.uint8), 0, len(data), wanted, table)
    return [data[a:b].decode() if a >= 0 else None for a, b in spans.tolist()]


def _token_column(column: pa.ChunkedArray, threads: int) -> pa.LargeListArray:
    from pipeline.text.kernels import most_tokens, tokenize_rows

    data, offsets = string_arrays(column)
    counts = np.empty(len(offsets) - 1, dtype=np.int64)

    def tokens_of(first: int, last: int) -> NDArray[np.uint64]:
        room = most_tokens(offsets[last] - offsets[first], last - first)
        hashes = np.empty(room, dtype=np.uint64)  # what is not written takes no memory
        n = tokenize_rows(first, last, data, offsets, *_tables(), hashes, counts)
        return hashes[:n]

    parts = over_ranges(tokens_of, offsets, threads) or [np.empty(0, dtype=np.uint64)]
    return list_column(parts[0] if len(parts) == 1 else np.concatenate(parts), counts)


@cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    from pipeline.text.kernels import ascii_words
    from pipeline.text.make_code_points import PATH

    with np.load(PATH) as stored:
        table = stored["table"]
    return table, ascii_words(table)


def warm() -> None:
    """Import the kernels and the code-point table, ahead of need."""
    _tables()
