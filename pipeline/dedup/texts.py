"""Distinct texts in keep order: identical articles are one text before anything is compared."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.dedup.minhash import Fingerprints
from pipeline.settings import DedupSettings
from pipeline.text import Words, list_arrays

_MICROSECONDS_A_DAY = 86_400_000_000


class Texts(NamedTuple):
    """n distinct texts in keep order, and the article rows that print each."""

    rows: NDArray[np.int32]
    """Article row that stands for each text, shape (n,)."""
    of_article: NDArray[np.int32]
    """Text of each article row, shape (n_articles,)."""
    days: NDArray[np.float64]
    """When each text's article was published, days since 1970, NaN where unknown; (n,)."""
    lengths: NDArray[np.int64]
    """Tokens of each text, shape (n,)."""
    words: Words
    """Of the texts of the article rows."""
    titles: NDArray[np.uint64]
    title_offsets: NDArray[np.int64]
    """Token hashes of each article row's title, from ``title_offsets[row]`` to the next."""

    def title_words(self, text: int) -> set[int]:
        """Give the distinct tokens of a text's title, where it was first printed."""
        row = self.rows[text]
        return set(self.titles[self.title_offsets[row] : self.title_offsets[row + 1]].tolist())


def distinct_texts(
    published: pa.ChunkedArray,
    titles: pa.ChunkedArray,
    words: Words,
    prints: Fingerprints,
    settings: DedupSettings,
) -> Texts:
    """Gather articles of one text, and put the texts in keep order.

    Keep order is longest first, then earliest, then by article id: a text can only fold
    into one before it. Identical texts are one as long as they lie within the window of
    the first; short ones must share their headline as well, for so few words say too little.

    Parameters
    ----------
    published : timestamp column, shape (n_articles,)
        Of articles sorted by ``article_id``.
    titles : large_list<uint64> column, shape (n_articles,)
        Token hashes.
    words : Words
        Of their texts.
    prints : Fingerprints
        Of these words.
    settings : DedupSettings
        Window and least evidence.
    """
    from pipeline.dedup.kernels.keeping import first_of_text

    days = days_of(published)
    keys = text_keys_of(prints, titles, settings)
    order = np.lexsort((days, -prints.lengths)).astype(np.int32)  # stable: then by article id
    by_key = order[np.argsort(keys[order], kind="stable")]
    first = first_of_text(by_key, keys, days, float(settings.window_days))
    rows = order[first[order] == order]
    place = np.empty(len(order), dtype=np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    of_texts = (place[first], days[rows], prints.lengths[rows])
    return Texts(rows, *of_texts, words, *list_arrays(titles))


def text_keys_of(
    prints: Fingerprints, titles: pa.ChunkedArray, settings: DedupSettings
) -> NDArray[np.uint64]:
    """Hash each article's text, and a short one's title with it; equal where they are one."""
    from pipeline.dedup.kernels.keeping import text_keys

    short = prints.lengths < settings.short_words
    return np.where(short, prints.keys ^ text_keys(*list_arrays(titles)), prints.keys)


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
