"""Which files of a folder, into which others write, are to be read now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.ingest.sources import kind_of
from pipeline.seen import FileSeen, see
from pipeline.settings import InboxSettings


@dataclass(frozen=True)
class Inbox:
    """The files of an inbox, by what is to become of them."""

    ready: list[FileSeen]
    """To be read, the eldest first."""
    later: list[str]
    """Still written, not yet readable, or more than one run takes: paths."""
    unknown: list[str]
    """Of a kind that no reader knows: paths."""


def waiting(
    folder: Path, already: Collection[FileSeen], settings: InboxSettings, now: datetime
) -> Inbox:
    """Sort out an inbox.

    A file is read once in each of its states, whenever it arrived. Hidden files, by which
    tools such as rsync write, and empty ones are left until they have their name and content.

    Parameters
    ----------
    folder : Path
        Searched with all folders in it.
    already : collection of FileSeen
        Files that were read, from `Archive.files_read`.
    settings : InboxSettings
    now : datetime
        Present time, with a zone.

    Raises
    ------
    OSError
        The folder cannot be listed.
    """
    quiet_since = (now.timestamp() - settings.quiet_seconds) * 1e9
    room = settings.megabytes * 1_000_000
    found = Inbox([], [], [])
    for file in sorted(_files(folder), key=lambda file: (file.modified, file.path)):
        if kind_of(file.path) is None:
            found.unknown.append(file.path)
        elif file in already:
            continue
        elif not file.size or file.modified > quiet_since or not _opens(file.path):
            found.later.append(file.path)
        elif found.ready and file.size > room:
            found.later.append(file.path)
            room = 0  # the order of arrival is kept
        else:
            found.ready.append(file)
            room -= file.size
    return found


def _files(folder: Path) -> list[FileSeen]:
    next(folder.iterdir(), None)  # rglob passes over a folder that is not there
    files = []
    for path in folder.rglob("*"):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        try:
            if path.is_file():
                files.append(see(path))
        except OSError:
            continue  # taken away meanwhile
    return files


def _opens(path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False
