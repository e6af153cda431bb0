"""Distinct texts in keep order: identical articles are one text before anything is compared."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.settings import DedupSettings
from pipeline.text import list_arrays

_MICROSECONDS_A_DAY = 86_400_000_000


class Texts(NamedTuple):
    """n distinct texts in keep order, and the article rows that print each."""

    rows: NDArray[np.int32]
    """Article row that stands for each text, shape (n,)."""
    of_article: NDArray[np.int32]
    """Text of each article row, shape (n_articles,)."""
    days: NDArray[np.float64]
    """When each text's article was published, days since 1970, NaN where unknown; (n,)."""
    tokens: NDArray[np.uint64]
    offsets: NDArray[np.int64]
    """Token hashes of each article row: ``tokens[offsets[row]:offsets[row + 1]]``."""
    titles: NDArray[np.uint64]
    title_offsets: NDArray[np.int64]
    """Those of the titles, likewise."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text, shape (n,)."""
        return np.diff(self.offsets)[self.rows]

    def title_words(self, text: int) -> set[int]:
        """Give the distinct tokens of a text's title, where it was first printed."""
        row = self.rows[text]
        return set(self.titles[self.title_offsets[row] : self.title_offsets[row + 1]].tolist())


def distinct_texts(
    articles: pa.Table, tokens: pa.Table, settings: DedupSettings, threads: int
) -> Texts:
    """Gather articles of one text, and put the texts in keep order.

    Keep order is longest first, then earliest, then by article id: a text can only fold
    into one before it. Identical texts are one as long as they lie within the window of
    the first; short ones must share their headline as well, for so few words say too little.

    Parameters
    ----------
    articles : table of schema.CLEANED
        Sorted by ``article_id``.
    tokens : table of schema.TOKENS
        Of the same rows.
    settings : DedupSettings
        Window and least evidence.
    threads : int
        0 for every core.
    """
    from pipeline.dedup.kernels.keeping import first_of_text

    values, offsets = list_arrays(tokens["text"])
    lengths = np.diff(offsets)
    days = days_of(articles["published"])
    keys = text_keys_of(tokens, settings, threads)
    order = np.lexsort((days, -lengths)).astype(np.int32)  # stable: then by article id
    by_key = order[np.argsort(keys[order], kind="stable")]
    first = first_of_text(by_key, keys, days, float(settings.window_days))
    rows = order[first[order] == order]
    place = np.empty(len(order), dtype=np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    titles = list_arrays(tokens["title"])
    return Texts(rows, place[first], days[rows], values, offsets, *titles)


def text_keys_of(tokens: pa.Table, settings: DedupSettings, threads: int) -> NDArray[np.uint64]:
    """Hash each article's text, and a short one's title with it; equal where they are one."""
    keys = _keys(tokens["text"], threads)
    lengths = np.diff(list_arrays(tokens["text"])[1])
    short = lengths < settings.short_words
    keys[short] ^= _keys(tokens["title"], threads)[short]
    return keys


def repeated_texts(texts: Texts) -> NDArray[np.int32]:
    """Give the texts that more than one article prints word for word, in order."""
    printed = np.bincount(texts.of_article, minlength=len(texts.rows))
    return np.flatnonzero(printed > 1).astype(np.int32)


def source_codes(articles: pa.Table, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each of some rows a number for its source; those without one are of one source."""
    if "source" not in articles.column_names:
        return np.zeros(len(rows), dtype=np.int64)
    source = articles["source"].take(pa.array(rows)).fill_null("").combine_chunks()
    return source.dictionary_encode().indices.to_numpy().astype(np.int64)


def days_of(published: pa.ChunkedArray) -> NDArray[np.float64]:
    """Give days since 1970, NaN where unknown."""
    stamps = published.cast(pa.int64()).to_numpy().astype(np.float64)  # a null is NaN
    return stamps / _MICROSECONDS_A_DAY


def _keys(column: pa.ChunkedArray, threads: int) -> NDArray[np.uint64]:
    from pipeline.dedup.kernels.keeping import text_keys

    values, offsets = list_arrays(column)
    keys = np.empty(len(offsets) - 1, dtype=np.uint64)
    over_ranges(text_keys, offsets, threads, values, offsets, keys)
    return keys
