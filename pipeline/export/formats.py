"""One writer a format: a table to a file."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.json_rows import json_rows
from pipeline.text import offsets_of

_LIST_SEPARATOR = "; "
_FORMULA = r"^[=+\-@\t\r]"
_BLOCK_ROWS = 8192


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write Parquet, compressed with zstd."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd")


def write_csv(table: pa.Table, path: Path) -> None:
    """Write CSV (RFC 4180, UTF-8) that a spreadsheet can open without running any of it.

    A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return gets an
    apostrophe before it (OWASP, "CSV injection"). Timestamps are ISO 8601 in UTC, lists are
    joined by "; ".
    """
    import pyarrow.csv as arrow_csv

    columns = [_inert(_flat(column)) for column in plain(table).columns]
    arrow_csv.write_csv(pa.table(columns, names=table.column_names), path)


def write_jsonl(table: pa.Table, path: Path) -> None:
    """Write one JSON object a line; timestamps are ISO 8601 in UTC."""
    with path.open("wb") as file:
        for block in plain(table).to_batches(max_chunksize=_BLOCK_ROWS):
            file.writelines(row + b"\n" for row in json_rows(_rows(block)))


def _rows(block: pa.RecordBatch) -> list[dict[str, Any]]:
    """Give rows as Arrow's ``to_pylist`` does, which takes lists of texts one by one."""
    columns = (_lists(c) if pa.types.is_list(c.type) else c.to_pylist() for c in block.columns)
    names = block.schema.names
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _lists(column: pa.ListArray) -> list[list[Any] | None]:
    values = column.flatten().to_pylist()  # not those behind a null
    stops = offsets_of(column.value_lengths().fill_null(0).to_numpy()).tolist()
    known = column.is_valid().to_pylist()
    return [
        values[start:stop] if one else None
        for (start, stop), one in zip(pairwise(stops), known, strict=True)
    ]


def plain(table: pa.Table) -> pa.Table:
    """Turn timestamps into text: ISO 8601 in UTC, to the second."""
    columns = [
        _iso(column) if pa.types.is_timestamp(column.type) else column for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def _iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    seconds = column.cast(pa.timestamp("s", tz="UTC"), safe=False).cast(pa.string())
    return pc.replace_substring(seconds, " ", "T")


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        return pc.binary_join(column, _LIST_SEPARATOR)
    return column


def _inert(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_string(column.type):
        return column
    runs = pc.match_substring_regex(column, _FORMULA)
    if not pc.any(runs).as_py():
        return column
    return pc.if_else(runs, pc.binary_join_element_wise("'", column, ""), column)


WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {
    "parquet": write_parquet,
    "jsonl": write_jsonl,
    "csv": write_csv,
}
"""By the ending of the file."""
