"""One writer at a time: a lock on the archive's folder, with a note of who holds it."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import ArchiveError, ArchiveHeldError

_NAME = "_writer.lock"  # Delta readers pass over names that begin with an underscore


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for writing; the operating system frees it should the process die.

    Raises
    ------
    ArchiveHeldError
        Another writer holds it.
    ArchiveError
        The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ArchiveError(
            f"cannot write the archive at {folder}: {error.strerror}; "
            "expected a folder that can be written: name another with --archive"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveHeldError(
                f"the archive at {folder} is being written by {_holder(handle)}; "
                "one writer at a time: wait for it, or stop it"
            ) from error
        _sign(handle)
        yield
    finally:
        os.close(handle)  # and with it the lock


def _sign(handle: int) -> None:
    note = {
        "process": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(note).encode(), 0)


def _holder(handle: int) -> str:
    try:
        note = json.loads(os.pread(handle, 4096, 0))
        return f"process {note['process']} on {note['host']} since {note['since']}"
    except (ValueError, KeyError):
        return "another process"  # it has not signed yet
