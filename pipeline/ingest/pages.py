"""Text of web pages, one a file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.ingest.batch import Batch, Reject, printable
from pipeline.ingest.records import make_batch
from pipeline.ingest.sources import Source
from pipeline.settings import IngestSettings


def read_pages(sources: Sequence[Source], settings: IngestSettings) -> Iterator[Batch]:
    """Read page files, several a batch; a page's id is its file name, where that is unique."""
    limit = settings.block_megabytes << 20
    waiting: list[Batch] = []
    size = 0
    for source in sources:
        waiting.append(_read_page(source))
        size += waiting[-1].bytes_read
        if size >= limit:
            yield _joined(waiting)
            waiting, size = [], 0
    if waiting:
        yield _joined(waiting)


def _read_page(source: Source) -> Batch:
    rejects = []
    text = ""
    data = b""
    try:
        data = Path(source.name).read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        excerpt = data[max(error.start - 40, 0) : error.start + 40].decode("utf-8", "replace")
        reason = f"not UTF-8 at byte {error.start + 1}"
        rejects.append(Reject(source.name, 1, reason, excerpt))
    except OSError as error:
        rejects.append(Reject(source.name, None, f"cannot be read: {error.strerror}"))
    if not data and not rejects:
        rejects.append(Reject(source.name, None, "empty file"))
    rows = 0 if rejects else 1
    page_id = source.page_id and printable(source.page_id)
    columns = {
        "id": pa.chunked_array([pa.array([page_id] * rows, pa.large_string())]),
        "page_text": pa.chunked_array([pa.array([text] * rows, pa.large_string())]),
    }
    return make_batch(source.name, columns, np.ones(rows, np.int64), {}, rejects, len(data))


def _joined(batches: list[Batch]) -> Batch:
    return Batch(
        pa.concat_tables([batch.records for batch in batches]).combine_chunks(),
        pa.concat_tables([batch.rejects for batch in batches]),
        sum(batch.bytes_read for batch in batches),
    )
