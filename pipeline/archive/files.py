"""The Parquet files that a table's log names: listed, chosen by day and run, put in and out."""

import time
from collections.abc import Sequence
from datetime import date
from functools import reduce
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

FILES = pa.schema(
    [
        ("path", pa.string()),  # within the table's folder
        ("size", pa.int64()),
        ("first_run", pa.string()),
        ("last_run", pa.string()),
        ("day", pa.date32()),  # null in a table without partitions
    ]
)
"""A file of a table."""

_IN_LOG = {
    "path": "path",
    "size": "size_bytes",
    "first_run": "min.run_id",
    "last_run": "max.run_id",
    "day": "partition.day",
}

Span = tuple[date, date]
"""First and last day, both included."""


class DataFile(NamedTuple):
    """One Parquet file of a table."""

    path: str
    """Within the table's folder."""
    size: int
    first_run: str
    last_run: str
    day: date | None

    @property
    def partition(self) -> dict[str, str | None]:
        """Where it lies, as Delta's log has it."""
        return {"day": self.day.isoformat()} if self.day else {}


class Added(NamedTuple):
    """A Parquet file that was written and is to be part of a table."""

    path: str
    size: int
    partition: dict[str, str | None]
    modified: int
    """Milliseconds since 1970."""
    stats: str
    """JSON, as in Delta's log."""


def listed(table: Any) -> pa.Table:
    """List the files of a Delta table's version that is open, as a table of FILES."""
    logged = pa.table(table.get_add_actions(flatten=True))
    if not logged.num_rows:
        return FILES.empty_table()
    nothing = pa.nulls(len(logged))
    columns = [
        logged[name] if (name := _IN_LOG[field.name]) in logged.column_names else nothing
        for field in FILES
    ]
    return pa.table(columns, names=FILES.names).cast(FILES)


def data_files(listing: pa.Table) -> list[DataFile]:
    """Give the rows of a table of FILES."""
    return [DataFile(**row) for row in listing.to_pylist()]


def last_run(listing: pa.Table) -> str:
    """Name the last run that wrote any of the files; empty where there is none."""
    return pc.max(listing["last_run"]).as_py() or ""


def chosen(listing: pa.Table, spans: Sequence[Span] | None, since: str, upto: str) -> pa.Table:
    """Choose the files that may have rows of some days and runs.

    Parameters
    ----------
    listing : table of FILES
    spans : sequence of (first day, last day), or None
        None for every day.
    since, upto : str
        First and last run.
    """
    inside = pc.and_(
        pc.greater_equal(listing["last_run"], since), pc.less_equal(listing["first_run"], upto)
    )
    if spans is not None:
        day = listing["day"]
        within = (
            pc.and_(pc.greater_equal(day, first), pc.less_equal(day, last)) for first, last in spans
        )
        inside = pc.and_(inside, reduce(pc.or_, within, pa.scalar(False)))
    return listing.filter(inside)


def replace_files(table: Any, gone: Sequence[DataFile], added: Sequence[Added]) -> None:
    """Put files in place of others, in one commit."""
    from deltalake.transaction import AddAction, RemoveAction

    now = int(time.time() * 1000)
    actions = [RemoveAction(one.path, True, now, one.size, one.partition) for one in gone]
    actions += [
        AddAction(one.path, one.size, one.partition, one.modified, True, one.stats) for one in added
    ]
    if actions:
        table.create_write_transaction(
            actions, "append", table.schema(), table.metadata().partition_columns
        )
        table.update_incremental()
