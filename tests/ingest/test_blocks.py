"""Byte streams cut into blocks of whole lines."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.blocks import line_blocks

LINES = st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=12)


class Broken(io.BytesIO):
    """A stream that fails where its bytes end."""

    def read1(self, size: int | None = -1) -> bytes:
        """Read, or fail."""
        piece = super().read1(size)
        if not piece:
            raise EOFError("cut off")
        return piece


@given(LINES, st.booleans(), st.integers(1, 50), st.booleans())
def test_blocks_are_the_lines_of_the_stream(
    lines: list[bytes], closed: bool, size: int, broken: bool
) -> None:
    """No byte is lost or moved, blocks end with lines, and know where these lie.

    Of a stream that fails all that came before is given, then the fault.
    """
    data = b"\n".join(lines) + b"\n" * closed
    found, fault = [], None
    try:
        for block in line_blocks((Broken if broken else io.BytesIO)(data), size):
            assert block.first_line == b"".join(found).count(b"\n") + 1
            found.append(bytes(block.data))
            cut = zip(block.starts, block.ends, strict=True)
            assert [found[-1][a:b] for a, b in cut] == found[-1].removesuffix(b"\n").split(b"\n")
    except EOFError as error:
        fault = error
    assert b"".join(found) == data
    assert all(found)
    assert all(block.endswith(b"\n") for block in found[:-1])
    assert (fault is not None) == broken


class Faulty(io.BytesIO):
    """A stream in which nothing can be read of a piece that reaches over a fault."""

    fault = 2_200_000

    def read1(self, size: int | None = -1) -> bytes:
        """Read, or fail."""
        if self.tell() + (size or 0) > self.fault:
            raise EOFError("damaged")
        return super().read1(size)


def test_little_is_lost_before_a_fault() -> None:
    """However large the pieces are in which a sound stream is read."""
    data = (b"x" * 99 + b"\n") * 40_000
    blocks = line_blocks(Faulty(data), 16 << 20)
    found = [next(blocks).data.tobytes(), next(blocks).data.tobytes()]
    with pytest.raises(EOFError):
        next(blocks)
    assert data.startswith(b"".join(found))
    assert Faulty.fault - (1 << 16) < len(b"".join(found)) <= Faulty.fault
