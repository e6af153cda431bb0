"""Parquet, row group by row group."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ingest.batch import Batch, Reject
from pipeline.ingest.bylines import byline_of
from pipeline.ingest.delimited import decoded_batch
from pipeline.ingest.fields import TEXT_FIELDS, all_names, check_mapped, has_text
from pipeline.ingest.records import empty_batch
from pipeline.ingest.sources import Source
from pipeline.settings import IngestSettings

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile


def read_parquet(source: Source, settings: IngestSettings) -> Iterator[Batch]:
    """Read a Parquet file; a position is a row's number, from 1."""
    import pyarrow.parquet as pq

    name = source.name
    size = Path(name).stat().st_size
    try:
        with pq.ParquetFile(name) as file:
            columns = file.schema_arrow.names
            check_mapped(name, columns, settings.fields)
            fault = _fault(file.schema_arrow, settings)
            if fault:
                yield empty_batch([Reject(name, None, fault)], size)
                return
            yield from _read_groups(name, file, settings, size)
    except (pa.ArrowException, OSError) as error:
        reason = "empty file" if size == 0 else f"damaged file: {error}"
        yield empty_batch([Reject(name, None, reason)], size)


def _fault(found: pa.Schema, settings: IngestSettings) -> str | None:
    names = all_names(settings.fields)
    if not has_text(found.names, settings.fields):
        return f"no column with text; it has {', '.join(found.names)}"
    for column in found:
        field = names.get(column.name)
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if field in TEXT_FIELDS and not _is_text(kind):
            return f"column {column.name}: got {column.type}, expected text"
        if field and field != "byline" and pa.types.is_nested(kind):
            return f"column {column.name}: got {column.type}, expected one value a row"
    return None


def _is_text(kind: pa.DataType) -> bool:
    kinds = ("string", "large_string", "string_view", "binary", "large_binary", "null")
    return any(getattr(pa.types, f"is_{name}")(kind) for name in kinds)


def _read_groups(
    name: str,
    file: "ParquetFile",
    settings: IngestSettings,
    size: int,
) -> Iterator[Batch]:
    wanted = [column for column in file.schema_arrow.names if column in all_names(settings.fields)]
    first = 1
    for group in range(file.num_row_groups):
        n_rows = file.metadata.row_group(group).num_rows
        share = size // file.num_row_groups
        try:
            table = file.read_row_group(group, columns=wanted)
        except (pa.ArrowException, OSError) as error:
            reason = f"rows {first} to {first + n_rows - 1} are damaged: {error}"
            yield empty_batch([Reject(name, first, reason)], share)
        else:
            columns = {key: _as_bytes(_flat(table[key])) for key in wanted}
            positions = np.arange(first, first + n_rows, dtype=np.int64)
            yield decoded_batch(name, columns, positions, settings.fields, [], share)
        first += n_rows
    if not file.num_row_groups:
        yield empty_batch([Reject(name, None, "no rows")], size)


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_nested(column.type):
        return column
    values = [byline_of(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(values, pa.large_string())])


def _as_bytes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn any column of single values into the bytes of its text; times become ISO 8601."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        seconds = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
        utc = seconds.cast(pa.timestamp("us", tz="UTC")) if column.type.tz else seconds
        column = pc.binary_join_element_wise(
            utc.cast(pa.timestamp("us")).cast(pa.string()), "Z", ""
        )
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return column.cast(pa.large_binary())
    return column.cast(pa.large_string()).cast(pa.large_binary())
