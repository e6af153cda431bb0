"""Cut a byte stream into blocks of whole lines."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_FIRST_BLOCK = 1 << 20  # a small one first: the first articles are there at once
_PIECE = 1 << 16  # what a damaged archive can lose before its fault


class Block(NamedTuple):
    """Some whole lines."""

    data: bytes
    """Ends behind a newline, but for the last line of a file without one."""
    first_line: int
    """Number of its first line, from 1."""


def line_blocks(stream: BinaryIO, size: int) -> Iterator[Block]:
    """Read blocks of whole lines of about ``size`` bytes; a longer line is a block of its own.

    Raises
    ------
    Whatever the stream does; the lines before are given first.
    """
    rest: list[bytes] = []
    line = 1
    wanted = min(_FIRST_BLOCK, size)
    while True:
        data, fault = _read(stream, wanted)
        if fault:
            if whole := b"".join([*rest, data]):
                yield Block(whole, line)
            raise fault
        if not data:
            break
        wanted = size
        cut = data.rfind(b"\n") + 1
        if not cut:
            rest.append(data)
            continue
        block = b"".join([*rest, data[:cut]])
        rest = [data[cut:]] if cut < len(data) else []
        yield Block(block, line)
        line += block.count(b"\n")
    if whole := b"".join(rest):
        yield Block(whole, line)


def _read(stream: BinaryIO, size: int) -> tuple[bytes, Exception | None]:
    """Read up to ``size`` bytes; of a damaged stream, all before the fault, and the fault."""
    pieces: list[bytes] = []
    left = size
    while left > 0:
        try:
            piece = stream.read1(min(left, _PIECE))  # type: ignore[attr-defined]
        except Exception as fault:  # noqa: BLE001 - raised by the caller, behind the data
            return b"".join(pieces), fault
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces), None
