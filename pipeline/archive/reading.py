"""Rows of an archive's tables, read from their Parquet files.

A run reads the rows of some weeks, many times over, from files of which each holds few rows:
what a file costs is the opening of it. So each column of a file is read once, and kept.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.archive.files import DataFile, Span, chosen, data_files, last_run, listed
from pipeline.archive.place import Place
from pipeline.archive.tables import KEYS, RUNS

Kept = dict[str, dict[str, pa.ChunkedArray]]
"""Columns that were read, by file and name. No file ever changes."""


class Source(NamedTuple):
    """A table's newest version, to read from."""

    kind: pa.Schema
    """Its columns."""
    files: pa.Table
    """Of `files.FILES`."""
    system: Any
    """Arrow's file system within the table."""
    kept: Kept | None
    """What is to be kept for later readings goes here; None to keep nothing."""


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

    def rows(file: DataFile) -> pa.Table:
        found = _rows(source, file, wanted.names, since, upto)
        return found if where is None else found.filter(where)

    if len(files) < 2:
        return pa.concat_tables([wanted.empty_table(), *map(rows, files)])
    with ThreadPoolExecutor() as pool:
        return pa.concat_tables([wanted.empty_table(), *pool.map(rows, files)])


def _rows(source: Source, file: DataFile, names: Sequence[str], since: str, upto: str) -> pa.Table:
    """Read the rows of one file that some runs wrote."""
    whole = since <= file.first_run and file.last_run <= upto
    inner = [name for name in names if name != "day"]
    inner = inner if whole or "run_id" in inner else [*inner, "run_id"]
    table = _columns(source, file, inner)
    if file.day is not None:
        day = pa.repeat(pa.scalar(file.day, pa.date32()), len(table))
        table = table.append_column("day", day)
    if not whole:
        run = table["run_id"]
        table = table.filter(pc.and_(pc.greater_equal(run, since), pc.less_equal(run, upto)))
    return table.select(names)


def _columns(source: Source, file: DataFile, names: Sequence[str]) -> pa.Table:
    import pyarrow.parquet as pq

    known = {} if source.kept is None else source.kept.setdefault(file.path, {})
    missing = [name for name in names if name not in known]
    if missing:
        with source.system.open_input_file(file.path) as opened:
            found = pq.ParquetFile(opened).read(columns=missing, use_threads=False)
        kind = pa.schema([source.kind.field(name) for name in missing])
        found = found.select(missing).cast(kind)
        known.update(zip(missing, found.columns, strict=True))
    return pa.table({name: known[name] for name in names})


def last_row(place: Place, runs: Any) -> dict[str, Any] | None:
    """Give the row of the last committed run, if there is any."""
    listing = listed(runs)
    latest = last_run(listing)
    if not latest:
        return None
    source = Source(RUNS, listing, place.filesystem("runs"), None)
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
