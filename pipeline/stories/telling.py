"""How stories are told: the article that stands for each, its headline, lead and keywords."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.stories.central import Central, picked
from pipeline.stories.contrast import contrast
from pipeline.stories.headlines import clean_headlines, doubts, shown
from pipeline.stories.keywords import keywords
from pipeline.stories.leads import lead_sentence

_TITLE_WORDS = 12
_OTHERS = 4  # members whose lead is asked for where the first one's says too little
_NAMED = 2  # keywords that a lead should name
_T = TypeVar("_T")


@dataclass(frozen=True)
class Told:
    """Descriptions of n stories; None and no keywords for those that are not told."""

    heads: NDArray[np.int64]
    """Row of the article that stands for each, shape (n,)."""
    titles: list[str | None]
    leads: list[str | None]
    keywords: list[list[str]]
    profiles: pa.Array
    """Of `sagas.packed`."""


def told(
    articles: pa.Table,
    tokens: pa.Table,
    found: list[Central],
    published: NDArray[np.int64],
    wanted: NDArray[np.bool_],
    words: int,
    threads: int,
) -> Told:
    """Describe stories; what sets them apart is found among all of them.

    Parameters
    ----------
    articles, tokens : tables of schema.CLEANED, schema.TOKENS
    found : list of Central
        Stories of one language after another.
    published : int64 array
        When each article was, for ties.
    wanted : bool array, shape (n,)
        Which stories to put into words.
    words : int
        Words of each text that keywords are taken from, besides its title.
    threads : int
        0 for every core.
    """
    heads, leads, words_of, profiles = [], [], [], []
    asked = np.split(wanted, np.cumsum([len(one.sizes) for one in found])[:-1])
    with ThreadPoolExecutor(1) as ahead:  # while the stories of one language are put into words
        contrasts = ahead.map(lambda one: contrast(tokens, one.sizes, one.members, words), found)
        headlines = clean_headlines(articles["title"], articles["source"])
        doubt = doubts(headlines)
        for one, terms, chosen in zip(found, contrasts, asked, strict=True):
            few = picked(one, chosen)
            spoken = keywords(
                articles, terms.hashes[chosen], few.sizes, few.members, few.similarity, threads
            )
            ranked = _ranked(one, terms.title_weight, doubt[one.members], published[one.members])
            of_few = ranked[np.repeat(chosen, one.sizes)]
            leads += _leads(articles, headlines, few.sizes, of_few, spoken)
            heads.append(ranked[np.cumsum(one.sizes) - one.sizes])
            words_of += spoken
            profiles.append(terms.profiles)
    first = np.concatenate(heads)
    titles = _titles(articles, headlines, first[wanted])
    return Told(
        first,
        _placed(wanted, titles, None),
        _placed(wanted, leads, None),
        _placed(wanted, words_of, []),
        pa.concat_arrays(profiles),
    )


def _placed(wanted: NDArray[np.bool_], values: Iterable[_T], other: _T) -> list[_T]:
    """Put values in the places that are wanted, and another in the rest."""
    following = iter(values)
    return [next(following) if one else other for one in wanted.tolist()]


def told_by(articles: pa.Table) -> pa.Table:
    """Give the headline and the lead of stories that these articles stand for, one each."""
    headlines = clean_headlines(articles["title"], articles["source"])
    n = len(articles)
    rows, ones = np.arange(n), np.ones(n, dtype=np.int64)
    unknown: list[list[str]] = [[] for _ in range(n)]
    return pa.table(
        {
            "title": pa.array(_titles(articles, headlines, rows), pa.string()),
            "lead": pa.array(_leads(articles, headlines, ones, rows, unknown), pa.string()),
        }
    )


def _ranked(
    one: Central,
    title_weight: NDArray[np.float64],
    doubt: NDArray[np.float64],
    published: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Order the members of each story by how well they stand for it; rows.

    The best is near to the others, and its headline says what sets the story apart.
    """
    starts = np.cumsum(one.sizes) - one.sizes
    fit = -doubt
    for values in (one.similarity, title_weight):
        most = np.repeat(np.maximum.reduceat(values, starts), one.sizes)
        fit = fit + np.divide(values, most, out=np.zeros(len(most)), where=most > 0)
    story = np.repeat(np.arange(len(one.sizes)), one.sizes)
    return one.members[np.lexsort((one.members, published, -np.round(fit, 6), story))]


def _titles(articles: pa.Table, headlines: pa.Array, heads: NDArray[np.int64]) -> list[str]:
    """Headline of each head; where it has none, the first words of its text."""
    titles = [shown(title) for title in headlines.take(pa.array(heads)).to_pylist()]
    missing = [at for at, title in enumerate(titles) if not title]
    texts = pc.utf8_slice_codeunits(articles["text"].take(pa.array(heads[missing])), 0, 200)
    for at, text in zip(missing, texts.to_pylist(), strict=True):
        titles[at] = " ".join((text or "").split()[:_TITLE_WORDS])
    return titles


def _leads(
    articles: pa.Table,
    headlines: pa.Array,
    sizes: NDArray[np.int64],
    ranked: NDArray[np.int64],
    keywords: list[list[str]],
) -> list[str | None]:
    """Lead of each story: its head's, or the first that names what the story is about."""
    rank = np.arange(len(ranked)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    picked = ranked[rank <= _OTHERS].tolist()
    ends = np.cumsum(np.minimum(sizes, _OTHERS + 1)).tolist()
    return [
        _lead(articles["text"], headlines, picked[start:stop], words)
        for (start, stop), words in zip(pairwise([0, *ends]), keywords, strict=True)
    ]


def _lead(
    texts: pa.ChunkedArray, headlines: pa.Array, rows: list[int], keywords: list[str]
) -> str | None:
    first = None
    wanted = [word.casefold() for word in keywords]
    for row in rows:  # mostly the first row's text is the only one that is read
        sentence = lead_sentence(texts[row].as_py() or "", headlines[row].as_py())
        if sentence is None:
            continue
        folded = sentence.casefold()
        if sum(word in folded for word in wanted) >= min(_NAMED, len(wanted)):
            return sentence
        first = first or sentence
    return first
