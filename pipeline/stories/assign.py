"""From kept articles to the group of each: vectors, neighbours, linkage, by language."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.settings import StorySettings
from pipeline.stories.linkage import average_linkage
from pipeline.stories.neighbors import by_time, near_pairs
from pipeline.stories.tfidf import Counts, TermCounter, tfidf

_MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True)
class Assignment:
    """Which kept articles of one language belong together."""

    rows: NDArray[np.int64]
    """Rows of the articles table, by time, the undated last; shape (n,)."""
    labels: NDArray[np.int64]
    """Position, in ``rows``, of the first article of each one's group; shape (n,)."""
    whole: Any
    """TF-IDF of title and text; float32 csr_array, shape (n, n_terms)."""
    lead: Any
    """TF-IDF of title and lead; float32 csr_array, shape (n, n_lead_terms)."""
    lead_hashes: NDArray[np.uint64]
    """A token hash of each lead term, shape (n_lead_terms,)."""
    n_pairs: int
    """Pairs above the floor."""


def assign(
    articles: pa.Table,
    tokens: pa.Table,
    folds: pa.Table,
    settings: StorySettings,
    threads: int,
) -> list[Assignment]:
    """Group the kept articles of each language; languages in alphabetical order.

    A language is a collection of its own, so that what else a batch holds changes nothing
    in its document frequencies.
    """
    days = _days(articles["published"])
    kept = np.ones(articles.num_rows, dtype=np.bool_)
    kept[folds["article"].to_numpy()] = False
    counter = TermCounter(tokens, settings.lead_words, threads)
    found = []
    for rows in _by_language(articles["language"], np.flatnonzero(kept)):
        ordered = rows[by_time(days[rows])]
        counts = counter.count(ordered)
        found.append(_assign_one(ordered, days[ordered], counts, settings, threads))
    return found


def _assign_one(
    rows: NDArray[np.int64],
    days: NDArray[np.float64],
    counts: Counts,
    settings: StorySettings,
    threads: int,
) -> Assignment:
    whole, _ = tfidf(counts.whole)
    lead, lead_terms = tfidf(counts.lead)
    pairs = near_pairs(whole, lead, days, settings, threads)
    labels = average_linkage(
        len(rows), pairs.left, pairs.right, pairs.similarity.astype(np.float64), settings.threshold
    )
    return Assignment(rows, labels, whole, lead, counts.hashes[lead_terms], len(pairs.left))


def _days(published: pa.ChunkedArray) -> NDArray[np.float64]:
    """Days since 1970, shape (n,); NaN where unknown."""
    microseconds = published.cast(pa.int64())
    days = pc.divide(microseconds.cast(pa.float64(), safe=False), float(_MICROSECONDS_A_DAY))
    return np.array(days.to_numpy(), dtype=np.float64)


def _by_language(language: pa.ChunkedArray, kept: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    encoded = language.fill_null("").combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy()[kept]
    order = np.argsort(encoded.dictionary.to_numpy(zero_copy_only=False).astype(str))
    parts = [kept[codes == code] for code in order]
    return [rows for rows in parts if len(rows)]
