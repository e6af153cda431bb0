"""Rows of an archive's tables, read from their Parquet files.

A run reads the rows of some weeks, many times over, from files of which each holds few rows:
what a file costs is the opening of it. So what is read of a file is kept.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.archive.files import DataFile, Span, chosen, data_files, last_run, listed
from pipeline.archive.place import Place
from pipeline.archive.recent import Columns
from pipeline.archive.tables import KEYS, RUNS, TABLES

Kept = dict[str, Columns]
"""Columns that were read, by file. No file ever changes."""

_FEW_ROWS = 4096  # in a chunk: what works on columns would go through too many


class Source(NamedTuple):
    """A table's newest version, to read from."""

    kind: pa.Schema
    """Its columns."""
    files: pa.Table
    """Of `files.FILES`."""
    system: Any
    """Arrow's file system within the table."""
    copied: Kept = {}  # noqa: RUF012 - never changed
    """What is at hand without reading."""
    kept: Kept | None = None
    """Where columns are kept for later readings; None to keep nothing."""
    whole: bool = False
    """Whether files are read whole, and not the columns alone that are asked for."""


def read(
    source: Source,
    upto: str,
    spans: Sequence[Span] | None = None,
    columns: Sequence[str] | None = None,
    since: str = "",
    where: pc.Expression | None = None,
) -> pa.Table:
    """Read committed rows.

    Parameters
    ----------
    source : Source
    upto : str
        The last run whose rows count.
    spans : sequence of (first day, last day), optional
        Days to read; every one where it is not given.
    columns : sequence of str, optional
    since : str
        The first run whose rows are wanted.
    where : Expression, optional
        What else a row must meet; of columns that are read.
    """
    wanted = pa.schema([source.kind.field(name) for name in columns or source.kind.names])
    files = data_files(chosen(source.files, spans, since, upto))
    if all(since <= file.first_run and file.last_run <= upto for file in files):
        return _filtered(_columns(source, files, wanted), where)
    both = wanted if "run_id" in wanted.names else wanted.append(source.kind.field("run_id"))
    rows = _columns(source, files, both)
    run = rows["run_id"]
    rows = rows.filter(pc.and_(pc.greater_equal(run, since), pc.less_equal(run, upto)))
    return _filtered(rows.select(wanted.names), where)


def _filtered(rows: pa.Table, where: pc.Expression | None) -> pa.Table:
    return rows if where is None else rows.filter(where)


def _columns(source: Source, files: Sequence[DataFile], wanted: pa.Schema) -> pa.Table:
    """Put the columns of some files together."""
    parts = by_file(source, files, wanted.names)
    table = pa.table(
        [pa.chunked_array([part[field.name] for part in parts], field.type) for field in wanted],
        schema=wanted,
    )
    return table.combine_chunks() if len(table) < _FEW_ROWS * len(files) else table


def by_file(source: Source, files: Sequence[DataFile], wanted: Sequence[str]) -> list[Columns]:
    """Give the columns of each of some files, read where they are not at hand."""
    kept = {} if source.kept is None else source.kept
    for file in files:
        if file.path not in kept:
            kept[file.path] = source.copied.get(file.path, {})
    unread = [file for file in files if not kept[file.path].keys() >= {*wanted}]
    names = source.kind.names if source.whole else wanted
    if len(unread) > 1:
        with ThreadPoolExecutor() as pool:
            found = list(pool.map(lambda file: _file(source, file, names), unread))
    else:
        found = [_file(source, file, names) for file in unread]
    for file, columns in zip(unread, found, strict=True):
        kept[file.path] = kept[file.path] | columns
    return [kept[file.path] for file in files]


def _file(source: Source, file: DataFile, names: Sequence[str]) -> Columns:
    """Read columns of one file."""
    import pyarrow.parquet as pq

    kind = pa.schema([source.kind.field(name) for name in names if name != "day" or not file.day])
    with source.system.open_input_file(file.path) as opened:
        table = pq.ParquetFile(opened).read(columns=kind.names, use_threads=False)
    rows = table.select(kind.names).cast(kind).combine_chunks()
    columns = {name: rows[name].combine_chunks() for name in kind.names}
    if len(kind) < len(names):
        columns["day"] = pa.repeat(pa.scalar(file.day, pa.date32()), len(rows))
    return columns


def last_row(place: Place, runs: Any) -> dict[str, Any] | None:
    """Give the row of the last committed run, if there is any."""
    listing = listed(runs)
    latest = last_run(listing)
    if not latest:
        return None
    source = Source(RUNS, listing, place.filesystem("runs"))
    return read(source, latest, since=latest).to_pylist()[-1]


def newest(rows: pa.Table, name: str) -> pa.Table:
    """Keep, of rows with one key, that of the latest run; sorted by nothing in particular."""
    if not rows.num_rows:
        return rows
    code = np.zeros(rows.num_rows, dtype=np.int64)
    for key in KEYS[name]:
        part, size = codes(rows[key])
        code = code * size + part
    runs = rows["run_id"].combine_chunks().dictionary_encode()
    rank = np.argsort(np.argsort(runs.dictionary.to_numpy(zero_copy_only=False).astype(str)))
    order = np.lexsort((rank[runs.indices.to_numpy()], code))
    last = np.append(code[order][1:] != code[order][:-1], True)
    if last.all():
        return rows
    return rows.take(pa.array(np.sort(order[last])))


def codes(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], int]:
    """Give each value of a column without nulls a number, and how many there are."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), max(len(encoded.dictionary), 1)


def picked(system: Any, path: str, day: date, names: list[str]) -> pa.Table:
    """Read some articles of one file."""
    import pyarrow.parquet as pq

    kind = TABLES["articles"]
    inner = pa.schema([field for field in kind if field.name != "day"])
    ids = pa.array(names, pa.string())
    with system.open_input_file(path) as opened:
        parquet = pq.ParquetFile(opened)
        hits = pc.is_in(parquet.read(columns=["article_id"])["article_id"], ids)
        groups = _groups_with(parquet, hits)
        if not groups:
            return kind.empty_table()
        part = parquet.read_row_groups(groups, columns=inner.names).select(inner.names)
    part = rows_where(part.cast(inner), pc.is_in(part["article_id"], ids))
    return part.append_column("day", pa.repeat(pa.scalar(day, pa.date32()), len(part)))


def rows_where(rows: pa.Table, mask: pa.ChunkedArray) -> pa.Table:
    """Filter rows by a mask without nulls; where all stay, long texts are not copied."""
    return rows if pc.all(mask).as_py() in (True, None) else rows.filter(mask)


def _groups_with(parquet: Any, hits: pa.ChunkedArray) -> list[int]:
    """Row groups that hold a hit."""
    groups, start = [], 0
    for group in range(parquet.num_row_groups):
        size = parquet.metadata.row_group(group).num_rows
        if pc.any(hits.slice(start, size)).as_py():
            groups.append(group)
        start += size
    return groups
