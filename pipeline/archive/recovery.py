"""Making an archive whole: missing tables made, rows of runs that never committed removed.

A run that was killed leaves some of three things: files that no log names, which nobody
reads; a log entry that was cut off, which is dropped, for it was never finished; and rows
of a run that is not in ``runs``. Readers pass over those; here they go.
"""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pipeline.archive import tables
from pipeline.archive.files import data_files, last_run, listed, replace_files
from pipeline.archive.place import Place
from pipeline.archive.reading import last_row
from pipeline.errors import ArchiveError

_log = logging.getLogger(__name__)
_ENTRY = re.compile(r"\d{20}\.json")


def recover(place: Place, description: str) -> dict[str, Any]:
    """Bring every table to the last committed run; the caller holds the lock.

    Parameters
    ----------
    place : Place
    description : str
        Stamp of the tables that are made.

    Returns
    -------
    dict of str to DeltaTable
        Every table, open.

    Raises
    ------
    ArchiveError
        A log entry of a committed run is lost.
    """
    _drop_torn_entry(place, "runs", newer_than=-1)
    runs = tables.open_if_any(place, "runs")
    if runs is None:
        for name in (*tables.TABLES, "runs"):  # runs last: with it, there is an archive
            tables.create_table(place, name, description)
        runs = tables.open_table(place, "runs")
    last = last_row(place, runs) or {"run_id": "", "versions": None}
    versions = json.loads(last["versions"] or "{}")

    def whole(name: str) -> Any:
        return _whole(place, name, versions.get(name, -1), last["run_id"])

    with ThreadPoolExecutor() as pool:
        opened = pool.map(whole, tables.TABLES)
        return {**dict(zip(tables.TABLES, opened, strict=True)), "runs": runs}


def _whole(place: Place, name: str, least: int, committed: str) -> Any:
    """Open a table, and take out what a run left that never ended."""
    _drop_torn_entry(place, name, newer_than=least)
    table = tables.open_table(place, name)
    if table.version() < least:
        raise ArchiveError(_lost(place, name, table.version() + 1))
    listing = listed(table)
    if last_run(listing) > committed:
        torn = [file for file in data_files(listing) if file.last_run > committed]
        replace_files(table, torn, [])
        _log.warning("%s: %d files of a run that never ended are taken out", name, len(torn))
    return table


def _drop_torn_entry(place: Place, name: str, newer_than: int) -> None:
    """Delete a table's last log entry where it is no JSON: its writer died, or the power failed.

    Entries up to that version hold rows of runs that were committed, and are never deleted.
    """
    log = place.folder / name / "_delta_log" if place.folder else None
    if log is None or not log.is_dir():
        return
    entries = [path.name for path in log.iterdir() if _ENTRY.fullmatch(path.name)]
    newest = log / max(entries, default="")
    if entries and not _is_whole(newest):
        if int(newest.stem) <= newer_than:
            raise ArchiveError(_lost(place, name, int(newest.stem)))
        newest.unlink()


def _lost(place: Place, name: str, version: int) -> str:
    entry = f"{place.table(name)}/_delta_log/{version:020d}.json"
    return (
        f"the archive's file {entry} is damaged or missing, and with it rows of runs that were "
        "committed; put it back from a backup of the archive"
    )


def _is_whole(entry: Path) -> bool:
    lines = entry.read_bytes().splitlines()
    try:
        return bool(lines) and all(isinstance(json.loads(line), dict) for line in lines)
    except ValueError:
        return False
