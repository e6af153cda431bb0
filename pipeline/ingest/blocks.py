"""Cut a byte stream into blocks of whole lines."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

_FIRST_BLOCK = 1 << 20  # a small one first: the first articles are there at once
_PIECE = 1 << 16  # what a damaged archive can lose before its fault
_LARGE_PIECE = 1 << 20
"""What is read at once where a fault can be gone back from: between two pieces, a thread waits
for others that do not read."""


class Block(NamedTuple):
    """Some whole lines."""

    data: NDArray[np.uint8]
    """Ends behind a newline, but for the last line of a file without one."""
    first_line: int
    """Number of its first line, from 1."""
    ends: NDArray[np.int64]
    """Where each line ends: at its newline, or with the data."""

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each line begins."""
        return np.concatenate([[0], self.ends[:-1] + 1])


def line_blocks(stream: BinaryIO, size: int) -> Iterator[Block]:
    """Read blocks of whole lines of about ``size`` bytes; a longer line is a block of its own.

    Raises
    ------
    Whatever the stream does; the lines before are given first.
    """
    rest = np.empty(0, dtype=np.uint8)
    line = 1
    wanted = min(_FIRST_BLOCK, size)
    while True:
        data, ends, fault = _longer(rest, stream, wanted)
        if fault or len(data) == len(rest):  # the last of it
            if len(data):
                last = len(data) - 1
                whole = ends if ends and ends[-1] == last else [*ends, last + 1]
                yield Block(data, line, np.array(whole, dtype=np.int64))
            if fault:
                raise fault
            return
        wanted = size
        if not ends:
            wanted = max(size, len(data))  # so that a very long line is copied a few times only
            rest = data
            continue
        cut = ends[-1] + 1
        rest = data[cut:].copy()
        yield Block(data[:cut], line, np.array(ends, dtype=np.int64))
        line += len(ends)


def _longer(
    begun: NDArray[np.uint8], stream: BinaryIO, size: int
) -> tuple[NDArray[np.uint8], list[int], Exception | None]:
    """Read up to ``size`` bytes behind those begun; of a damaged stream, all before the fault.

    Also gives where the newlines are among what was read, and the fault.
    """
    data = np.empty(len(begun) + size, dtype=np.uint8)  # of large pages: cheap to touch
    data[: len(begun)] = begun
    at = len(begun)
    ends: list[int] = []
    fault = None
    most = _LARGE_PIECE if stream.seekable() else _PIECE
    while at < len(data):
        before = stream.tell() if most > _PIECE else 0
        try:
            piece = stream.read1(min(len(data) - at, most))  # type: ignore[attr-defined]
        except Exception as found:  # noqa: BLE001 - raised by the caller, behind the data
            if most == _PIECE:
                fault = found
                break
            stream.seek(before)  # once more, in pieces of which less is lost
            most = _PIECE
            continue
        if not piece:
            break
        # NumPy lets other threads run while it copies
        np.copyto(data[at : at + len(piece)], np.frombuffer(piece, dtype=np.uint8))
        end = piece.find(b"\n")  # news has long lines: this is faster than comparing every byte
        while end >= 0:
            ends.append(at + end)
            end = piece.find(b"\n", end + 1)
        at += len(piece)
    return data[:at], ends, fault
