"""The language of each article, by resiliparse."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import takewhile
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from resiliparse.parse.lang import detect_fast

from pipeline.text import first_characters

UNDETERMINED = "und"
_OPENING = 1000  # characters of a text that are read for its language
_GUESSES = 5
_CLOSE = 1.15
"""Guesses whose distance is within this factor of the best are as good as it."""
_SURE = 200
"""Characters below which a guess is weaker than what the site usually writes."""
_MAJORITY = 0.8
_NEARLY_ALL = 0.95
_MANY = 20
_TELLING = 400
"""Where nearly all of many articles of a site are in one language, another guess on fewer
characters is a mistake: nearly every wrong guess is on so few."""
_SAMPLE = 200
"""Articles that tell whether a site writes in one language: where all of them do that are long
enough, no more are read."""
_FOREIGN = {
    "ar": "پچژگٹڈڑے",
    "be": "иъщїґ",
    "bg": "ыэёіїєўјљњђћѓќ",
    "ca": "ñãõ¿",
    "cs": "ľĺŕôäł",
    "da": "äößł",
    "de": "æøåłñãõ",
    "es": "çãõàèò",
    "fa": "ٹڈڑےة",
    "fr": "ñãõäßøå",
    "gl": "ãõçà",
    "hi": "ळ",
    "it": "ñãõäößç",
    "mk": "ыэъщьюяёіїєў",
    "mr": "\u093c\u095c\u095d",
    "ne": "\u093c\u095c\u095dळ",
    "no": "äößł",
    "pt": "ñ¿èò",
    "ru": "іїєўјљњђћѓќѕџґ",
    "sa": "\u093c\u095c\u095d",
    "sk": "řěů",
    "sr": "ыэъщьюяёіїєў",
    "sv": "æøß",
    "uk": "ыэъёўј",
    "zh": "のはがをにでとた",
}
"""Letters that a language does not have, and one that is like it has."""
_OTHER_LETTERS = re.compile("[\u0370-\u1cff\u2c00-\ud7ff\uf900-\ufdff]")
"""Letters of other alphabets than the Latin, and signs of other writing."""
_NOT_LATIN = frozenset(
    ["am", "ar", "be", "bg", "bn", "el", "fa", "gu", "he", "hi", "hy", "ja", "ka", "kk", "km", "kn",
     "ko", "ky", "lo", "mk", "ml", "mn", "mr", "my", "ne", "pa", "ps", "ru", "sa", "sd", "si",
     "ta", "te", "tg", "th", "tt", "ug", "uk", "ur", "zh"]
)  # fmt: skip
"""Languages that no text without such letters is in: resiliparse names some for lists of names."""
_STRAYS = 0.003  # of a text's letters may be foreign: names and quotations are
_LETTER = re.compile(r"[^\W\d_]")
_LEAST = 4  # letters: fewer are no text
_KANA = re.compile("[\u3041-\u30ff]")  # which resiliparse does not always know for Japanese
_WORDS = {
    "hi": frozenset(
        ["है", "हैं", "में", "के", "की", "का", "से", "और", "को", "ने", "नहीं", "था", "थे",
         "गया", "कि", "पर", "इस"]
    ),
    "mr": frozenset(
        ["आहे", "आहेत", "आणि", "या", "होते", "होता", "झाली", "झाले", "मध्ये", "म्हणाले",
         "तर", "ही", "हे", "केली", "केले"]
    ),
    "ne": frozenset(
        ["छ", "छन्", "र", "हो", "पनि", "भएको", "गरेको", "थियो", "गर्ने", "हुने", "यो",
         "लागि", "भन्ने", "गरे"]
    ),
}  # fmt: skip
"""Words that tell languages of one script apart."""


def detect(text: str | None) -> list[str]:
    """Guess a text's language (ISO 639-1): all that fit about as well as the best, best first."""
    text = text or ""
    if len(_LETTER.findall(text, 0, 40)) < _LEAST:
        return []
    guesses: Any = detect_fast(text, n_results=_GUESSES)  # its stub knows one result only
    known = [(str(language), distance) for language, distance in guesses if language != "unknown"]
    if known and known[0][0] in _NOT_LATIN and not _OTHER_LETTERS.search(text):
        return []  # the others are farther off still
    if not known and (kana := len(_KANA.findall(text))):
        return ["ja"] if kana > len(text) / 10 else []
    close = [language for language, distance in known if distance <= _CLOSE * known[0][1]]
    foreign = takewhile(lambda language: _is_foreign(text, language), close[:-1])
    fitting = close[len(list(foreign)) :]
    if fitting and fitting[0] in _WORDS:
        words = Counter(text.split())
        fitting.sort(key=lambda language: -sum(words[w] for w in _WORDS.get(language, ())))
    return fitting


def _is_foreign(text: str, language: str) -> bool:
    strays = sum(text.count(letter) for letter in _FOREIGN.get(language, ""))
    return strays > max(1, _STRAYS * len(text))


_OTHER_CODES = {
    other: code
    for code, others in {
        "ar": "ara arabic", "bn": "ben", "cs": "ces cze czech", "da": "dan danish",
        "de": "deu ger german deutsch", "el": "ell gre greek", "en": "eng english",
        "es": "spa spanish español", "fa": "fas per persian", "fi": "fin finnish",
        "fr": "fra fre french français", "he": "heb iw hebrew", "hi": "hin hindi",
        "hu": "hun hungarian", "id": "ind in indonesian", "it": "ita italian", "ja": "jpn japanese",
        "ko": "kor korean", "ms": "msa may malay", "nl": "nld dut dutch", "no": "nor nb nob nn nno",
        "pl": "pol polish", "pt": "por portuguese", "ro": "ron rum romanian", "ru": "rus russian",
        "sr": "srp", "sv": "swe swedish", "ta": "tam", "th": "tha thai", "tr": "tur turkish",
        "uk": "ukr ukrainian", "ur": "urd", "vi": "vie vietnamese", "zh": "zho chi chinese cmn",
    }.items()
    for other in others.split()
}  # fmt: skip
"""Codes of three letters, old codes and names, which records also state."""


def settle(articles: pa.Table) -> list[str]:
    """Choose the language of every article of a run.

    Parameters
    ----------
    articles : table of n rows
        ``language`` as stated, like ``en-US``; ``source``, ``title`` and ``text``.

    Returns
    -------
    list of n str
        Two letters, or ``und``. A short text, or a stray guess, is taken for what its site writes.
    """
    stated, sources = (articles[name].to_pylist() for name in ("language", "source"))
    lengths = _lengths(articles)
    found = _guesses(articles, stated, sources, lengths)
    sure = _sure(found, sources, lengths)
    usual = {source: _majority(counts) for source, counts in sure.items()}
    of_one_language = _sites_of_one_language(sure, _NEARLY_ALL)
    settled = []
    for guesses, said, source, length in zip(found, stated, sources, lengths, strict=True):
        site = None if said else usual.get(source)
        least = _TELLING if source in of_one_language else _SURE
        weak = not guesses or length < least or site in guesses
        language = site if site and weak else next(iter(guesses), None)
        settled.append(language or UNDETERMINED)
    return settled


def _lengths(articles: pa.Table) -> list[int]:
    """Count the characters of each article's headline and opening."""
    titles = pc.utf8_length(articles["title"]).fill_null(0)
    texts = pc.utf8_length(first_characters(articles["text"], _OPENING))
    return [int(length) for length in pc.add(pc.add(titles, texts), 1).to_pylist()]


def _read(articles: pa.Table, rows: list[int]) -> list[list[str]]:
    """Guess the languages of some articles by their headlines and openings."""
    picked = np.array(rows, dtype=np.int64)
    texts = first_characters(articles["text"], _OPENING, picked).to_pylist()
    titles = articles["title"].take(pa.array(picked)).to_pylist()
    return [detect(f"{title or ''} {text}") for title, text in zip(titles, texts, strict=True)]


def _guesses(
    articles: pa.Table,
    stated: Sequence[str | None],
    sources: Sequence[str | None],
    lengths: Sequence[int],
) -> list[list[str]]:
    """Give what each article's language may be; of a site of one language a sample is read."""
    found = [[_normal(said)] if said else None for said in stated]
    unread: defaultdict[str | None, list[int]] = defaultdict(list)
    for row, (guesses, source) in enumerate(zip(found, sources, strict=True)):
        if guesses is None:
            unread[source].append(row)
    sample = [
        row
        for rows in unread.values()
        for row in Random(0).sample(rows, min(_SAMPLE, len(rows)))  # noqa: S311 - the same every time
    ]
    for row, guesses in zip(sample, _read(articles, sample), strict=True):
        found[row] = guesses
    known = _sites_of_one_language(_sure(found, sources, lengths, _TELLING), 1.0)
    known.pop(None, None)  # articles without a site may be of any
    others = []
    for row, (guesses, source) in enumerate(zip(found, sources, strict=True)):
        if guesses is None and source in known:
            found[row] = [known[source]]
        elif guesses is None:
            others.append(row)
    for row, guesses in zip(others, _read(articles, others), strict=True):
        found[row] = guesses
    return [guesses or [] for guesses in found]


def _sure(
    found: Sequence[list[str] | None],
    sources: Sequence[str | None],
    lengths: Sequence[int],
    least: int = _SURE,
) -> dict[str | None, Counter[str]]:
    """Count the languages of each site's articles of so many characters."""
    sure: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for guesses, source, length in zip(found, sources, lengths, strict=True):
        if guesses and length >= least:
            sure[source][guesses[0]] += 1
    return sure


def _sites_of_one_language(
    sure: dict[str | None, Counter[str]], share: float
) -> dict[str | None, str]:
    """Give the language of each site that writes this share of many articles in one."""
    found: dict[str | None, str] = {}
    for source, counts in sure.items():
        language, times = counts.most_common(1)[0]
        if counts.total() >= _MANY and times >= share * counts.total():
            found[source] = language
    return found


def _normal(stated: str) -> str:
    code = stated.strip().replace("_", "-").split("-")[0].lower()
    return _OTHER_CODES.get(code, code) or UNDETERMINED


def _majority(counts: Counter[str]) -> str | None:
    language, times = counts.most_common(1)[0]
    return language if times >= _MAJORITY * counts.total() else None
