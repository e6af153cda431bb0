"""Making an archive whole: missing tables made, rows of runs that never committed removed.

A run that was killed leaves some of three things: files that no log names, which nobody
reads; a log entry that was cut off, which is dropped, for it was never finished; and rows
of a run that is not in ``runs``. Readers pass over those; here they go.
"""

import json
import re
from pathlib import Path

from pipeline.archive import tables
from pipeline.archive.place import Place

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
    """
    for name in ("runs", *tables.TABLES):
        if place.folder is not None:
            _drop_torn_entry(place.folder / name / "_delta_log")
    if not tables.exists(place):
        for name in (*tables.TABLES, "runs"):  # runs last: with it, there is an archive
            tables.create_table(place, name, description)
    runs = tables.open_table(place, "runs")
    committed = tables.latest_run(runs)
    for name in tables.TABLES:
        table = tables.open_table(place, name)
        files = tables.data_files(table)
        tables.remove_files(table, [file for file in files if file.last_run > committed])
    return runs.metadata().description


def _drop_torn_entry(log: Path) -> None:
    """Delete the last log entry where it is no JSON: its writer died, or the power failed."""
    if not log.is_dir():
        return
    entries = sorted(path for path in log.iterdir() if _ENTRY.fullmatch(path.name))
    if entries and not _is_whole(entries[-1]):
        entries[-1].unlink()


def _is_whole(entry: Path) -> bool:
    lines = entry.read_bytes().splitlines()
    try:
        return bool(lines) and all(isinstance(json.loads(line), dict) for line in lines)
    except ValueError:
        return False
