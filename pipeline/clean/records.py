"""Records of one block to articles."""

import html
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import schema
from pipeline.clean.dates import published_columns
from pipeline.clean.identity import canonical_url, host_of, stable_id
from pipeline.clean.mojibake import BROKEN_LEAD, LEADS, broken, may_be_mojibake, mend
from pipeline.text import bytes_held, replaced, taken, trimmed

_REFERENCE = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"


@dataclass(frozen=True)
class Waiting:
    """Records that have the text of a page: read when all pages of their sites are known."""

    records: pa.Table
    """Of schema.RECORDS."""
    rows: NDArray[np.int64]
    """Place of each in its block."""
    now: datetime


@dataclass(frozen=True)
class Block:
    """Articles of one block, and what became none."""

    articles: pa.Table
    """Of schema.DATED."""
    rejects: pa.Table
    """Of schema.REJECTS."""
    counts: dict[str, int]
    rows: NDArray[np.int64]
    """Place of each article in its block."""
    waiting: Waiting | None = None
    """Pages of the block, not yet read."""


def clean(records: pa.Table, now: datetime) -> Block:
    """Turn records into articles, in the same order.

    Parameters
    ----------
    records : table of schema.RECORDS
        One block of one input; its HTML is extracted already.
    now : datetime
        Time against which a date is absurd.

    Returns
    -------
    Block
        Languages and bylines as stated: `settled` finds the others, and `unify` reads pages.
    """
    is_page = np.asarray(
        pc.and_(records["text"].is_null(), records["page_text"].is_valid()).to_numpy(), dtype=bool
    )
    if not is_page.any():
        return articles_of(records, now)
    waiting = Waiting(records.filter(pa.array(is_page)), np.flatnonzero(is_page), now)
    others = articles_of(records.filter(pa.array(~is_page)), now)
    return replace(others, rows=np.flatnonzero(~is_page)[others.rows], waiting=waiting)


def articles_of(records: pa.Table, now: datetime) -> Block:
    """Turn records that have a text, or nothing but a headline, into articles."""
    texts, mended, lost = _texts_of(records["text"])
    titles, _ = mend(unescaped(pc.utf8_trim_whitespace(records["title"])))
    lost = np.union1d(lost, broken(titles, np.flatnonzero(bytes_held(titles, BROKEN_LEAD)[0])))
    counts = {"mended characters": mended, "broken characters": len(lost)}
    dates = published_columns(records, now)
    articles = pa.table(
        {
            "article_id": _ids(records, texts),
            "url": records["url"],
            "source": sources_of(records),
            "title": titles,
            "language": records["language"],
            "byline": records["byline"],
            "agency": pa.nulls(len(records), pa.string()),
            "original_url": records["original_url"],
            "text": texts,
            "input": records["input"],
            "position": records["position"],
            **dates.columns,
        },
        schema=schema.DATED,
    )
    inked = pc.or_(
        pc.greater(pc.binary_length(texts), 0),
        pc.greater(pc.binary_length(titles).fill_null(0), 0),
    )
    blank = records.filter(pc.invert(inked))
    return Block(
        articles.filter(inked) if len(blank) else articles,
        _rejects(blank, "no body found in this page"),
        {"absurd dates": dates.absurd, "unclear times": dates.unclear, **counts},
        np.flatnonzero(inked.to_numpy()),
    )


def _texts_of(column: pa.ChunkedArray) -> tuple[pa.LargeStringArray, int, NDArray[np.int64]]:
    """Trim texts, end their lines with a newline alone, and mend them.

    All but a few are only trimmed: those few are seen to apart, and all are copied once. Also
    gives how many were mended, and the rows in which a character was lost.
    """
    returned, *leads, begun = bytes_held(column, b"\r" + LEADS + BROKEN_LEAD)
    misread = may_be_mojibake(column, np.flatnonzero(np.any(leads, axis=0)))
    rows = np.union1d(np.flatnonzero(returned), misread)
    some = trimmed(taken(column, rows))
    some, mended = mend(pc.replace_substring_regex(some, "\r\n?", "\n"))
    texts = trimmed(column, rows, some)
    return texts, mended, broken(texts, np.union1d(rows, np.flatnonzero(begun)))


def unescaped(titles: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn HTML's character references in headlines into characters.

    Some feeds escape twice (``&amp;quot;``); what is left after that was meant so.
    """
    rows = np.flatnonzero(pc.match_substring_regex(titles, _REFERENCE).fill_null(False).to_numpy())
    if not len(rows):
        return titles
    escaped = titles.take(pa.array(rows)).to_pylist()
    plain = [" ".join(html.unescape(html.unescape(title)).split()) for title in escaped]
    return replaced(titles, rows, pa.array(plain, titles.type))


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


def sources_of(records: pa.Table) -> pa.ChunkedArray:
    """Give each record's site: as stated, else the host of its URL."""
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
