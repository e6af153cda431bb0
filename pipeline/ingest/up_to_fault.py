"""Read a damaged file to the last byte before its fault."""

import io
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from pipeline.ingest.compression import DAMAGE, open_file

_PIECE = 1 << 16
_GZIP = 31  # zlib's name for the gzip format


class UpToFault:
    """A stream that ends at its first fault, and then tells of it."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self._name = name
        self._stream = stream
        self._last = b""
        self._read = 0
        self.fault: Exception | None = None

    def read(self, size: int = _PIECE) -> bytes:
        """Read some bytes; none at the end, or from the fault on."""
        if self.fault:
            data, self._last = self._last[:size], self._last[size:]
            return data
        try:
            data = bytes(self._stream.read1(min(size, _PIECE)))  # type: ignore[attr-defined]
        except DAMAGE as fault:
            self.fault = fault
            self._last = _bytes_to_fault(self._name, self._read)
            return self.read(size)
        self._read += len(data)
        return data

    def tell(self) -> int:
        """Give the bytes read."""
        return self._read

    def seek(self, offset: int, whence: int = 0) -> int:
        """Refuse: a stream of compressed bytes runs one way."""
        raise io.UnsupportedOperation(f"seek({offset}, {whence})")

    def close(self) -> None:
        """Leave the stream to its owner."""


def _bytes_to_fault(name: str, start: int) -> bytes:
    """Decompress a file again from ``start`` to its fault; readers lose the piece that has it."""
    opened = open_file(name)
    with opened.stored:
        if name.lower().endswith(".gz"):
            opened.stored.seek(0)
            pieces = _inflated(opened.stored)
        else:
            pieces = _byte_by_byte(opened.data, start)
        return b"".join(_behind(pieces, start))


def _behind(pieces: Iterator[bytes], start: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[start:]
        start = max(start - len(piece), 0)


def _byte_by_byte(stream: BinaryIO, start: int) -> Iterator[bytes]:
    with suppress(*DAMAGE):
        while start > 0 and (piece := stream.read1(min(start, _PIECE))):  # type: ignore[attr-defined]
            start -= len(piece)
            yield piece
        while byte := stream.read(1):
            yield byte


def _inflated(stored: BinaryIO) -> Iterator[bytes]:
    """Inflate the members of a gzip file up to its fault."""
    member = zlib.decompressobj(_GZIP)
    while piece := stored.read(_PIECE):
        while piece:
            before = member.copy()
            try:
                yield member.decompress(piece)
            except zlib.error:
                yield from _inflated_before(before, piece)
                return
            piece = member.unused_data
            if member.eof:
                member = zlib.decompressobj(_GZIP)


def _inflated_before(member: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    with suppress(zlib.error):
        for at in range(len(piece)):
            yield member.decompress(piece[at : at + 1])
