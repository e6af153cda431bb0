"""Records of one block to articles."""

import re
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.clean.credits import agency_column, byline_column
from pipeline.clean.dates import published_column
from pipeline.clean.identity import canonical_url, host_of, stable_id
from pipeline.clean.page import read_page
from pipeline.settings import CleanSettings

_RETURN = re.compile(rb"\r")


@dataclass(frozen=True)
class Cleaned:
    """Articles, and what became none."""

    articles: pa.Table
    """Of schema.CLEANED."""
    rejects: pa.Table
    """Of schema.REJECTS."""
    counts: dict[str, int]


def clean(records: pa.Table, settings: CleanSettings, now: datetime) -> Cleaned:  # noqa: ARG001 - the front door of later line models
    """Turn records into articles, in the same order.

    Parameters
    ----------
    records : table of schema.RECORDS
        One block of one input; its HTML is extracted already.
    settings : CleanSettings
        Of the line model and of repeated lines.
    now : datetime
        Time against which a date is absurd.

    Returns
    -------
    Cleaned
        Languages as stated: `unify` settles the others. A page in which no body is found is
        a reject.
    """
    pages = _pages(records)
    texts = pc.coalesce(records["text"], pages["text"])
    titles = pc.coalesce(records["title"], pages["title"])
    published, absurd = published_column(pc.coalesce(records["published"], pages["date"]), now)
    texts = _normal(texts.fill_null(""))
    titles = pc.utf8_trim_whitespace(titles)
    bylines = pc.coalesce(records["byline"], byline_column(texts))
    articles = pa.table(
        {
            "article_id": _ids(records, texts),
            "url": records["url"],
            "source": _sources(records),
            "title": titles,
            "published": published,
            "language": records["language"],
            "byline": bylines,
            "agency": agency_column(texts, bylines),
            "original_url": records["original_url"],
            "text": texts,
            "input": records["input"],
            "position": records["position"],
        },
        schema=schema.CLEANED,
    )
    inked = pc.or_(
        pc.greater(pc.binary_length(texts), 0),
        pc.greater(pc.binary_length(records["title"]).fill_null(0), 0),
    )
    blank = records.filter(pc.invert(inked))
    return Cleaned(
        articles.filter(inked) if len(blank) else articles,
        _rejects(blank, "no body found in this page"),
        {"absurd dates": absurd},
    )


def _pages(records: pa.Table) -> dict[str, pa.Array]:
    """Read the pages of records that have no text of their own."""
    rows = np.flatnonzero(records["text"].is_null().to_numpy())
    text: list[str | None] = [None] * len(records)
    title: list[str | None] = [None] * len(records)
    date: list[str | None] = [None] * len(records)
    for row in rows.tolist():
        visible = records["page_text"][row].as_py()
        page = read_page(visible or "")
        text[row], title[row] = page.text, page.title
        date[row] = page.published.isoformat() if page.published else None
    return {
        "text": pa.array(text, pa.large_string()),
        "title": pa.array(title, pa.string()),
        "date": pa.array(date, pa.string()),
    }


def _normal(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    _, _, data = texts.combine_chunks().cast(pa.large_string()).buffers()
    if data is not None and _RETURN.search(data):  # many times faster than Arrow's search
        texts = pc.replace_substring_regex(texts, "\r\n?", "\n")
    return pc.utf8_trim_whitespace(texts)


def _ids(records: pa.Table, texts: pa.ChunkedArray) -> pa.ChunkedArray:
    ids = records["id"]
    if not ids.null_count:
        return ids
    made: list[str | None] = [None] * len(records)
    for row in np.flatnonzero(ids.is_null().to_numpy()).tolist():
        url = records["url"][row].as_py()
        identity = (
            canonical_url(url) if url else texts[row].as_py() or records["title"][row].as_py()
        )
        made[row] = stable_id(identity or "")
    return pc.coalesce(ids, pa.array(made, pa.string()))


def _sources(records: pa.Table) -> pa.ChunkedArray:
    sources = records["source"]
    if not sources.null_count:
        return sources
    urls = records["url"].to_pylist()
    return pc.coalesce(sources, pa.array([host_of(url) for url in urls], pa.string()))


def _rejects(records: pa.Table, reason: str) -> pa.Table:
    return pa.table(
        [
            records["input"],
            records["position"],
            pa.repeat(pa.scalar(reason), len(records)),
            pc.utf8_slice_codeunits(records["page_text"].fill_null(""), 0, 120).cast(pa.string()),
        ],
        schema=schema.REJECTS,
    )
