"""The archive's Delta tables: their columns, how they are made, and how rows are appended.

Every row bears the run that wrote it and the day that it lies under. Run ids sort in the
order of the runs, and no row is ever changed: of rows with one key, that of the latest run
holds.
"""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

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
        ("kind", pa.string()),  # run, rebuild, forget; or move, of what the run after it takes up
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

LYING = {"articles": "words", "fingerprints": "words", "members": "story_id"}
"""What is null in a row that only says that an article lies under this day no longer."""

ROW_GROUP = 512
"""Rows read at once where a few articles' texts are wanted: some 3 MB."""


def open_table(place: Place, name: str) -> Any:
    """Open a Delta table at its newest version."""
    from deltalake import DeltaTable

    return DeltaTable(place.table(name), storage_options=place.options)


def open_if_any(place: Place, name: str) -> Any:
    """Open a Delta table at its newest version; None where there is none."""
    from deltalake.exceptions import TableNotFoundError

    try:
        return open_table(place, name)
    except TableNotFoundError:
        return None


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
