"""Open an archive: to read it, or to hold it for writing."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from pipeline.archive import tables
from pipeline.archive.lock import locked
from pipeline.archive.place import Place
from pipeline.archive.recovery import recover
from pipeline.archive.stamp import check, stamp
from pipeline.archive.store import Archive
from pipeline.errors import ArchiveError, first_line
from pipeline.settings import Settings

_held: ContextVar[Archive | None] = ContextVar("held", default=None)
"""What this thread of work holds for writing: its stages share what was opened and read."""


def open_archive(root: str, settings: Settings) -> Archive:
    """Open an archive to read what was committed.

    Raises
    ------
    ArchiveError
        There is none, or it cannot be read by these settings.
    """
    from deltalake.exceptions import DeltaError

    place = Place(root, settings.archive.storage_options)
    held = _held.get()
    if held is not None and held.place == place:
        return held
    try:
        archive = Archive(place, settings.archive.compression)
    except (OSError, DeltaError) as error:
        raise ArchiveError(
            f"no archive at {root}: {first_line(error)}; "
            f"`storyfold run INPUT... --archive {root}` makes one"
        ) from error
    check(archive.table("runs").metadata().description, settings, root)
    return archive


@contextmanager
def writing(root: str, settings: Settings, *, make: bool = False) -> Iterator[Archive]:
    """Hold an archive for writing, and mend what a killed run left.

    Within, `open_archive` gives the archive that is held.

    Parameters
    ----------
    root : str
        Folder or URL.
    settings : Settings
    make : bool
        Make an archive where there is none.

    Yields
    ------
    Archive

    Raises
    ------
    ArchiveError
        There is none, another writer holds it, it cannot be written, or its settings cannot
        be mixed with these.
    """
    from deltalake.exceptions import DeltaError

    place = Place(root, settings.archive.storage_options)
    if not make and not tables.exists(place):
        raise ArchiveError(
            f"no archive at {root}; `storyfold run INPUT... --archive {root}` makes one"
        )
    with locked(place.folder) if place.folder else nullcontext():
        try:
            opened = recover(place, stamp(settings))
            check(opened["runs"].metadata().description, settings, root)
            archive = Archive(place, settings.archive.compression, opened)
        except (OSError, DeltaError) as error:
            raise ArchiveError(
                f"cannot write the archive at {root}: {first_line(error)}; "
                "expected a folder or bucket that can be written"
            ) from error
        token = _held.set(archive)
        try:
            yield archive
            archive.remember()
        finally:
            _held.reset(token)
