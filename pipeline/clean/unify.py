"""All blocks of a run to one table of articles."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import schema
from pipeline.clean.language import OPENING, settle
from pipeline.clean.records import Cleaned
from pipeline.clean.repeated_lines import cut_repeated
from pipeline.settings import CleanSettings


def unify(parts: Iterable[Cleaned], settings: CleanSettings) -> Cleaned:
    """Join the blocks of a run.

    Of records with one id the later is a revision and wins. What a site repeats is cut, the
    language of every article is settled.

    Parameters
    ----------
    parts : iterable of Cleaned
        In the order of the inputs.
    settings : CleanSettings
        How often is too often for a line.

    Returns
    -------
    Cleaned
        Articles sorted by ``article_id``; how they were cut into blocks does not show.
    """
    gathered = list(parts)
    articles = _joined([part.articles for part in gathered], schema.CLEANED).combine_chunks()
    rejects = _joined([part.rejects for part in gathered], schema.REJECTS)
    latest = _latest(articles)
    revisions = len(articles) - len(latest)
    articles, cut = cut_repeated(articles.take(latest), settings)
    articles = articles.set_column(
        articles.column_names.index("language"), "language", _languages(articles)
    )
    absurd = sum(part.counts["absurd dates"] for part in gathered)
    order = [("input", "ascending"), ("position", "ascending"), ("reason", "ascending")]
    return Cleaned(
        articles.combine_chunks(),
        rejects.sort_by(order),
        {
            "articles": len(articles),
            "rejects": len(rejects),
            "revisions": revisions,
            "absurd dates": absurd,
            "cut of repeated lines": cut,
        },
    )


def _joined(tables: list[pa.Table], kind: pa.Schema) -> pa.Table:
    return pa.concat_tables([kind.empty_table(), *tables])


def _latest(articles: pa.Table) -> NDArray[np.int64]:
    """Give the last row of each id, in the order of the ids."""
    order = pc.sort_indices(articles["article_id"]).to_numpy()  # stable
    ids = articles["article_id"].take(order)
    if not len(order):
        return order
    last = np.ones(len(order), dtype=bool)
    last[:-1] = pc.not_equal(ids[:-1], ids[1:]).to_numpy()
    return order[last]


def _languages(articles: pa.Table) -> pa.Array:
    titles = pc.if_else(articles["title"].is_valid(), articles["title"], "").cast(pa.large_string())
    openings = pc.binary_join_element_wise(
        titles,
        pc.utf8_slice_codeunits(articles["text"], 0, OPENING),
        pa.scalar(" ", pa.large_string()),
    )
    settled = settle(
        articles["language"].to_pylist(), articles["source"].to_pylist(), openings.to_pylist()
    )
    return pa.array(settled, pa.string())
