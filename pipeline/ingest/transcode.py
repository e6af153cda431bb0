"""Files of UTF-16 and UTF-32, opened as UTF-8."""

import codecs
import io
from typing import BinaryIO, cast

from pipeline.ingest.compression import DAMAGE, Opened, open_file
from pipeline.ingest.encodings import legacy_encoding, mark_of
from pipeline.ingest.sources import STDIN

_HEAD = 64
_PIECE = 1 << 16


def open_text(name: str) -> Opened:
    """Open a file of text for its decompressed bytes, as UTF-8 if it is in UTF-16 or UTF-32.

    Parameters
    ----------
    name : str
        As for `open_file`.

    Returns
    -------
    Opened
        What cannot be decoded becomes U+FFFD. Any other encoding is left as it is.
    """
    head = _head(name)
    marked = mark_of(head)
    encoding = marked[1] if marked else b"\0" in head and legacy_encoding([head])
    opened = open_file(name)
    if not encoding or encoding == "utf-8":
        return opened
    stream = io.BufferedReader(_Transcoded(opened.data, encoding), _PIECE)
    return Opened(cast("BinaryIO", stream), opened.stored)


def _head(name: str) -> bytes:
    opened = open_file(name)
    if name == STDIN:
        return cast("io.BufferedReader", opened.data).peek(_HEAD)[:_HEAD]
    with opened.stored:
        try:
            return bytes(opened.data.read(_HEAD))
        except DAMAGE:
            return b""  # whoever reads it will meet the fault


class _Transcoded(io.RawIOBase):
    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ended = False
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            piece = self._stream.read(_PIECE)
            self._ended = not piece
            self._ready = self._decoder.decode(piece, self._ended).encode("utf-8", "replace")
        data, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)
