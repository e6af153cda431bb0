"""Files written again, record by record, with what is known of each behind its own fields."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.ingest.ahead import ahead
from pipeline.ingest.blocks import Block, line_blocks
from pipeline.ingest.compression import DAMAGE
from pipeline.ingest.transcode import open_text
from pipeline.json_rows import json_rows
from pipeline.text import offsets_of, string_arrays

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
    names: list[str],
    blocks: Iterable[tuple[str, Block]],
    marks: pa.Table,
    out: Path,
    *,
    every: bool,
) -> int:
    """Write the records of JSONL files, one file behind the other.

    What is known of a file is put into JSON while the lines of others are written.

    Parameters
    ----------
    names : list of str
    blocks : iterable of (str, Block)
        Of these files, from `read_again`.
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
    with out.open("wb") as file, ThreadPoolExecutor(1) as pool:
        known = {name: pool.submit(_known, marks, name, every=every) for name in names}
        for name, block in blocks:
            lines, n_lines = _completed(block, known[name].result(), every=every)
            file.write(lines.data)
            written += n_lines
    return written


class _Known(NamedTuple):
    """What is known of some lines of a file."""

    positions: NDArray[np.int64]
    """Numbers of the lines, from 1; ascending."""
    endings: pa.LargeStringArray
    """What takes the place of each one's last brace."""


def _known(marks: pa.Table, name: str, *, every: bool) -> _Known:
    """Gather what is known of the lines of a file that are to be written."""
    known = _by_file(marks, name)
    if not every:
        known = known.filter(known["dedup_relation"].is_null())
    return _Known(known["position"].to_numpy(), _endings(known.drop_columns("position")))


def _by_file(marks: pa.Table, name: str) -> pa.Table:
    return marks.filter(pc.equal(marks["input"], name)).drop_columns("input")


def _blocks(name: str) -> Iterator[tuple[str, Block]]:
    opened = open_text(name)
    with opened.stored, suppress(*DAMAGE):
        for block in line_blocks(opened.data, _PIECE):
            yield name, block


def _endings(marks: pa.Table) -> pa.LargeStringArray:
    """Give the JSON of each row, without its opening brace, as the end of a longer object."""
    ends = [b",%s\n" % row[1:] for row in json_rows(marks.to_pylist())]
    return pa.array(ends, pa.large_string())


def _completed(block: Block, known: _Known, *, every: bool) -> tuple[NDArray[np.uint8], int]:
    """Give the lines of a block to write, those that are known or every one, and how many."""
    from pipeline.text.slices import copy_slices, find_ink

    span = [block.first_line, block.first_line + len(block.ends)]
    first, last = np.searchsorted(known.positions, span)
    marked = known.positions[first:last] - block.first_line
    ends, begins = string_arrays(known.endings[first:last])
    sizes = np.diff(begins)
    starts = block.starts
    _, stops = find_ink(block.data, starts, block.ends)
    stops[marked] -= 1  # the brace
    behind = np.ones(len(starts), dtype=np.int64)  # a newline, at least
    behind[marked] = sizes
    lines = np.flatnonzero(stops > starts) if every else marked
    starts, lengths, behind = starts[lines], (stops - starts)[lines], behind[lines]
    at = offsets_of(lengths + behind)
    out = np.empty(at[-1], dtype=np.uint8)
    copy_slices(0, len(lines), block.data, starts, lengths, at[:-1], out)
    out[at[1:] - 1] = ord("\n")
    begun = (at[:-1] + lengths)[np.searchsorted(lines, marked)]
    copy_slices(0, len(marked), ends, begins[:-1], sizes, begun, out)
    return out, len(lines)


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
