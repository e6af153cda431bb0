"""What was seen of a file before it was read."""

from pathlib import Path
from typing import NamedTuple


class FileSeen(NamedTuple):
    """A file in one state: when its size or its time differ, it is another one."""

    path: str
    """Absolute."""
    size: int
    """Bytes."""
    modified: int
    """Nanoseconds since 1970."""


def see(path: Path) -> FileSeen:
    """Look at a file, without reading it.

    Raises
    ------
    OSError
        It is not there.
    """
    state = path.stat()
    return FileSeen(str(path.absolute()), state.st_size, state.st_mtime_ns)
