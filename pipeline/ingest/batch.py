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


def reject_table(rejects: Iterable[Reject]) -> pa.Table:
    """Make a table of schema.REJECTS; excerpts are cut short and made printable."""
    rows = [
        {
            "input": reject.input,
            "position": reject.position,
            "reason": reject.reason,
            "excerpt": _printable(reject.excerpt),
        }
        for reject in rejects
    ]
    return pa.Table.from_pylist(rows, schema=schema.REJECTS)


def _printable(excerpt: str) -> str:
    cut = excerpt[:_EXCERPT].encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() else " " for char in cut)
