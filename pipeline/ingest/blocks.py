"""Cut a byte stream into blocks of whole lines."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

_FIRST_BLOCK = 1 << 20  # a small one first: the first articles are there at once
_PIECE = 1 << 16  # what a damaged archive can lose before its fault


class Block(NamedTuple):
    """Some whole lines."""

    data: bytearray
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
    block = bytearray()
    line = 1
    wanted = min(_FIRST_BLOCK, size)
    while True:
        known = len(block)
        block, fault = _longer(block, stream, wanted)
        if fault:
            if block:
                yield Block(block, line, _line_ends(block))
            raise fault
        if len(block) == known:
            break
        wanted = size
        cut = block.rfind(b"\n", known) + 1
        if not cut:
            wanted = max(size, len(block))  # so that a very long line is copied a few times only
            continue
        rest = block[cut:]
        del block[cut:]
        ends = _line_ends(block)
        yield Block(block, line, ends)
        line += len(ends)
        block = rest
    if block:
        yield Block(block, line, _line_ends(block))


def _line_ends(data: bytearray) -> NDArray[np.int64]:
    ends = []
    at = data.find(b"\n")  # news has long lines: this is faster than comparing every byte
    while at >= 0:
        ends.append(at)
        at = data.find(b"\n", at + 1)
    if not data.endswith(b"\n"):
        ends.append(len(data))
    return np.array(ends, dtype=np.int64)


def _longer(begun: bytearray, stream: BinaryIO, size: int) -> tuple[bytearray, Exception | None]:
    """Read up to ``size`` bytes more; of a damaged stream, all before the fault, and the fault."""
    data = bytearray(len(begun) + size)
    data[: len(begun)] = begun
    at = len(begun)
    fault = None
    while at < len(data):
        try:
            piece = stream.read1(min(len(data) - at, _PIECE))  # type: ignore[attr-defined]
        except Exception as found:  # noqa: BLE001 - raised by the caller, behind the data
            fault = found
            break
        if not piece:
            break
        data[at : at + len(piece)] = piece
        at += len(piece)
    del data[at:]
    return data, fault
