"""Which article of a group of copies is kept: the origin, or the first by the settings."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.agencies import NAME_OF
from pipeline.dedup.folding import Compared, fold_table, fold_texts, stands_for
from pipeline.dedup.relations import EXCERPT, NEAR, ends
from pipeline.settings import DedupSettings

_LETTERS = re.compile(r"[\W_]+")


class Printed(NamedTuple):
    """What is known of n articles."""

    words: NDArray[np.int64]
    days: NDArray[np.float64]
    """When each was published, days since 1970; NaN where unknown."""
    source: list[str | None]
    agency: list[str | None]
    """The news agency that each credits."""
    url: list[str | None]
    original_url: list[str | None]
    """The page that each names as its original."""

    @classmethod
    def of(
        cls, articles: pa.Table, words: NDArray[np.int64], days: NDArray[np.float64]
    ) -> "Printed":
        """Take it from a table; a column that it lacks is null throughout."""
        names = ("source", "agency", "url", "original_url")
        known: list[list[str | None]] = [
            articles[name].to_pylist() if name in articles.column_names else [None] * len(words)
            for name in names
        ]
        return cls(words, days, *known)


def folded(
    compared: Compared,
    roundup: NDArray[np.bool_],
    text_of: NDArray[np.int32],
    printed: Printed,
    settings: DedupSettings,
) -> pa.Table:
    """Fold articles into those that are kept.

    Parameters
    ----------
    compared : Compared
        Verified pairs of n texts in keep order, and the repeated ones with themselves.
    roundup : bool array, shape (n,)
    text_of : int32 array, shape (n_articles,)
        The text that each article prints.
    printed : Printed
        Of the articles.
    settings : DedupSettings
        What to keep.

    Returns
    -------
    table of schema.FOLDS
        Sorted by article row.
    """
    chosen = fold_texts(len(roundup), compared, roundup)
    stands = stands_for(chosen, compared.pairs)
    kept = elect(stands, text_of, compared, printed, settings)
    return fold_table(kept, text_of, compared)


def elect(
    stands: NDArray[np.int64],
    text_of: NDArray[np.int32],
    compared: Compared,
    printed: Printed,
    settings: DedupSettings,
) -> NDArray[np.int64]:
    """Choose the kept article of each group of copies.

    First comes the origin: an article that an agency published itself and another of the
    group credits to it, or that another names as its original. Then the setting ``keep``
    decides; ties go to the earliest, the longest, the first by row. Only an article that all
    of its group are verified with is chosen, and the longest text always is one.

    Parameters
    ----------
    stands : int64 array, shape (n_texts,)
        The text that stands for each, from `folding.stands_for`.
    text_of : int32 array, shape (n,)
        The text that each article prints.
    compared : Compared
        Verified pairs of texts.
    printed : Printed
        Of the articles.
    settings : DedupSettings
        What to keep.

    Returns
    -------
    int64 array, shape (n,)
        Row of each article's kept article, its own where it is kept.
    """
    leader = stands[text_of]
    order = np.argsort(leader, kind="stable")
    starts = np.flatnonzero(np.diff(leader[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    several = sizes > 1
    verified = _verified(compared)
    kept = np.arange(len(text_of))
    for start, size in zip(starts[several].tolist(), sizes[several].tolist(), strict=True):
        group = order[start : start + size].tolist()
        texts = {int(text_of[row]) for row in group}
        head = int(leader[group[0]])
        for row in sorted(group, key=_preference(group, printed, settings)):
            text = int(text_of[row])
            if text == head or _holds_all(text, head, texts, verified):
                kept[group] = row
                break
    return kept


def _verified(compared: Compared) -> dict[tuple[int, int], bool]:
    """Give pairs (text, text that it may fold into), and whether it is a copy of that."""
    pairs = compared.pairs
    found = {}
    for kind in (NEAR, EXCERPT):
        rows = np.flatnonzero(compared.relation == kind)
        holder, held = ends(pairs.where(rows))
        for one, other in zip(held.tolist(), holder.tolist(), strict=True):
            found[one, other] = kind == NEAR
            if kind == NEAR:
                found[other, one] = True
    return found


def _holds_all(
    text: int, head: int, texts: set[int], verified: dict[tuple[int, int], bool]
) -> bool:
    """Tell whether a text is a copy of the group's head, and all others may fold into it."""
    return verified.get((head, text), False) and all(
        (other, text) in verified for other in texts if other != text
    )


def _preference(
    group: list[int], printed: Printed, settings: DedupSettings
) -> Callable[[int], tuple[float, ...]]:
    """Give the key that sorts a group's articles, the one to keep first."""
    credited = {_letters(name) for row in group if (name := printed.agency[row])}
    named = {
        _page(url)
        for row in group
        if (url := printed.original_url[row]) and url != printed.url[row]
    }
    ranks = {_letters(NAME_OF.get(name, name)): rank for rank, name in enumerate(settings.sources)}

    def key(row: int) -> tuple[float, ...]:
        names = _names(printed.source[row])
        page = printed.url[row]
        is_named = bool(named) and page is not None and _page(page) in named
        day = printed.days[row]
        when = np.inf if np.isnan(day) else day
        long = -printed.words[row]
        rank = min((ranks[name] for name in names & ranks.keys()), default=len(ranks))
        by_setting = {
            "longest": (long, when),
            "earliest": (when, long),
            "sources": (rank, when, long),
        }
        origin = bool(names & credited) or is_named
        return (not origin, *by_setting[settings.keep], row)

    return key


@lru_cache(1 << 12)
def _names(source: str | None) -> frozenset[str]:
    """Give the names that a source goes by: its own, an agency's, and the parts of a host name.

    Examples
    --------
    >>> sorted(_names("www.apnews.com"))
    ['ap', 'apnews', 'apnewscom']
    >>> sorted(_names("The Associated Press"))
    ['ap']
    """
    if not source:
        return frozenset()
    host = NAME_OF.get(source, source).casefold().removeprefix("www.")
    names = {_letters(host)}
    if "." in host and " " not in host:
        names |= {_letters(label) for label in host.split(".")[:-1]}
    names |= {name.removesuffix("news") for name in names if name != "news"}
    return frozenset(name for name in names if len(name) > 1)


def _letters(name: str) -> str:
    return _LETTERS.sub("", name.casefold())


def _page(url: str) -> str:
    """Give what tells a page: neither scheme nor ``www`` nor fragment do."""
    parts = urlsplit(url)
    host = parts.netloc.casefold().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"
