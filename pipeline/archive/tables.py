"""The archive's Delta tables: their columns, and how rows are read, appended and removed.

Every row bears the run that wrote it and the day that it lies under. Run ids sort in the
order of the runs, and no row is ever changed: of rows with one key, that of the latest run
holds.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import schema
from pipeline.archive.place import Place

_STAMPS = [("run_id", pa.string()), ("day", pa.date32())]


def _stamped(columns: Iterable[Any]) -> pa.Schema:
    return pa.schema([*columns, *_STAMPS])


def _without(kind: pa.Schema, *names: str) -> list[pa.Field]:
    return [field for field in kind if field.name not in names]


TABLES: dict[str, pa.Schema] = {
    "articles": _stamped([*schema.CLEANED, ("words", pa.int32())]),
    "fingerprints": _stamped(schema.FINGERPRINTS),
    "pairs": _stamped([*schema.PAIRS, ("article_day", pa.date32()), ("other_day", pa.date32())]),
    "duplicates": _stamped(
        _without(schema.DUPLICATES, "run_id", "source", "published", "seconds_behind")
    ),
    "members": _stamped(
        [
            ("article_id", pa.string()),
            ("story_id", pa.string()),
            ("story_day", pa.date32()),
            ("role", pa.string()),
            ("similarity", pa.float64()),
            ("source", pa.string()),
            ("published", schema.CLEANED.field("published").type),
        ]
    ),
    "stories": _stamped(
        [
            *schema.STORIES,
            ("first_day", pa.date32()),
            ("last_day", pa.date32()),
            *schema.PROFILES,
        ]
    ),
    "story_events": _stamped(_without(schema.STORY_EVENTS, "run_id")),
    "story_links": _stamped(schema.STORY_LINKS),
    "rejects": _stamped(schema.REJECTS),
}
"""Every table by name, but ``runs``. A story and its events lie under the day it was born
on, a link under that of its later story, a pair under the earlier of its articles' days (and
under both, where the window lies between), any other row under its article's day."""

RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("number", pa.int64()),
        ("kind", pa.string()),  # run, rebuild or forget
        ("began", schema.CLEANED.field("published").type),
        ("committed", schema.CLEANED.field("published").type),
        ("clock", schema.CLEANED.field("published").type),  # latest date of any article so far
        ("counts", pa.string()),  # JSON
        ("settings", pa.string()),  # JSON
        ("files", pa.string()),  # JSON: a list of seen.FileSeen
        ("versions", pa.string()),  # JSON: Delta version of each table that holds its rows
    ]
)
"""One row a committed run. A row of another table counts only if its run is here."""

KEYS = {
    "articles": ["article_id"],
    "fingerprints": ["article_id"],
    "pairs": ["article_id", "other_id"],
    "duplicates": ["article_id"],
    "members": ["article_id"],
    "stories": ["story_id"],
    "story_links": ["story_id", "other_id"],
    "rejects": ["input", "position", "reason"],
}
"""What names the thing that a row tells of: the row of the latest run holds."""

ROW_GROUP = 512
"""Rows read at once where a few articles' texts are wanted: some 3 MB."""

Span = tuple[date, date]
"""First and last day, both included."""


class DataFile(NamedTuple):
    """One Parquet file of a table."""

    path: str
    """Within the table's folder."""
    size: int
    first_run: str
    last_run: str
    partition: dict[str, str | None]


class Added(NamedTuple):
    """A Parquet file that was written and is to be part of a table."""

    path: str
    size: int
    partition: dict[str, str | None]
    modified: int
    """Milliseconds since 1970."""
    stats: str
    """JSON, as in Delta's log."""


def open_table(place: Place, name: str) -> Any:
    """Open a Delta table at its newest version."""
    from deltalake import DeltaTable

    return DeltaTable(place.table(name), storage_options=place.options)


def exists(place: Place) -> bool:
    """Tell whether there is an archive, whole or not."""
    from deltalake import DeltaTable

    return bool(DeltaTable.is_deltatable(place.table("runs"), place.options))


def create_table(place: Place, name: str, description: str) -> None:
    """Make a Delta table where there is none."""
    from deltalake import DeltaTable

    DeltaTable.create(
        place.table(name),
        RUNS if name == "runs" else TABLES[name],
        mode="ignore",
        partition_by=[] if name == "runs" else ["day"],
        description=description,
        configuration={
            # statistics of other columns would leave words of deleted articles in the log
            "delta.dataSkippingStatsColumns": "run_id",
            "delta.checkpointInterval": "20",
        },
        storage_options=place.options,
    )


def data_files(table: Any) -> list[DataFile]:
    """List the files of a table's newest version."""
    columns = pa.table(table.get_add_actions(flatten=True))
    if not columns.num_rows:
        return []
    partitioned = "partition.day" in columns.column_names
    return [
        DataFile(
            row["path"],
            row["size_bytes"],
            row["min.run_id"],
            row["max.run_id"],
            {"day": row["partition.day"].isoformat()} if partitioned else {},
        )
        for row in columns.to_pylist()
    ]


def latest_run(runs: Any) -> str:
    """Name the last committed run, from the log alone; empty before the first."""
    return max((file.last_run for file in data_files(runs)), default="")


def last_row(place: Place, runs: Any) -> dict[str, Any] | None:
    """Give the row of the last committed run, if there is any."""
    dataset = runs.to_pyarrow_dataset(filesystem=place.filesystem("runs"))
    rows = dataset.to_table(filter=pc.field("run_id") == latest_run(runs)).to_pylist()
    return rows[-1] if rows else None


def append(table: Any, rows: pa.Table, level: int, retries: int | None = None) -> None:
    """Append rows in one commit.

    Parameters
    ----------
    table : DeltaTable
    rows : table
        Of the table's schema.
    level : int
        Of zstd.
    retries : int, optional
        0 to fail where another writer has committed since the table was opened.
    """
    from deltalake import CommitProperties, WriterProperties, write_deltalake

    properties = WriterProperties(
        compression="ZSTD",
        compression_level=level,
        max_row_group_size=row_group("articles" if "text" in rows.column_names else ""),
    )
    write_deltalake(
        table,
        rows,
        mode="append",
        writer_properties=properties,
        commit_properties=CommitProperties(max_commit_retries=retries),
    )


def row_group(name: str) -> int:
    """Rows in a row group: few where single texts are wanted, many in tables read whole."""
    return ROW_GROUP if name == "articles" else 64 * ROW_GROUP


def remove_files(table: Any, files: Sequence[DataFile]) -> None:
    """Take files out of a table, in one commit."""
    replace_files(table, files, [])


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


def read(
    place: Place,
    table: Any,
    name: str,
    upto: str,
    spans: Sequence[Span] | None = None,
    columns: Sequence[str] | None = None,
    since: str = "",
    where: pc.Expression | None = None,
) -> pa.Table:
    """Read committed rows.

    Parameters
    ----------
    place : Place
    table : DeltaTable
    name : str
        In TABLES.
    upto : str
        The last run whose rows count.
    spans : sequence of (first day, last day), optional
        Days to read; every one where it is not given.
    columns : sequence of str, optional
    since : str
        The first run whose rows are wanted.
    where : Expression, optional
        What else a row must meet.
    """
    kind = TABLES[name]
    wanted = [*(columns or kind.names)]
    if spans is not None and not spans:
        return pa.schema([kind.field(column) for column in wanted]).empty_table()
    dataset = table.to_pyarrow_dataset(
        filesystem=place.filesystem(name),
        file_pruning_predicate=_predicate(spans, since),
        schema=kind,
    )
    runs = (pc.field("run_id") <= upto) & (pc.field("run_id") >= since)
    return dataset.to_table(columns=wanted, filter=runs if where is None else runs & where)


def newest(rows: pa.Table, name: str) -> pa.Table:
    """Keep, of rows with one key, that of the latest run; sorted by nothing in particular."""
    if not rows.num_rows:
        return rows
    code = np.zeros(rows.num_rows, dtype=np.int64)
    for key in KEYS[name]:
        part, size = codes(rows[key])
        code = code * size + part
    runs = rows["run_id"].combine_chunks().dictionary_encode()
    rank = np.argsort(np.argsort(runs.dictionary.to_numpy(zero_copy_only=False).astype(str)))
    order = np.lexsort((rank[runs.indices.to_numpy()], code))
    last = np.append(code[order][1:] != code[order][:-1], True)
    if last.all():
        return rows
    return rows.take(pa.array(np.sort(order[last])))


def codes(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], int]:
    """Give each value of a column without nulls a number, and how many there are."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), max(len(encoded.dictionary), 1)


def _predicate(spans: Sequence[Span] | None, since: str) -> str | None:
    days = [f"(day >= '{first}' AND day <= '{last}')" for first, last in spans or []]
    parts = ([f"({' OR '.join(days)})"] if days else []) + (
        [f"run_id >= '{since}'"] if since else []
    )
    return " AND ".join(parts) or None
