"""Web archives (WARC, WET): pages of HTML, or the text of pages, with their addresses."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.ingest.batch import Batch, Reject
from pipeline.ingest.compression import bytes_taken, open_file
from pipeline.ingest.encodings import html_as_utf8
from pipeline.ingest.pages import too_large
from pipeline.ingest.records import make_batch
from pipeline.ingest.sources import Source
from pipeline.ingest.up_to_fault import UpToFault
from pipeline.settings import IngestSettings

_OK = 200
_HEADERS = 1 << 16  # that a response may have before its page
_HTML = ("text/html", "application/xhtml+xml")


class _Page(NamedTuple):
    """What an archive holds of a page."""

    address: str | None
    crawled: str | None
    html: bytes | None = None
    """In UTF-8."""
    page_text: str | None = None


def read_warc(source: Source, settings: IngestSettings) -> Iterator[Batch]:
    """Read the pages of an archive; a position is a record's number, of whatever type, from 1.

    Pages are responses of status 200 with HTML, and the texts of WET files; other records are
    passed over. At a fault the archive ends: all before it is read, and a reject tells where.
    """
    opened = open_file(source.name)
    with opened.stored:
        stream = UpToFault(source.name, opened.data)
        waiting = _Waiting(source.name)
        before = 0
        for number, found in _records(stream, settings):
            waiting.add(number, found)
            if waiting.size >= settings.block_megabytes << 20:
                now = bytes_taken(opened.stored)
                yield waiting.batch(now - before)
                before = now
        if not waiting.seen:
            reason = "no pages: expected responses with HTML, or texts of pages (WET)"
            waiting.add(None, reason)
        yield waiting.batch(bytes_taken(opened.stored) - before)


class _Waiting:
    """Pages and rejects that will be the next batch."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pages: list[tuple[int, _Page]] = []
        self._rejects: list[Reject] = []
        self.size = 0
        self.seen = False

    def add(self, number: int | None, found: _Page | str) -> None:
        """Add a page, or why a record is none."""
        self.seen = True
        if isinstance(found, str):
            self._rejects.append(Reject(self._name, number or None, found))
        else:
            self._pages.append((number or 0, found))
            self.size += len(found.html or found.page_text or "")

    def batch(self, bytes_read: int) -> Batch:
        """Give what waits, and begin anew."""
        positions = np.array([number for number, _ in self._pages], dtype=np.int64)
        columns = {
            "fetched_url": _column([page.address for _, page in self._pages]),
            "crawled": _column([page.crawled for _, page in self._pages]),
            "html": _column([page.html for _, page in self._pages]),
            "page_text": _column([page.page_text for _, page in self._pages]),
        }
        batch = make_batch(self._name, columns, positions, {}, self._rejects, bytes_read)
        self._pages, self._rejects, self.size = [], [], 0
        return batch


def _column(values: Sequence[str | bytes | None]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, pa.large_string())])


def _records(stream: UpToFault, settings: IngestSettings) -> Iterator[tuple[int, _Page | str]]:
    """Give each page with its record's number, or the reason why it cannot be used.

    A fault has the number of the record that it hides; 0 where it hides them all.
    """
    from fastwarc.warc import ArchiveIterator

    number = 0
    try:
        for record in ArchiveIterator(stream, parse_http=False, stream_detect=False):
            number += 1
            if record.headers.get("Content-Length") is None:
                yield number, f"damaged file: {stream.fault or 'ends within a record header'}"
                return
            read = _READERS.get(str(record.record_type))
            if read is None:
                continue
            if record.content_length > (settings.page_megabytes << 20) + _HEADERS:
                yield number, too_large(settings)
            elif fault := _cut_off(record):
                yield number, f"damaged file: {stream.fault or fault}"
                return
            elif (found := read(record, settings)) is not None:
                yield number, found
    except OSError as error:
        yield number and number + 1, f"damaged file: {stream.fault or error}"
        return
    if stream.fault:
        yield number and number + 1, f"damaged file: {stream.fault}"


def _cut_off(record: Any) -> str | None:
    stated = record.content_length
    record.freeze()  # reads it
    held = record.content_length
    return f"ends {stated - held} bytes before its last record does" if held < stated else None


def _read_response(record: Any, settings: IngestSettings) -> _Page | str | None:
    record.parse_http()
    headers = record.http_headers
    if headers is None or headers.status_code != _OK:
        return None
    if (record.http_content_type or _HTML[0]).lower() not in _HTML:
        return None
    limit = settings.page_megabytes << 20
    try:
        data = _decoded_body(record.reader.read(), headers, limit)
    except OSError as error:
        return f"its content cannot be decoded: {error}"
    if len(data) > limit:
        return too_large(settings)
    return _Page(*_address(record), html=html_as_utf8(data, record.http_charset))


def _read_text(record: Any, settings: IngestSettings) -> _Page | str | None:
    limit = settings.page_megabytes << 20
    data = record.reader.read(limit + 1)
    if len(data) > limit:
        return too_large(settings)
    return _Page(*_address(record), page_text=data.decode("utf-8", "replace"))


def _address(record: Any) -> tuple[str | None, str | None]:
    uri = record.headers.get("WARC-Target-URI")
    return uri.strip("<>") if uri else None, record.headers.get("WARC-Date")


def _decoded_body(data: bytes, headers: Any, limit: int) -> bytes:
    """Undo the encodings that the headers name, up to a little over ``limit`` bytes.

    Many archives keep the headers of a body that they have decoded: one that does not begin as
    its header says is taken as it is.
    """
    from fastwarc import stream_io

    if "chunked" in (headers.get("Transfer-Encoding") or "").lower():
        with suppress(OSError):
            data = stream_io.ChunkedReader(io.BytesIO(data)).read()
    encoding = (headers.get("Content-Encoding") or "").strip().lower()
    if encoding in ("gzip", "x-gzip") and data.startswith(b"\x1f\x8b"):
        return bytes(stream_io.GzipReader(io.BytesIO(data)).read(limit + 1))
    if encoding == "deflate" and not data.lstrip().startswith(b"<"):
        return bytes(stream_io.GzipReader(io.BytesIO(data), zlib=True).read(limit + 1))
    if encoding == "br" and not data.lstrip().startswith(b"<"):
        return bytes(stream_io.BrotliReader(io.BytesIO(data)).read(limit + 1))
    return data


_READERS: dict[str, Callable[..., _Page | str | None]] = {
    "response": _read_response,
    "conversion": _read_text,
}
"""Of each type of record that may be a page: gives it, or why it cannot be read, or None."""
