"""What records do not state, found out by all articles of a run."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import schema
from pipeline.clean.credits import credit_columns
from pipeline.clean.dates import settle_dates
from pipeline.clean.language import settle
from pipeline.clean.unify import Unified
from pipeline.text import Picked, replaced


@dataclass(frozen=True)
class Cleaned:
    """Articles of a run, and what became none."""

    articles: pa.Table
    """Of schema.CLEANED."""
    rejects: pa.Table
    """Of schema.REJECTS."""
    counts: dict[str, int]
    cut: pa.Table = field(default_factory=schema.CUT.empty_table)
    """Of schema.CUT: lines that were cut from texts, where the settings ask for them."""


def settled(found: Unified, threads: int = 1) -> Cleaned:
    """Read credits, and settle the language of every article and dates that can mean two days.

    Parameters
    ----------
    found : Unified
    threads : int
        0 for every core.
    """
    articles = _with_texts(found, threads)
    with ThreadPoolExecutor(1) as other:  # Arrow searches for credits while we guess languages
        stated = articles["byline"].combine_chunks()
        credit = other.submit(credit_columns, found.texts.column, found.texts.rows, stated)
        languages = pa.array(settle(articles), pa.string())
        published, ambiguous = settle_dates(articles, languages)
        articles = schema.with_columns(
            articles, language=languages, published=published, **credit.result()
        )
    return Cleaned(
        articles.select(schema.CLEANED.names).combine_chunks(),
        found.rejects,
        {**found.counts, "ambiguous dates": ambiguous},
        found.cut,
    )


def dated(found: Unified) -> pa.Table:
    """Settle dates that can mean two days; languages are only guessed if there are any.

    Returns
    -------
    table of schema.CLEANED without ``text``
        Languages, bylines and agencies as they were.
    """
    articles = found.articles
    if articles["published_otherwise"].null_count < len(articles):
        whole = _with_texts(found)
        published, _ = settle_dates(whole, pa.array(settle(whole), pa.string()))
        articles = schema.with_columns(articles, published=published)
    return articles.select([name for name in schema.CLEANED.names if name != "text"])


def _with_texts(found: Unified, threads: int = 1) -> pa.Table:
    return found.articles.append_column("text", found.texts.take(slice(None), threads))


def credited(articles: pa.Table, texts: Picked, rows: NDArray[np.int64]) -> pa.Table:
    """Read the credits of some articles.

    Parameters
    ----------
    articles : table from `dated`
    texts : Picked
        Their texts.
    rows : int64 array, shape (n,)
        Ascending.

    Returns
    -------
    table
        With ``byline`` and ``agency`` of these rows.
    """
    stated = articles["byline"].take(pa.array(rows)).combine_chunks()
    found = credit_columns(texts.column, texts.rows[rows], stated)
    columns = {name: replaced(articles[name], rows, column) for name, column in found.items()}
    return schema.with_columns(articles, **columns)
