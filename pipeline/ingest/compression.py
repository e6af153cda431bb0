"""Open a file for its decompressed bytes."""

import sys
import zlib
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import pyarrow as pa
from isal import igzip, isal_zlib

from pipeline.ingest.sources import STDIN

DAMAGE: tuple[type[Exception], ...] = (
    EOFError,
    OSError,
    zlib.error,
    cast("type[Exception]", isal_zlib.error),
    pa.ArrowException,
)
"""What reading a damaged or unreadable file raises."""

_CODECS = {".zst": "zstd", ".lz4": "lz4"}


class Opened(NamedTuple):
    """A file open for reading."""

    data: BinaryIO
    """Its decompressed bytes."""
    stored: BinaryIO
    """The file itself, whose position tells how much has been read."""


def open_file(name: str) -> Opened:
    """Open a plain file, one of ``.gz``, ``.zst`` or ``.lz4``, or standard input (``-``)."""
    if name == STDIN:
        return Opened(sys.stdin.buffer, sys.stdin.buffer)
    stored = Path(name).open("rb")  # noqa: SIM115 - the reader closes it
    if name.lower().endswith(".gz"):
        return Opened(cast("BinaryIO", igzip.GzipFile(fileobj=stored)), stored)
    for ending, codec in _CODECS.items():
        if name.lower().endswith(ending):
            # Arrow's reader says so where a file ends within a frame; zstandard's just ends
            reader = pa.CompressedInputStream(pa.PythonFile(stored, mode="r"), codec)
            return Opened(cast("BinaryIO", reader), stored)
    return Opened(stored, stored)


def bytes_taken(stored: BinaryIO) -> int:
    """Tell how many stored bytes have been read; 0 for a pipe."""
    return stored.tell() if stored.seekable() else 0
