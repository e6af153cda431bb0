"""All blocks of a run to one table of articles."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import schema
from pipeline.clean.pages import read_page_records
from pipeline.clean.records import Block, articles_of
from pipeline.clean.repeated_lines import repeated_ends
from pipeline.settings import CleanSettings
from pipeline.text import Picked


@dataclass(frozen=True)
class Unified:
    """Articles of a run, each with what its record states, and what became none."""

    articles: pa.Table
    """Of schema.DATED without ``text``, sorted by ``article_id``; ``agency`` is null."""
    texts: Picked
    """Their texts, not yet put in order: not all who read them need them at hand.

    What a site repeats is cut at both ends; in the column it still stands.
    """
    rejects: pa.Table
    """Of schema.REJECTS."""
    counts: dict[str, int]
    cut: pa.Table = field(default_factory=schema.CUT.empty_table)
    """Of schema.CUT: lines that were cut from texts, where the settings ask for them."""


def unify(parts: Iterable[Block], settings: CleanSettings) -> Unified:
    """Join the blocks of a run.

    Pages are read, now that all of their site are there. Of records with one id the later is
    a revision and wins. What a site repeats is cut.

    Parameters
    ----------
    parts : iterable of Block
        In the order of the inputs.
    settings : CleanSettings
        How often is too often for a line.

    Returns
    -------
    Unified
        How its articles were cut into blocks does not show.
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
    del gathered
    latest = _latest(articles)
    whole = articles["text"]
    others = articles.drop_columns("text").combine_chunks().take(latest)
    sites = others["source"].combine_chunks()
    front, back = repeated_ends(sites, Picked.of(whole, latest), settings)
    if settings.show_cut:
        cut_lines = pa.concat_tables([cut_lines, _cut_ends(articles, latest, front, back)])
    order = [("input", "ascending"), ("position", "ascending"), ("reason", "ascending")]
    all_rejects = _joined(rejects, schema.REJECTS).sort_by(order)
    return Unified(
        others,
        Picked(whole, latest, front, back),
        all_rejects,
        {
            "articles": len(latest),
            "rejects": len(all_rejects),
            "revised": len(articles) - len(latest),
            "absurd dates": found["absurd dates"],
            "unclear times": found["unclear times"],
            "mended characters": found["mended characters"],
            "broken characters": found["broken characters"],
            "cut of repeated lines": int(np.count_nonzero(front + back)),
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


def _cut_ends(
    articles: pa.Table, latest: NDArray[np.int64], front: NDArray[np.int64], back: NDArray[np.int64]
) -> pa.Table:
    """List what was cut from texts because their site repeats it."""
    changed = np.flatnonzero(front + back)
    whole = articles.select(["input", "position", "text"]).take(latest[changed]).to_pylist()
    rows = []
    for article, start, end in zip(whole, front[changed], back[changed], strict=True):
        text = article["text"].encode()
        parts = (text[:start], text[len(text) - end :]) if start + end < len(text) else (text,)
        place = {"input": article["input"], "position": article["position"], "kind": "repeated"}
        lines = (line.strip() for part in parts for line in part.decode().splitlines())
        rows += [{**place, "line": line} for line in lines if line]
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
