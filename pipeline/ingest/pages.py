"""Web pages, one a file: the text of one, or its HTML."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.ingest.batch import Batch, Reject, printable
from pipeline.ingest.encodings import decode_html, decode_text, is_utf8, undecodable
from pipeline.ingest.records import make_batch
from pipeline.ingest.sources import Source
from pipeline.settings import IngestSettings

TEXT_OF = {"page": "page_text", "html": "html"}
"""Field that holds what a file of each kind does."""


def read_pages(sources: Sequence[Source], settings: IngestSettings) -> Iterator[Batch]:
    """Read page files, several a batch; a page's id is its file name, where that is unique."""
    limit = settings.block_megabytes << 20
    waiting: list[Batch] = []
    size = 0
    for source in sources:
        waiting.append(_read_page(source, settings))
        size += waiting[-1].bytes_read
        if size >= limit:
            yield _joined(waiting)
            waiting, size = [], 0
    if waiting:
        yield _joined(waiting)


def _read_page(source: Source, settings: IngestSettings) -> Batch:
    data = b""
    text, reject = None, None
    try:
        data = Path(source.name).read_bytes()
        if source.kind == "html":
            text, reject = _html(source.name, data, settings)
        else:
            text = decode_text(data)
            if text is None:
                excerpt = data[:120].decode("utf-8", "replace")
                reject = Reject(source.name, 1, undecodable(data), excerpt)
    except OSError as error:
        reject = Reject(source.name, None, f"cannot be read: {error.strerror}")
    if not data and not reject:
        reject = Reject(source.name, None, "empty file")
    rows = 0 if reject else 1
    page_id = source.page_id and printable(source.page_id)
    columns = {
        "id": pa.chunked_array([pa.array([page_id] * rows, pa.large_string())]),
        TEXT_OF[source.kind]: pa.chunked_array([pa.array([text] * rows, pa.large_string())]),
    }
    rejects = [reject] if reject else []
    transcoded = int(text is not None and source.kind == "page" and not is_utf8(data))
    return make_batch(
        source.name, columns, np.ones(rows, np.int64), {}, rejects, len(data), transcoded
    )


def _html(name: str, data: bytes, settings: IngestSettings) -> tuple[str, Reject | None]:
    if len(data) > settings.page_megabytes << 20:
        return "", Reject(name, 1, too_large(settings))
    return decode_html(data), None


def too_large(settings: IngestSettings) -> str:
    """Say that a page is larger than a page may be."""
    return f"larger than {settings.page_megabytes} MB (ingest.page_megabytes)"


def _joined(batches: list[Batch]) -> Batch:
    return Batch(
        pa.concat_tables([batch.records for batch in batches]).combine_chunks(),
        pa.concat_tables([batch.rejects for batch in batches]),
        sum(batch.bytes_read for batch in batches),
        sum(batch.transcoded for batch in batches),
    )
