"""From kept articles to the group of each: vectors, neighbours, linkage, by language."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.settings import StorySettings
from pipeline.stories.edges import EdgeModel, edge_model
from pipeline.stories.forms import forms, without_forms
from pipeline.stories.known import Known, heeding
from pipeline.stories.linkage import average_linkage, by_first
from pipeline.stories.neighbors import Pairs, Vectors, by_time, near_pairs
from pipeline.stories.strays import with_strays
from pipeline.stories.tfidf import count, tfidf
from pipeline.text import lengths

_MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True)
class Collection:
    """The kept articles of one language."""

    rows: NDArray[np.int64]
    """Rows of the articles table, by time, the undated last; shape (n,)."""
    days: NDArray[np.float64]
    """Days since 1970, NaN where unknown; shape (n,)."""
    vectors: Vectors
    """What they say."""
    model: EdgeModel
    """Weights for texts of their length."""
    form: NDArray[np.int64]
    """The recurring form of each, as `forms` gives it; shape (n,)."""


@dataclass(frozen=True)
class Measured(Collection):
    """How near they are to each other."""

    pairs: Pairs
    """Positions in ``rows`` of the pairs that score."""


@dataclass(frozen=True)
class Assignment(Measured):
    """Which of them belong together."""

    labels: NDArray[np.int64]
    """Position, in ``rows``, of the first article of each one's group; shape (n,)."""
    stray: NDArray[np.bool_]
    """Whether linkage left it alone, and the second pass put it into its group; shape (n,)."""


def assign(
    articles: pa.Table,
    tokens: pa.Table,
    folds: pa.Table,
    settings: StorySettings,
    threads: int,
    known: Known | None = None,
) -> list[Assignment]:
    """Group the kept articles of each language; languages in alphabetical order."""
    measured = measure(articles, tokens, folds, settings, threads, known)
    story = known.story if known else None
    if story is None:
        groups = [link(one, settings.threshold, threads) for one in measured]
    else:
        groups = [
            Groups(by_first(story[one.rows]), np.zeros(len(one.rows), dtype=np.bool_))
            for one in measured
        ]
    return [
        Assignment(**vars(one), **group._asdict())
        for one, group in zip(measured, groups, strict=True)
    ]


def measure(
    articles: pa.Table,
    tokens: pa.Table,
    folds: pa.Table,
    settings: StorySettings,
    threads: int,
    known: Known | None = None,
) -> list[Measured]:
    """Find the near pairs of each language."""
    kept = kept_rows(len(articles), folds)
    found = []
    for one in collections(articles, tokens, folds, settings, threads, known):
        pairs = near_pairs(one.vectors, one.days, one.model, settings, threads)
        pairs = without_forms(pairs, one.form, one.days)
        pairs = heeding(pairs, one.rows, known, kept) if known else pairs
        found.append(Measured(**vars(one), pairs=pairs))
    return found


def collections(
    articles: pa.Table,
    tokens: pa.Table,
    folds: pa.Table,
    settings: StorySettings,
    threads: int,
    known: Known | None = None,
) -> Iterator[Collection]:
    """Take the kept articles of each language as a collection of its own.

    So what else a batch holds changes nothing in its document frequencies. The background that
    is known counts in those of its language; articles that stand aside do not.
    """
    background = known.background if known else None
    if background is not None:
        tokens = pa.concat_tables([tokens, background.select(tokens.column_names)])
    tokens = tokens.combine_chunks()  # once, not for each language
    days = _days(articles["published"])
    taking_part = kept_rows(len(articles), folds) == np.arange(len(articles))
    if known and known.aside is not None:
        taking_part &= ~known.aside
    words = lengths(tokens["text"]).to_numpy()
    languages = _by_language(articles["language"], np.flatnonzero(taking_part))
    with ThreadPoolExecutor(2) as other:
        for rows in languages:
            ordered = rows[by_time(days[rows])]
            titles = articles["title"].take(pa.array(ordered))
            form = other.submit(forms, titles, days[ordered])
            n = len(ordered)
            others = _of_language(background, articles["language"][int(rows[0])])
            counted = np.concatenate([ordered, len(articles) + others])
            counts = count(tokens, counted, settings.lead_words, threads)
            shorter = [other.submit(tfidf, kind, 1, n) for kind in (counts.lead, counts.title)]
            whole = tfidf(counts.whole, threads, n)
            vectors = Vectors(whole, *(kind.result() for kind in shorter))
            del counts, shorter  # as much memory again as the vectors, which are compared now
            model = edge_model(words[ordered], settings)
            yield Collection(ordered, days[ordered], vectors, model, form.result())


def kept_rows(n: int, folds: pa.Table) -> NDArray[np.int64]:
    """Give the row of each article's kept article, its own where it is kept; shape (n,)."""
    kept = np.arange(n)
    kept[folds["article"].to_numpy()] = folds["kept"].to_numpy()
    return kept


class Groups(NamedTuple):
    """Which of n articles belong together; see `Assignment`."""

    labels: NDArray[np.int64]
    stray: NDArray[np.bool_]


def link(measured: Measured, threshold: float | None = None, threads: int = 1) -> Groups:
    """Group by average linkage, then put articles that it left alone where they fit.

    Without a threshold, that of the collection's edge model is used.
    """
    pairs, model = measured.pairs, measured.model
    threshold = threshold or model.threshold
    similarity = pairs.similarity.astype(np.float64)
    edges = (pairs.left, pairs.right, similarity)
    labels = average_linkage(len(measured.rows), *edges, threshold, threads)
    return Groups(*with_strays(labels, *edges, measured.form, model.stray * threshold))


def _days(published: pa.ChunkedArray) -> NDArray[np.float64]:
    """Days since 1970, shape (n,); NaN where unknown."""
    microseconds = published.cast(pa.int64())
    days = pc.divide(microseconds.cast(pa.float64(), safe=False), float(_MICROSECONDS_A_DAY))
    return np.array(days.to_numpy(), dtype=np.float64)


def _of_language(background: pa.Table | None, language: pa.Scalar) -> NDArray[np.int64]:
    """Give the rows of a background that are in one language."""
    if background is None:
        return np.empty(0, dtype=np.int64)
    same = pc.equal(background["language"].fill_null(""), language.as_py() or "")
    return np.flatnonzero(same.to_numpy())


def _by_language(language: pa.ChunkedArray, kept: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    encoded = language.fill_null("").combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy()[kept]
    order = np.argsort(encoded.dictionary.to_numpy(zero_copy_only=False).astype(str))
    parts = [kept[codes == code] for code in order]
    return [rows for rows in parts if len(rows)]
