"""JSON lines: whole blocks through Arrow, and line by line where a block does not parse."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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

_PARSE_BYTES = 1 << 21  # what one of Arrow's threads takes at once
_FOREIGN = ""  # stands for a field of no use to us
_BOM = b"\xef\xbb\xbf"


class _Found(NamedTuple):
    """A block of a file, or why there is none."""

    name: str
    block: Block | None = None
    fault: str = ""
    read: int = 0
    """Stored bytes that the block took."""


def read_jsonl(sources: Iterable[Source], settings: IngestSettings) -> Iterator[Batch]:
    """Read JSON lines, block by block; what a damaged file still gives is kept."""
    blocks = ahead(_blocks([source.name for source in sources], settings.block_megabytes << 20))
    seen: defaultdict[str, set[str]] = defaultdict(set)
    try:
        for found in blocks:
            if found.block is None:
                yield empty_batch([Reject(found.name, None, found.fault)])
                continue
            known = seen[found.name]
            yield _read_block(found.name, found.block, settings.fields, found.read, known)
    finally:
        blocks.close()  # type: ignore[attr-defined]


def _blocks(names: Iterable[str], size: int) -> Iterator[_Found]:
    for name in names:
        try:
            opened = open_text(name)
        except OSError as error:
            yield _Found(name, fault=f"cannot be read: {error.strerror or error}")
            continue
        taken = 0
        empty = True
        with opened.stored:
            try:
                for block in line_blocks(opened.data, size):
                    empty = False
                    read, taken = bytes_taken(opened.stored) - taken, bytes_taken(opened.stored)
                    yield _Found(name, block, read=read)
            except DAMAGE as error:
                yield _Found(name, fault=f"damaged file: {error}")
                continue
        if empty:
            yield _Found(name, fault="empty file")


def _read_block(
    name: str, block: Block, mapping: Mapping[str, str], read: int, known: set[str]
) -> Batch:
    """Read a block of a file that has the ``known`` fields, and maybe others."""
    if block.first_line == 1 and block.data[: len(_BOM)].tobytes() == _BOM:
        block = Block(block.data[len(_BOM) :], 1, block.ends - len(_BOM))
    lines = _inked_lines(block) if len(block.data) else None
    table = None if lines is None else _parse_block(block.data, lines, all_names(mapping), known)
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
    first: bytes
    """The first of the block."""


def _inked_lines(block: Block) -> _Lines | None:
    """Find the lines that hold objects; None where one seems to hold something else.

    Arrow takes a lone ``null`` for a record (and may crash on it), a record that spans lines,
    and several on one line. Where every line begins and ends as an object does, only the last
    is left, and shows in the number of rows.
    """
    text = block.data
    starts, ends = block.starts, block.ends
    longest = int((ends - starts).max(initial=0)) + 1
    returned = (ends > starts) & (text[ends - 1] == ord("\r"))
    ends = ends - returned
    numbers = np.flatnonzero(ends > starts)
    objects = (text[starts[numbers]] == ord("{")) & (text[ends[numbers] - 1] == ord("}"))
    first = text[: block.ends[0]].tobytes()
    return _Lines(numbers, longest, first) if objects.all() else None


def _parse_block(
    data: NDArray[np.uint8], lines: _Lines, names: Mapping[str, str], known: set[str]
) -> pa.Table | None:
    """Parse a block in Arrow; None where that would fail, or quietly differ from JSON.

    Of the many names that a field may have, Arrow is told those that the file is known to use:
    it fills a column for each. Where another turns up, the block is parsed anew, for all names.
    """
    if data.min() == 0 or not len(lines.numbers) or not is_utf8(data):
        return None
    kinds, there = _kinds_of(lines.first, names)
    known |= there
    size = max(_PARSE_BYTES, lines.longest)
    table = None
    if known <= names.keys():
        some = [kind for kind in kinds if kind.name in known]
        table = _parse(data, pa.schema(some), size, unexpected="error")
    if table is None:
        table = _parse(data, pa.schema(kinds), size, unexpected="ignore")
        if table is None:
            return None
        used = {name for name in names if table[name].null_count < len(table)}
        known |= used if used - known else {_FOREIGN}
    if len(table) != len(lines.numbers):
        return None
    columns = [_strings(column) for column in table.columns]
    return None if None in columns else pa.table(columns, names=table.column_names)


def _parse(
    data: NDArray[np.uint8], fields: pa.Schema, size: int, *, unexpected: str
) -> pa.Table | None:
    """Parse a block in blocks of Arrow's own, of which each must hold the longest line."""
    options = arrow_json.ParseOptions(explicit_schema=fields, unexpected_field_behavior=unexpected)
    try:
        return arrow_json.read_json(
            pa.BufferReader(data), arrow_json.ReadOptions(block_size=size), options
        )
    except pa.ArrowInvalid:
        return None


def _strings(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    flat = byline_column(column) if pa.types.is_nested(column.type) else column
    return flat if flat is None or pa.types.is_large_string(flat.type) else flat.cast(pa.string())


def _kinds_of(line: bytes, names: Mapping[str, str]) -> tuple[list[pa.Field], set[str]]:
    """Guess types from the first line: numbers are common as ids and dates, lists as authors.

    Also tells which names stand there.
    """
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        first = {}
    first = first if isinstance(first, dict) else {}
    kinds = []
    for name, field in names.items():
        value = first.get(name)
        if field in TEXT_FIELDS:
            kinds.append(pa.field(name, pa.large_string()))
        elif field == "byline":
            kinds.append(pa.field(name, arrow_type(value)))
        elif field in _NUMERIC and isinstance(value, int) and not isinstance(value, bool):
            kinds.append(pa.field(name, pa.int64()))
        else:
            kinds.append(pa.field(name, pa.string()))
    return kinds, set(first)


def _read_lines(name: str, block: Block, mapping: Mapping[str, str], read: int) -> Batch:
    names = all_names(mapping)
    rows: list[dict[str, str | None]] = []
    positions: list[int] = []
    rejects: list[Reject] = []
    lines = block.data.tobytes().split(b"\n")
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
