"""CSV with a header row, through Arrow's streaming reader."""

import csv
import io
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from pipeline.ingest.batch import Batch, Reject
from pipeline.ingest.compression import DAMAGE, Opened, bytes_taken, open_file
from pipeline.ingest.fields import all_names, check_mapped, has_text
from pipeline.ingest.records import empty_batch, make_batch
from pipeline.ingest.sources import Source
from pipeline.settings import IngestSettings

_HEADER_BYTES = 1 << 16
_FIRST_ROW = 2  # the header is row 1


def read_csv(source: Source, settings: IngestSettings) -> Iterator[Batch]:
    """Read a CSV file; a position is a row's number, the header being row 1."""
    try:
        header = _header(source.name)
        if not header:
            yield empty_batch([Reject(source.name, None, "empty file")])
            return
        check_mapped(source.name, header, settings.fields)
        if not has_text(header, settings.fields):
            reason = f"no column with text; it has {', '.join(header)}"
            yield empty_batch([Reject(source.name, None, reason)])
            return
        opened = open_file(source.name)
        with opened.stored:
            yield from _read_rows(source.name, opened, header, settings)
    except (*DAMAGE, pa.ArrowInvalid) as error:
        yield empty_batch([Reject(source.name, None, f"damaged file: {error}")])


def _header(name: str) -> list[str]:
    opened = open_file(name)
    with opened.stored:
        head = opened.data.read(_HEADER_BYTES).decode("utf-8-sig", "replace")
    return next(csv.reader(io.StringIO(head)), [])


def _read_rows(
    name: str, opened: Opened, header: list[str], settings: IngestSettings
) -> Iterator[Batch]:
    misfits: list[tuple[int, str, str]] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        reason = f"{row.actual_columns} columns, expected {row.expected_columns}"
        misfits.append((row.number, reason, row.text))
        return "skip"

    wanted = all_names(settings.fields)
    # bytes, not text: a value that is no UTF-8 then costs its own row and no other
    reader = arrow_csv.open_csv(
        pa.PythonFile(opened.data, mode="r"),
        arrow_csv.ReadOptions(use_threads=False, block_size=settings.block_megabytes << 20),
        arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.large_binary()),
            include_columns=[column for column in dict.fromkeys(header) if column in wanted],
            strings_can_be_null=False,
        ),
    )
    next_row = _FIRST_ROW
    taken = 0
    for block in reader:
        skipped = np.array([number for number, _, _ in misfits], dtype=np.int64)
        positions = _positions(next_row, len(block), skipped)
        next_row = int(positions[-1]) + 1 if len(positions) else next_row
        rejects = [Reject(name, number, reason, text) for number, reason, text in misfits]
        misfits.clear()
        read, taken = bytes_taken(opened.stored) - taken, bytes_taken(opened.stored)
        table = pa.Table.from_batches([block])
        columns = dict(zip(table.column_names, table.columns, strict=True))
        yield decoded_batch(name, columns, positions, settings.fields, rejects, read)
    if misfits:
        yield empty_batch([Reject(name, *misfit) for misfit in misfits])


def _positions(first: int, n_rows: int, skipped: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count rows from ``first``, leaving out those that were skipped."""
    numbers = np.arange(first, first + n_rows + len(skipped), dtype=np.int64)
    return np.setdiff1d(numbers, skipped)[:n_rows]


def decoded_batch(
    name: str,
    columns: Mapping[str, pa.ChunkedArray],
    positions: NDArray[np.int64],
    mapping: Mapping[str, str],
    rejects: list[Reject],
    bytes_read: int,
) -> Batch:
    """Make a batch of columns of bytes; a row with a value that is no UTF-8 is a reject."""
    good = np.ones(len(positions), dtype=bool)
    for column_name, column in columns.items():
        for at in _undecodable(column):
            if good[at]:
                good[at] = False
                excerpt = column[at].as_py().decode("utf-8", "replace")
                reason = f"{column_name}: not UTF-8"
                rejects.append(Reject(name, int(positions[at]), reason, excerpt))
    if not good.all():
        columns = {key: column.filter(pa.array(good)) for key, column in columns.items()}
        positions = positions[good]
    texts = {key: column.cast(pa.large_string()) for key, column in columns.items()}
    return make_batch(name, texts, positions, mapping, rejects, bytes_read)


def _undecodable(column: pa.ChunkedArray) -> list[int]:
    try:
        column.cast(pa.large_string())
    except pa.ArrowInvalid:
        return [at for at, value in enumerate(column.to_pylist()) if not _decodes(value)]
    return []


def _decodes(value: bytes | None) -> bool:
    try:
        (value or b"").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
