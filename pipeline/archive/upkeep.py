"""Upkeep of the tables themselves: fewer and larger files, and rows that must go for good."""

import json
import logging
import time
from collections.abc import Callable
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.archive import files, tables
from pipeline.archive.files import DataFile
from pipeline.archive.store import Archive
from pipeline.archive.tables import TABLES

_log = logging.getLogger(__name__)

Doomed = Callable[[pa.Table], pa.ChunkedArray]
"""Tells which rows of a table must go."""

_MANY_FILES = 500
_FILES_A_DAY = 4


def compact(archive: Archive, keep_days: int, level: int) -> dict[str, int]:
    """Join small files, and delete files that no state of the last days needs.

    No row changes: a reader, and a writer that takes over from a killed one, sees the same.

    Parameters
    ----------
    archive : Archive
        Held for writing.
    keep_days : int
        Files that were replaced, or never finished, longer ago are deleted.
    level : int
        Of zstd.

    Returns
    -------
    dict of str to int
        Counts: files before and after, and deleted.
    """
    counts = {"files before": 0, "files after": 0, "deleted": 0}
    for name in (*TABLES, "runs"):
        counts["files before"] += len(archive.files(name))
        counts["deleted"] += _compact(archive, name, keep_days, level)
        counts["files after"] += len(archive.files(name))
    return counts


def tidy(archive: Archive, keep_days: int, level: int) -> list[str]:
    """Compact the tables in which small files have piled up; what a run costs grows with them.

    Where there is no room for it, they stay, and the next run tries again.

    Returns
    -------
    list of str
        Their names.
    """
    from deltalake.exceptions import DeltaError

    crowded = [name for name in (*TABLES, "runs") if _crowded(archive.files(name))]
    try:
        for name in crowded:
            _compact(archive, name, keep_days, level)
    except (OSError, DeltaError) as error:  # the run counts all the same
        _log.warning("small files are not joined: %s", error)
    return crowded


def _crowded(listing: list[DataFile]) -> bool:
    return len(listing) > _MANY_FILES + _FILES_A_DAY * len({file.day for file in listing})


def _compact(archive: Archive, name: str, keep_days: int, level: int) -> int:
    """Compact one table; give how many files were deleted."""
    from deltalake import WriterProperties

    table = archive.table(name)
    table.optimize.compact(
        writer_properties=WriterProperties(
            compression="ZSTD",
            compression_level=level,
            max_row_group_size=tables.row_group(name),
        )
    )
    table.create_checkpoint()
    table.cleanup_metadata()
    deleted = len(_vacuum(table, 24 * keep_days))
    table.update_incremental()
    return deleted


def erase(archive: Archive, doomed: dict[str, Doomed], level: int) -> int:
    """Delete rows for good: no file and no log entry, also of earlier versions, has them.

    Parameters
    ----------
    archive : Archive
        Held for writing.
    doomed : dict of str to callable
        By table: given its rows, tells which must go.
    level : int
        Of zstd.

    Returns
    -------
    int
        Rows deleted.
    """
    archive.forget_copies()
    gone = 0
    for name, which in doomed.items():
        replaced, adds = [], []
        for file in archive.files(name):
            dropped, add = _without(archive, name, file, which, level)
            if dropped:
                gone += dropped
                replaced.append(file)
                adds += [add] if add else []
        files.replace_files(archive.table(name), replaced, adds)
        _vacuum(archive.table(name), 0)
    return gone


def _without(
    archive: Archive, name: str, file: DataFile, which: Doomed, level: int
) -> tuple[int, files.Added | None]:
    """Write a file anew without its doomed rows; give how many go, and the new file."""
    import pyarrow.parquet as pq

    system = archive.place.filesystem(name)
    rows = pq.read_table(file.path, filesystem=system, partitioning=None)
    stay = rows.filter(pc.invert(which(rows).fill_null(False)))
    if len(stay) in (0, len(rows)):
        return len(rows) - len(stay), None
    folder = file.path.rpartition("/")[0]
    path = f"{folder}/part-{uuid4()}.zstd.parquet"
    pq.write_table(
        stay,
        path,
        filesystem=system,
        compression="zstd",
        compression_level=level,
        row_group_size=tables.row_group(name),
    )
    size = system.get_file_info(path).size
    low, high = pc.min_max(stay["run_id"]).as_py().values()
    stats = {
        "numRecords": len(stay),
        "minValues": {"run_id": low},
        "maxValues": {"run_id": high},
        "nullCount": {"run_id": 0},
    }
    added = files.Added(path, size, file.partition, int(time.time() * 1000), json.dumps(stats))
    return len(rows) - len(stay), added


def _vacuum(table: object, hours: int) -> list[str]:
    return table.vacuum(  # type: ignore[attr-defined]
        retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True
    )
