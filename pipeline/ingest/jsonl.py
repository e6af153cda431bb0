"""JSON lines: whole blocks through Arrow, and line by line where a block does not parse."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.json as arrow_json
from numpy.typing import NDArray

from pipeline.ingest.ahead import ahead
from pipeline.ingest.batch import Batch, Reject
from pipeline.ingest.blocks import Block, line_blocks
from pipeline.ingest.bylines import arrow_type, byline_column, byline_of
from pipeline.ingest.compression import DAMAGE, bytes_taken
from pipeline.ingest.encodings import decode_text, is_utf8, legacy_encoding, undecodable
from pipeline.ingest.fields import TEXT_FIELDS, all_names
from pipeline.ingest.records import empty_batch, make_batch
from pipeline.ingest.sources import Source
from pipeline.ingest.transcode import open_text
from pipeline.settings import IngestSettings
from pipeline.surrogates import without_halves

_PARSE_BYTES = 1 << 22  # what one of Arrow's threads takes at once
_BOM = b"\xef\xbb\xbf"


def read_jsonl(source: Source, settings: IngestSettings) -> Iterator[Batch]:
    """Read JSON lines, block by block; what a damaged file still gives is kept."""
    opened = open_text(source.name)
    taken = 0
    empty = True
    with opened.stored:
        blocks = ahead(line_blocks(opened.data, settings.block_megabytes << 20))
        try:
            for block in blocks:
                empty = False
                read, taken = bytes_taken(opened.stored) - taken, bytes_taken(opened.stored)
                yield _read_block(source.name, block, settings.fields, read)
        except DAMAGE as error:
            yield empty_batch([Reject(source.name, None, f"damaged file: {error}")])
            return
        finally:
            blocks.close()  # type: ignore[attr-defined]
    if empty:
        yield empty_batch([Reject(source.name, None, "empty file")])


def _read_block(name: str, block: Block, mapping: Mapping[str, str], read: int) -> Batch:
    if block.first_line == 1 and block.data.startswith(_BOM):
        block = Block(block.data[len(_BOM) :], 1, block.ends - len(_BOM))
    lines = _inked_lines(block)
    table = None if lines is None else _parse_block(block.data, lines, all_names(mapping))
    if lines is None or table is None:
        return _read_lines(name, block, mapping, read)
    columns = dict(zip(table.column_names, table.columns, strict=True))
    return make_batch(name, columns, lines.numbers + block.first_line, mapping, bytes_read=read)


class _Lines(NamedTuple):
    """The lines of a block that hold something."""

    numbers: NDArray[np.int64]
    """Counted from 0."""
    longest: int
    """Bytes of the longest, its newline among them."""


def _inked_lines(block: Block) -> _Lines | None:
    """Find the lines that hold objects; None where one seems to hold something else.

    Arrow takes a lone ``null`` for a record (and may crash on it), a record that spans lines,
    and several on one line. Where every line begins and ends as an object does, only the last
    is left, and shows in the number of rows.
    """
    text = np.frombuffer(block.data, dtype=np.uint8)
    starts, ends = block.starts, block.ends
    longest = int((ends - starts).max(initial=0)) + 1
    returned = (ends > starts) & (text[ends - 1] == ord("\r"))
    ends = ends - returned
    numbers = np.flatnonzero(ends > starts)
    objects = (text[starts[numbers]] == ord("{")) & (text[ends[numbers] - 1] == ord("}"))
    return _Lines(numbers, longest) if objects.all() else None


def _parse_block(data: bytearray, lines: _Lines, names: Mapping[str, str]) -> pa.Table | None:
    """Parse a block in Arrow; None where that would fail, or quietly differ from JSON."""
    if b"\0" in data or not len(lines.numbers) or not is_utf8(data):
        return None
    try:
        table = arrow_json.read_json(
            pa.BufferReader(data),
            # a block of Arrow's own must hold the longest line
            arrow_json.ReadOptions(block_size=max(_PARSE_BYTES, lines.longest)),
            arrow_json.ParseOptions(
                explicit_schema=_schema_of(data, names), unexpected_field_behavior="ignore"
            ),
        )
    except pa.ArrowInvalid:
        return None
    if len(table) != len(lines.numbers):
        return None
    columns = [_strings(column) for column in table.columns]
    return None if None in columns else pa.table(columns, names=table.column_names)


def _strings(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    flat = byline_column(column) if pa.types.is_nested(column.type) else column
    return flat if flat is None or pa.types.is_large_string(flat.type) else flat.cast(pa.string())


def _schema_of(data: bytearray, names: Mapping[str, str]) -> pa.Schema:
    """Guess types from the first line: numbers are common as ids and dates, lists as authors."""
    try:
        first = json.loads(data[: data.find(b"\n") + 1 or None])
    except (ValueError, RecursionError):
        first = {}
    kinds = []
    for name, field in names.items():
        value = first.get(name) if isinstance(first, dict) else None
        if field in TEXT_FIELDS:
            kinds.append((name, pa.large_string()))
        elif field == "byline":
            kinds.append((name, arrow_type(value)))
        elif field in _NUMERIC and isinstance(value, int) and not isinstance(value, bool):
            kinds.append((name, pa.int64()))
        else:
            kinds.append((name, pa.string()))
    return pa.schema(kinds)


def _read_lines(name: str, block: Block, mapping: Mapping[str, str], read: int) -> Batch:
    names = all_names(mapping)
    rows: list[dict[str, str | None]] = []
    positions: list[int] = []
    rejects: list[Reject] = []
    lines = bytes(block.data).split(b"\n")
    odd = {at for at, line in enumerate(lines) if not is_utf8(line)}
    legacy = legacy_encoding(lines[at] for at in sorted(odd))
    transcoded = 0
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            rows.append(_parse_line(line, names, legacy))
            positions.append(block.first_line + at)
            transcoded += at in odd
        except ValueError as error:
            excerpt = line[:400].decode("utf-8", "replace")
            rejects.append(Reject(name, block.first_line + at, str(error), excerpt))
    columns = {
        column: pa.chunked_array([pa.array([row.get(column) for row in rows], pa.large_string())])
        for column in names
    }
    return make_batch(
        name, columns, np.array(positions, np.int64), mapping, rejects, read, transcoded
    )


def _parse_line(line: bytes, names: Mapping[str, str], legacy: str | None) -> dict[str, str | None]:
    """Read the fields of one line.

    Raises
    ------
    ValueError
        The line is no JSON object of texts, and why.
    """
    text = decode_text(line, legacy)
    if text is None:
        raise ValueError(f"{undecodable(line)} of the line")
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(record, dict):
        raise ValueError(f"got a JSON {type(record).__name__}, expected an object")  # noqa: TRY004
    return {name: _as_text(name, record[name], names[name]) for name in names if name in record}


def _as_text(name: str, value: Any, field: str) -> str | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and field in _NUMERIC:
        value = str(value)
    if field == "byline":
        value = byline_of(value)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name}: got {type(value).__name__}, expected text")
    return value and without_halves(value)


_NUMERIC = {"id", "published"}
"""Fields in which a number is as good as its digits."""
