"""The HTML of records to text and metadata."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.extract.pool import Asked, Pool
from pipeline.parallel import thread_count
from pipeline.settings import IngestSettings

_FOUND = ("url", "title", "published", "source", "byline", "language", "original_url")
_EXCERPT = 120


@dataclass(frozen=True)
class Extracted:
    """Records without HTML, and those whose HTML could not be read."""

    records: pa.Table
    """Of schema.RECORDS."""
    rejects: pa.Table
    """Of schema.REJECTS."""


class Extractor:
    """Extracts block after block; its processes start with the first HTML and end with it."""

    def __init__(self, settings: IngestSettings, threads: int = 0) -> None:
        self._settings = settings
        self._workers = thread_count(threads)
        self._pool: Pool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool:
            self._pool.close()

    def extract(self, records: pa.Table) -> Extracted:
        """Turn HTML into text, or the text of a whole page, and fill in what pages say.

        Parameters
        ----------
        records : table of schema.RECORDS
            One block. What a record states itself wins over its page, and ``text`` over
            ``html``, and that over ``page_text``.

        Returns
        -------
        Extracted
            The records in order, ``html`` null; a page that killed its process, or took too
            long, is a reject.
        """
        rows = _rows_to_extract(records)
        if not len(rows):
            return Extracted(_without_html(records), schema.REJECTS.empty_table())
        if self._pool is None:
            self._pool = Pool(self._settings, self._workers)
        asked = records.select(["html", "url", "fetched_url"]).take(pa.array(rows))
        pages = (
            Asked(memoryview(html.as_buffer()), (url.as_py() or fetched.as_py() or "").encode())
            for html, url, fetched in zip(*asked.columns, strict=True)
        )
        return _filled(records, rows, list(self._pool.extract(pages)))


def _rows_to_extract(records: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    wanted = pc.and_(records["html"].is_valid(), records["text"].is_null())
    return np.flatnonzero(wanted.to_numpy(zero_copy_only=False))


def _without_html(records: pa.Table) -> pa.Table:
    """Drop HTML, and let where a page was found stand for its URL."""
    nothing = pa.nulls(len(records), pa.large_string())
    urls = pc.coalesce(records["url"], records["fetched_url"])
    return schema.with_columns(records, url=urls, html=nothing)


def _filled(
    records: pa.Table, rows: np.ndarray[Any, np.dtype[np.int64]], answers: list[dict[str, Any]]
) -> Extracted:
    for name in (*_FOUND, "text", "page_text"):
        found: list[str | None] = [None] * len(records)
        for row, answer in zip(rows.tolist(), answers, strict=True):
            found[row] = answer.get(name)
        column = pa.array(found, schema.RECORDS.field(name).type)
        # of page texts the extractor's is the better one: it knows what is hidden
        order = [column, records[name]] if name == "page_text" else [records[name], column]
        records = schema.with_columns(records, **{name: pc.coalesce(*order)})
    faults = [answer.get("fault") for answer in answers]
    bad = [at for at, fault in enumerate(faults) if fault]
    if not bad:
        return Extracted(_without_html(records), schema.REJECTS.empty_table())
    kept = np.ones(len(records), dtype=bool)
    kept[rows[bad]] = False
    rejects = _rejects(records.take(pa.array(rows[bad])), [faults[at] for at in bad])
    return Extracted(_without_html(records.filter(pa.array(kept))), rejects)


def _rejects(records: pa.Table, reasons: list[str | None]) -> pa.Table:
    excerpts = pc.utf8_slice_codeunits(records["html"], 0, _EXCERPT)
    shown = pc.replace_substring_regex(excerpts, r"[\s\p{Cc}]+", " ").cast(pa.string())
    columns = [records["input"], records["position"], pa.array(reasons, pa.string()), shown]
    return pa.table(columns, schema=schema.REJECTS)
