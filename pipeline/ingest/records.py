"""Columns of text to a batch of records, each with its place; what has no text is rejected."""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import schema
from pipeline.ingest.batch import Batch, Reject, printable, reject_table
from pipeline.ingest.fields import FIELDS, TEXT_FIELDS, pick

_NUL = "\0"
_INK = r"[^\s\pZ\p{Cc}\p{Cf}]"  # neither a space of any script nor invisible


def make_batch(
    name: str,
    columns: Mapping[str, pa.ChunkedArray],
    positions: NDArray[np.int64],
    mapping: Mapping[str, str],
    rejects: Iterable[Reject] = (),
    bytes_read: int = 0,
    transcoded: int = 0,
) -> Batch:
    """Make a batch of the columns of one block.

    Parameters
    ----------
    name : str
        The input.
    columns : mapping of str to string columns of n rows
        By the names that stand in the input.
    positions : int64 array, shape (n,)
        Place of each row in the input.
    mapping : mapping
        The user's names for our fields.
    rejects : iterable of Reject
        What the reader itself could not use.
    bytes_read : int
        Stored bytes that the block took.
    transcoded : int
        How many rows were in another encoding than UTF-8.

    Returns
    -------
    Batch
        Without NUL characters, which no text means. A record needs text or at least a
        headline; one with neither is a reject.
    """
    fields = pick(columns, len(positions), mapping)
    fields = {field: _without_nul(column) for field, column in fields.items()}
    present = np.zeros(len(positions), dtype=bool)
    for field in (*TEXT_FIELDS, "title"):
        if present.all():
            break
        present |= _has_ink(fields[field])
    records = pa.table(
        [
            pa.repeat(pa.scalar(printable(name)), len(positions)),
            pa.array(positions),
            *(fields[field] for field in FIELDS),
        ],
        schema=schema.RECORDS,
    )
    blank = [Reject(name, at, "no text, no headline") for at in positions[~present].tolist()]
    if blank:
        records = records.filter(pa.array(present))
    return Batch(records, reject_table([*rejects, *blank]), bytes_read, transcoded)


def empty_batch(rejects: Iterable[Reject], bytes_read: int = 0) -> Batch:
    """Make a batch without records."""
    return Batch(schema.RECORDS.empty_table(), reject_table(rejects), bytes_read)


def _has_ink(column: pa.ChunkedArray | pa.Array) -> NDArray[np.bool_]:
    if column.null_count == len(column):
        return np.zeros(len(column), dtype=bool)
    inked = pc.match_substring_regex(column, _INK).fill_null(False)
    return np.asarray(inked.to_numpy(zero_copy_only=False), dtype=bool)


def _holds_nul(column: pa.ChunkedArray | pa.Array) -> bool:
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    held = [chunk.buffers()[-1] for chunk in chunks if len(chunk)]
    return any(np.frombuffer(data, np.uint8).min() == 0 for data in held if data)


def _without_nul(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    if column.null_count == len(column) or not _holds_nul(column):
        return column
    return pc.replace_substring(column, _NUL, "")
