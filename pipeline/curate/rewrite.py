"""Files written again, record by record, with what is known of each behind its own fields."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import chain, groupby, islice
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ingest.ahead import ahead
from pipeline.ingest.blocks import Block, line_blocks
from pipeline.ingest.compression import DAMAGE
from pipeline.ingest.transcode import open_text

_PIECE = 4 << 20  # bytes read and written at once
_FILES = 2  # that are read side by side
_AHEAD = 24
"""Pieces of each that are read ahead: they take less than what repost search has given back."""


@contextmanager
def read_again(names: list[str]) -> Iterator[Iterator[tuple[str, Block]]]:
    """Begin to read JSONL files once more, ahead of need.

    Yields
    ------
    iterator of (str, Block)
        The lines of one file behind those of the other: of a damaged file, those before its fault.
    """
    with ExitStack() as readers:

        def begun(name: str) -> Iterator[tuple[str, Block]]:
            blocks = readers.enter_context(closing(ahead(_blocks(name), _AHEAD)))  # type: ignore[type-var]
            return chain(list(islice(blocks, 1)), blocks)  # it begins with the first asked for

        def all_blocks() -> Iterator[tuple[str, Block]]:
            while files:
                yield from files.popleft()
                files.extend(map(begun, islice(later, 1)))

        later = iter(names)
        files = deque(map(begun, islice(later, _FILES)))
        yield all_blocks()


def rewrite_jsonl(
    blocks: Iterable[tuple[str, Block]], marks: pa.Table, out: Path, *, every: bool
) -> int:
    """Write the records of JSONL files, one file behind the other.

    Parameters
    ----------
    blocks : iterable of (str, Block)
        From `read_again`.
    marks : table of deduplicate.MARKS
        Sorted by input and position.
    out : Path
    every : bool
        Write reposts as well, and lines of which nothing is known as they stand.

    Returns
    -------
    int
        How many lines were written.
    """
    written = 0
    with out.open("wb") as file:
        for name, of_file in groupby(blocks, key=lambda found: found[0]):
            known = _by_file(marks, name)
            if not every:
                known = known.filter(known["dedup_relation"].is_null())
            positions = known["position"].to_numpy()
            endings = _endings(known.drop_columns("position"))
            for _, block in of_file:
                lines = [block.first_line, block.first_line + len(block.ends)]
                first, last = np.searchsorted(positions, lines)
                at = (positions[first:last] - block.first_line).tolist()
                ends = dict(zip(at, endings[first:last], strict=True))
                records = list(_joined(block, ends, every))
                file.write(b"".join(chain.from_iterable(records)))
                written += len(records)
    return written


def _by_file(marks: pa.Table, name: str) -> pa.Table:
    return marks.filter(pc.equal(marks["input"], name)).drop_columns("input")


def _blocks(name: str) -> Iterator[tuple[str, Block]]:
    opened = open_text(name)
    with opened.stored, suppress(*DAMAGE):
        for block in line_blocks(opened.data, _PIECE):
            yield name, block


def _endings(marks: pa.Table) -> list[bytes]:
    """Give the JSON of each row, without its opening brace, as the end of a longer object."""
    begin = b'{"%s":' % marks.column_names[0].encode()
    rows = orjson.dumps(marks.to_pylist())  # in one go: a call a row would take far longer
    # no string holds what begins a row, for a quote within one has a backslash before it
    return [b",%s%s\n" % (begin[1:], row[:-1]) for row in rows.split(begin)[1:]]


def _joined(
    block: Block, known: dict[int, bytes], every: bool
) -> Iterator[tuple[bytes | memoryview, bytes]]:
    """Put what is known of a line in the place of its last brace."""
    data = memoryview(block.data)  # type: ignore[arg-type]
    starts, ends = block.starts.tolist(), block.ends.tolist()
    braces = (block.data[block.ends - 1] == ord("}")).tolist()
    for line in range(len(ends)) if every else known:
        start, end = starts[line], ends[line]
        if line in known:
            brace = end - 1 if braces[line] else start + bytes(data[start:end]).rfind(b"}")
            yield data[start:brace], known[line]
        elif other := bytes(data[start:end]).rstrip():
            yield other, b"\n"


def rewrite_parquet(names: list[str], marks: pa.Table, out: Path, *, every: bool) -> int:
    """Write the rows of Parquet files as one; the parameters are those of `rewrite_jsonl`."""
    import pyarrow.parquet as pq

    tables = []
    for name in names:
        rows = pq.read_table(name)
        position = pa.array(range(1, len(rows) + 1), pa.int64())
        known = pa.table({"position": position}).join(_by_file(marks, name), "position")
        known = known.sort_by("position").drop_columns("position")
        for column in known.column_names:
            rows = rows.append_column(column, known[column])
        if not every:
            kept = pc.and_(known["dedup_id"].is_valid(), known["dedup_relation"].is_null())
            rows = rows.filter(kept)
        tables.append(rows)
    table = pa.concat_tables(tables, promote_options="permissive")
    pq.write_table(table, out, compression="zstd")
    return len(table)
