"""Making an archive whole: missing tables made, rows of runs that never committed removed.

A run that was killed leaves some of three things: files that no log names, which nobody
reads; a log entry that was cut off, which is dropped, for it was never finished; and rows
of a run that is not in ``runs``. Readers pass over those; here they go.
"""

import json
import logging
import re
from pathlib import Path

from pipeline.archive import tables
from pipeline.archive.place import Place
from pipeline.errors import ArchiveError

_log = logging.getLogger(__name__)
_ENTRY = re.compile(r"\d{20}\.json")


def recover(place: Place, description: str) -> str:
    """Bring every table to the last committed run; the caller holds the lock.

    Parameters
    ----------
    place : Place
    description : str
        Stamp of the tables that are made.

    Returns
    -------
    str
        The archive's own stamp.

    Raises
    ------
    ArchiveError
        A log entry of a committed run is lost.
    """
    _drop_torn_entry(place, "runs", newer_than=-1)
    if not tables.exists(place):
        for name in (*tables.TABLES, "runs"):  # runs last: with it, there is an archive
            tables.create_table(place, name, description)
    runs = tables.open_table(place, "runs")
    last = tables.last_row(place, runs)
    committed = last["run_id"] if last else ""
    versions = json.loads((last or {}).get("versions") or "{}")
    for name in tables.TABLES:
        least = versions.get(name, -1)
        _drop_torn_entry(place, name, newer_than=least)
        table = tables.open_table(place, name)
        if table.version() < least:
            raise ArchiveError(_lost(place, name, table.version() + 1))
        files = tables.data_files(table)
        torn = [file for file in files if file.last_run > committed]
        tables.remove_files(table, torn)
        if torn:
            _log.warning("%s: %d files of a run that never ended are taken out", name, len(torn))
    return str(runs.metadata().description)


def _drop_torn_entry(place: Place, name: str, newer_than: int) -> None:
    """Delete a table's last log entry where it is no JSON: its writer died, or the power failed.

    Entries up to that version hold rows of runs that were committed, and are never deleted.
    """
    log = place.folder / name / "_delta_log" if place.folder else None
    if log is None or not log.is_dir():
        return
    entries = sorted(path for path in log.iterdir() if _ENTRY.fullmatch(path.name))
    if entries and not _is_whole(entries[-1]):
        if int(entries[-1].stem) <= newer_than:
            raise ArchiveError(_lost(place, name, int(entries[-1].stem)))
        entries[-1].unlink()


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
