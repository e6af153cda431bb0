"""What readers hand on: records, and rejects with their place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from pipeline import schema

_EXCERPT = 120


class Reject(NamedTuple):
    """A record, or a whole input, that cannot be used."""

    input: str
    position: int | None
    """Line, row or file number from 1; None for the input as a whole."""
    reason: str
    excerpt: str = ""


@dataclass(frozen=True)
class Batch:
    """Some records of one input."""

    records: pa.Table
    """Of schema.RECORDS."""
    rejects: pa.Table
    """Of schema.REJECTS."""
    bytes_read: int
    """Bytes of the file, as stored, that these took."""
    transcoded: int = 0
    """Records whose encoding was not UTF-8, and was found out."""


def reject_table(rejects: Iterable[Reject]) -> pa.Table:
    """Make a table of schema.REJECTS; excerpts are cut short and made printable."""
    rows = [
        {
            "input": printable(reject.input),
            "position": reject.position,
            "reason": printable(reject.reason),
            "excerpt": printable(reject.excerpt[:_EXCERPT]),
        }
        for reject in rejects
    ]
    return pa.Table.from_pylist(rows, schema=schema.REJECTS)


def printable(text: str) -> str:
    """Make one line of UTF-8 of any string, file names of other encodings among them."""
    encodable = text.encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() else " " for char in encodable)
