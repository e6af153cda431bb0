"""The language of each article, by resiliparse."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from resiliparse.parse.lang import detect_fast

UNDETERMINED = "und"
_GUESSES = 3
_CLOSE = 1.15
"""Guesses whose distance is within this factor of the best are as good as it."""
_SURE = 200
"""Characters below which a guess is weaker than what the site usually writes."""
_MAJORITY = 0.8
_NEARLY_ALL = 0.95
_MANY = 20
"""Where nearly all of many articles are in one language, another guess is a mistake."""


def detect(text: str | None) -> list[str]:
    """Guess a text's language (ISO 639-1): all that fit about as well as the best, best first."""
    guesses: Any = detect_fast(text or "", n_results=_GUESSES)  # its stub knows one result only
    known = [(str(language), distance) for language, distance in guesses if language != "unknown"]
    return [language for language, distance in known if distance <= _CLOSE * known[0][1]]


def settle(
    stated: Sequence[str | None],
    sources: Sequence[str | None],
    openings: Sequence[str | None],
) -> list[str]:
    """Choose the language of every article of a run.

    Parameters
    ----------
    stated : sequence of n str or None
        As the record says, like ``en-US``.
    sources : sequence of n str or None
        The site of each.
    openings : sequence of n str or None
        Headline and the first characters of the text.

    Returns
    -------
    list of n str
        Two letters, or ``und``. A short text, or a stray guess, is taken for what its site writes.
    """
    found = [
        [_normal(said)] if said else detect(opening)
        for said, opening in zip(stated, openings, strict=True)
    ]
    sure: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for guesses, source, opening in zip(found, sources, openings, strict=True):
        if guesses and len(opening or "") >= _SURE:
            sure[source][guesses[0]] += 1
    usual = {source: _majority(counts) for source, counts in sure.items()}
    of_one_language = {
        source
        for source, counts in sure.items()
        if counts.total() >= _MANY and max(counts.values()) >= _NEARLY_ALL * counts.total()
    }
    settled = []
    for guesses, said, source, opening in zip(found, stated, sources, openings, strict=True):
        site = None if said else usual.get(source)
        weak = len(opening or "") < _SURE or source in of_one_language or site in guesses
        language = site if site and weak else next(iter(guesses), None)
        settled.append(language or UNDETERMINED)
    return settled


def _normal(stated: str) -> str:
    return stated.strip().replace("_", "-").split("-")[0].lower() or UNDETERMINED


def _majority(counts: Counter[str]) -> str | None:
    language, times = counts.most_common(1)[0]
    return language if times >= _MAJORITY * counts.total() else None


OPENING = 1000
"""Characters of a text that are read for its language."""
