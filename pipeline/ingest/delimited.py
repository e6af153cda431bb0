"""CSV with a header row: blocks through Arrow, and row by row from the first fault on."""

import csv
import io
import sys
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from pipeline.ingest.batch import Batch, Reject
from pipeline.ingest.compression import DAMAGE, bytes_taken
from pipeline.ingest.encodings import decode_text, is_utf8, legacy_encoding
from pipeline.ingest.fields import all_names, check_mapped, has_text
from pipeline.ingest.records import empty_batch, make_batch
from pipeline.ingest.sources import Source
from pipeline.ingest.transcode import open_text
from pipeline.settings import IngestSettings
from pipeline.text import replaced

_HEADER_BYTES = 1 << 16
_FIRST_ROW = 2  # the header is row 1
_FAULTS: tuple[type[Exception], ...] = (*DAMAGE, csv.Error)


def read_csv(source: Source, settings: IngestSettings) -> Iterator[Batch]:
    """Read a CSV file; a position is a row's number, the header being row 1."""
    name = source.name
    try:
        header = _header(name)
    except _FAULTS as error:
        yield empty_batch([Reject(name, None, f"damaged file: {error}")])
        return
    if not header:
        yield empty_batch([Reject(name, None, "empty file")])
        return
    check_mapped(name, header, settings.fields)
    if not has_text(header, settings.fields):
        yield empty_batch([Reject(name, None, f"no column with text; it has {', '.join(header)}")])
        return
    next_row, taken = _FIRST_ROW, 0
    try:
        for columns, taken in _blocks(name, header, settings):
            positions = np.arange(next_row, next_row + len(columns), dtype=np.int64)
            found = dict(zip(columns.column_names, columns.columns, strict=True))
            next_row += len(columns)
            yield decoded_batch(name, found, positions, settings.fields, [], taken)
    except _FAULTS:
        yield from _read_rows(name, header, settings, next_row)
    else:
        if next_row == _FIRST_ROW:
            yield empty_batch([Reject(name, None, "no rows")])


def _header(name: str) -> list[str]:
    opened = open_text(name)
    with opened.stored:
        head = opened.data.read(_HEADER_BYTES).decode("utf-8-sig", "replace")
    return next((row for row in csv.reader(io.StringIO(head, newline="")) if row), [])


def _blocks(
    name: str, header: list[str], settings: IngestSettings
) -> Iterator[tuple[pa.Table, int]]:
    """Give the known columns of each block as bytes, and the stored bytes it took.

    Raises
    ------
    ArrowException, OSError, EOFError
        At the first row that does not fit, or that a block cannot hold.
    """
    wanted = all_names(settings.fields)
    opened = open_text(name)
    with opened.stored:
        # bytes, not text: a value that is no UTF-8 then costs its own row and no other
        reader = arrow_csv.open_csv(
            pa.PythonFile(opened.data, mode="r"),
            arrow_csv.ReadOptions(use_threads=False, block_size=settings.block_megabytes << 20),
            arrow_csv.ParseOptions(newlines_in_values=True),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.large_binary()),
                include_columns=[column for column in dict.fromkeys(header) if column in wanted],
                strings_can_be_null=False,
            ),
        )
        before = 0
        for block in reader:
            now = bytes_taken(opened.stored)
            yield pa.Table.from_batches([block]), now - before
            before = now


def _read_rows(
    name: str, header: list[str], settings: IngestSettings, first: int
) -> Iterator[Batch]:
    """Read from row ``first`` on with Python's reader, which needs no block to hold a row."""
    csv.field_size_limit(sys.maxsize)  # of the process: 128 KB would cut articles off
    limit = settings.block_megabytes << 20
    waiting: list[tuple[int, list[str]]] = []
    size = 0
    opened = open_text(name)
    fault = None
    with opened.stored:
        before = 0
        text = io.TextIOWrapper(opened.data, "utf-8-sig", "surrogateescape", newline="")
        try:
            # blank lines have no number, as in Arrow
            for number, row in enumerate(filter(None, csv.reader(text)), start=1):
                if number < first:
                    continue
                waiting.append((number, row))
                size += sum(map(len, row))
                if size >= limit:
                    now = bytes_taken(opened.stored)
                    yield _batch_of_rows(name, header, waiting, settings.fields, now - before)
                    waiting, size, before = [], 0, now
        except _FAULTS as error:
            fault = Reject(name, None, f"damaged file: {error}")
        taken = bytes_taken(opened.stored) - before
    if waiting:
        yield _batch_of_rows(name, header, waiting, settings.fields, taken)
    elif not before and first == _FIRST_ROW:
        fault = fault or Reject(name, None, "no rows")
    if fault:
        yield empty_batch([fault])


def _batch_of_rows(
    name: str,
    header: list[str],
    rows: list[tuple[int, list[str]]],
    mapping: Mapping[str, str],
    bytes_read: int,
) -> Batch:
    fitting = [(number, row) for number, row in rows if len(row) == len(header)]
    rejects = [
        Reject(name, number, f"{len(row)} columns, expected {len(header)}", ",".join(row))
        for number, row in rows
        if len(row) != len(header)
    ]
    columns = {
        column: pa.chunked_array(
            [pa.array([_stored(row[at]) for _, row in fitting], pa.large_binary())]
        )
        for at, column in reversed(list(enumerate(header)))  # the first of a name wins
        if column in all_names(mapping)
    }
    positions = np.array([number for number, _ in fitting], dtype=np.int64)
    return decoded_batch(name, columns, positions, mapping, rejects, bytes_read)


def _stored(cell: str) -> bytes:
    return cell.encode("utf-8", "surrogateescape")


def decoded_batch(
    name: str,
    columns: Mapping[str, pa.ChunkedArray],
    positions: NDArray[np.int64],
    mapping: Mapping[str, str],
    rejects: list[Reject],
    bytes_read: int,
) -> Batch:
    """Make a batch of columns of bytes.

    Values that are no UTF-8 are decoded by the encoding that all of them together show; a row
    with one that shows none is a reject.
    """
    odd = {key: _undecodable(column) for key, column in columns.items()}
    good = np.ones(len(positions), dtype=bool)
    mended = dict(columns)
    if any(odd.values()):
        values = {(key, at): columns[key][at].as_py() for key in odd for at in odd[key]}
        legacy = legacy_encoding(values.values())
        texts = {place: decode_text(value, legacy) for place, value in values.items()}
        for (key, at), text in texts.items():
            if text is None and good[at]:
                good[at] = False
                excerpt = values[key, at].decode("utf-8", "replace")
                rejects.append(Reject(name, int(positions[at]), f"{key}: not UTF-8", excerpt))
        for key, rows in odd.items():
            found = [(texts[key, at] or "").encode() for at in rows]
            column = columns[key]
            mended[key] = replaced(column, np.array(rows, np.int64), pa.array(found, column.type))
    transcoded = len({at for rows in odd.values() for at in rows if good[at]})
    if not good.all():
        mended = {key: column.filter(pa.array(good)) for key, column in mended.items()}
        positions = positions[good]
    columns = {key: column.cast(pa.large_string()) for key, column in mended.items()}
    return make_batch(name, columns, positions, mapping, rejects, bytes_read, transcoded)


def _undecodable(column: pa.ChunkedArray) -> list[int]:
    try:
        column.cast(pa.large_string())
    except pa.ArrowInvalid:
        return [at for at, value in enumerate(column.to_pylist()) if not is_utf8(value or b"")]
    return []
