"""All blocks of a run to one table of articles."""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import schema
from pipeline.clean.credits import agency_column, byline_column
from pipeline.clean.dates import settle_dates
from pipeline.clean.language import settle
from pipeline.clean.pages import read_page_records
from pipeline.clean.records import Block, Cleaned, articles_of
from pipeline.clean.repeated_lines import cut_repeated
from pipeline.settings import CleanSettings
from pipeline.text import taken


def unify(parts: Iterable[Block], settings: CleanSettings, threads: int = 1) -> Cleaned:
    """Join the blocks of a run.

    Pages are read, now that all of their site are there. Of records with one id the later is
    a revision and wins. Credits are read, what a site repeats is cut, and the language of
    every article and dates that can mean two days are settled.

    Parameters
    ----------
    parts : iterable of Block
        In the order of the inputs.
    settings : CleanSettings
        How often is too often for a line.
    threads : int
        0 for every core.

    Returns
    -------
    Cleaned
        Articles sorted by ``article_id``; how they were cut into blocks does not show.
    """
    gathered = list(parts)
    articles = _joined([part.articles for part in gathered], schema.DATED)
    rejects = [part.rejects for part in gathered]
    found = sum((Counter(part.counts) for part in gathered), Counter[str]())
    counts, cut_lines = {}, schema.CUT.empty_table()
    if any(part.waiting for part in gathered):
        pages, block, kinds, cut_lines = _read_pages(gathered, settings)
        articles = _in_order(gathered, articles, pages, block)
        rejects.append(pages.rejects)
        found.update(pages.counts)
        counts = {"lines cut from pages": kinds.total()}
    latest = _latest(articles)
    revisions = len(articles) - len(latest)
    whole = _taken(articles, latest, threads)
    del gathered, articles  # texts are long: their memory serves the copies to come
    with ThreadPoolExecutor(1) as other:  # Arrow searches for credits while we look for lines
        credited = other.submit(_credits, whole)
        articles, cut = cut_repeated(whole, settings, threads)
        articles = schema.with_columns(articles, **credited.result())
    if settings.show_cut:
        cut_lines = pa.concat_tables([cut_lines, _cut_ends(whole, articles)])
    languages = pa.array(settle(articles), pa.string())
    published, ambiguous = settle_dates(articles, languages)
    articles = schema.with_columns(articles, language=languages, published=published)
    order = [("input", "ascending"), ("position", "ascending"), ("reason", "ascending")]
    all_rejects = _joined(rejects, schema.REJECTS).sort_by(order)
    return Cleaned(
        articles.select(schema.CLEANED.names).combine_chunks(),
        all_rejects,
        {
            "articles": len(articles),
            "rejects": len(all_rejects),
            "revised": revisions,
            "absurd dates": found["absurd dates"],
            "ambiguous dates": ambiguous,
            "unclear times": found["unclear times"],
            "mended characters": found["mended characters"],
            "broken characters": found["broken characters"],
            "cut of repeated lines": cut,
            **counts,
        },
        cut_lines,
    )


def _read_pages(
    parts: list[Block], settings: CleanSettings
) -> tuple[Block, NDArray[np.int64], Counter[str], pa.Table]:
    """Read all pages of the run; give their articles, each with its block, and what was cut."""
    waiting = [(at, part.waiting) for at, part in enumerate(parts) if part.waiting]
    records = pa.concat_tables([some.records for _, some in waiting])
    block = np.repeat([at for at, _ in waiting], [len(some.rows) for _, some in waiting])
    rows = np.concatenate([some.rows for _, some in waiting])
    read, kinds, cut = read_page_records(records, settings)
    pages = articles_of(read, waiting[0][1].now)
    return replace(pages, rows=rows[pages.rows]), block[pages.rows], kinds, cut


def _in_order(
    parts: list[Block], articles: pa.Table, pages: Block, block: NDArray[np.int64]
) -> pa.Table:
    """Put the articles of pages to the others, in the order in which they were read."""
    blocks = np.repeat(np.arange(len(parts)), [len(part.rows) for part in parts])
    rows = np.concatenate([part.rows for part in parts])
    order = np.lexsort((np.append(rows, pages.rows), np.append(blocks, block)))
    return pa.concat_tables([articles, pages.articles]).take(order)


def _cut_ends(whole: pa.Table, articles: pa.Table) -> pa.Table:
    """List what was cut from texts because their site repeats it."""
    changed = np.flatnonzero(pc.not_equal(whole["text"], articles["text"]).to_numpy())
    rows = []
    for row in changed.tolist():
        before, after = whole["text"][row].as_py(), articles["text"][row].as_py()
        start, _, end = before.partition(after) if after else (before, "", "")
        place = {"input": whole["input"][row].as_py(), "position": whole["position"][row].as_py()}
        lines = (line for part in (start, end) for line in part.splitlines() if line.strip())
        rows += [{**place, "kind": "repeated", "line": line.strip()} for line in lines]
    return pa.Table.from_pylist(rows, schema=schema.CUT)


def _joined(tables: list[pa.Table], kind: pa.Schema) -> pa.Table:
    return pa.concat_tables([kind.empty_table(), *tables])


def _latest(articles: pa.Table) -> NDArray[np.int64]:
    """Give the last row of each id, in the order of the ids."""
    ids = articles["article_id"].combine_chunks()
    order = pc.sort_indices(ids).to_numpy().astype(np.int64)  # stable
    ids = ids.take(order)
    if not len(order):
        return order
    last = np.ones(len(order), dtype=bool)
    last[:-1] = pc.not_equal(ids[:-1], ids[1:]).to_numpy(zero_copy_only=False)
    return order[last]


def _taken(articles: pa.Table, rows: NDArray[np.int64], threads: int) -> pa.Table:
    """Take articles in the order of ``rows``."""
    others = articles.drop_columns("text").combine_chunks().take(rows)
    texts = taken(articles["text"], rows, threads)
    return others.append_column("text", texts).select(articles.column_names)


def _credits(articles: pa.Table) -> dict[str, pa.ChunkedArray]:
    """Find who signs each article, where its record does not say, and the agency it credits."""
    bylines = pc.coalesce(articles["byline"], byline_column(articles["text"]))
    return {"byline": bylines, "agency": agency_column(articles["text"], bylines)}
