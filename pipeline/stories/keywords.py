"""Terms to words that a reader recognises: the spelling most common among the members."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.text import first_characters, spans

_KEYWORDS = 6
_LEAD_CHARACTERS = 1200
_READERS = 5  # spellings are asked of the most central members; more change nothing
_APART = re.compile(r"[,;:!?()\[\]{}\"“”«»…/|،؛؟]|\.\s|\s[-–—]+\s|\n")  # a phrase has none inside
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]+")
_FIRST_UNSPACED = "\u0e00"
_LETTERS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer
_LEAST_LETTERS = 3  # of a word in them
_MOST_CHARACTERS = 6  # of a word in a script without spaces
_MOST_LETTERS = 15
_ALWAYS = 0.8  # share of a word's places where a neighbouring character is part of it

Term = list[int]
"""Token hashes of a word and 0, or of two words."""


def keywords(
    articles: pa.Table,
    hashes: NDArray[np.uint64],
    sizes: NDArray[np.int64],
    members: NDArray[np.int64],
    similarity: NDArray[np.float64],
    threads: int = 1,
) -> list[list[str]]:
    """Give up to six keywords of each story, the most telling first.

    Parameters
    ----------
    articles : table of schema.CLEANED
    hashes : uint64 array, shape (n, k, 2)
        Terms of each story, from `contrast`.
    sizes, members, similarity : arrays
        Members of each of n stories, as of `central.Central`.
    threads : int
        0 for every core.
    """
    story, rows = _readers(sizes, members, similarity)
    texts = _leads(articles, rows)
    found = spans(texts, hashes[story], threads)
    known = np.any(found[..., 0] >= 0, axis=1).tolist()
    read = texts.cast(pa.large_binary()).to_pylist()
    result: list[list[str]] = []
    starts = np.searchsorted(story, np.arange(len(sizes) + 1)).tolist()
    for one, (start, stop) in enumerate(pairwise(starts)):
        if not any(known[start:stop]):
            result.append([])
            continue
        forms = _Forms(read[start:stop], found[start:stop].tolist())
        unspaced = forms.unspaced()
        result.append(_whole_words(forms) if unspaced else _chosen(hashes[one].tolist(), forms))
    return result


class _Forms:
    """Spellings of a story's terms in its readers' texts, looked up as they are asked for."""

    def __init__(self, texts: list[bytes], places: list[list[list[int]]]) -> None:
        self.texts = texts
        self._places = places

    def __len__(self) -> int:
        return len(self._places[0])

    def unspaced(self) -> bool:
        """Tell whether the first term is of a script without spaces."""
        first = next((form for form in map(self.commonest, range(len(self))) if form), "")
        return first >= _FIRST_UNSPACED and _UNSPACED.fullmatch(first) is not None

    def commonest(self, term: int) -> str | None:
        """Choose a term's commonest spelling; of equally common ones, the lower-case."""
        if len(self._places) == 1:
            start, stop = self._places[0][term]
            return self.texts[0][start:stop].decode() if start >= 0 else None
        forms = [
            text[place[term][0] : place[term][1]]
            for text, place in zip(self.texts, self._places, strict=True)
            if place[term][0] >= 0
        ]
        if not forms:
            return None
        if len(set(forms)) == 1:
            return forms[0].decode()
        counts = Counter(form.decode() for form in forms)
        return min(counts, key=lambda one: (-counts[one], not one.islower(), one))


def _readers(
    sizes: NDArray[np.int64], members: NDArray[np.int64], similarity: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stories and rows of the members nearest to the rest of each story."""
    story = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((np.arange(len(story)), -np.round(similarity, 6), story))
    rank = np.arange(len(story)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    order = order[rank < _READERS]
    return story[order], members[order]


def _chosen(terms: Sequence[Term], forms: _Forms) -> list[str]:
    """Take the first that read well; a phrase takes the place of the words in it."""
    taken: list[str | None] = []
    places: dict[int, int] = {}
    phrases: set[int] = set()
    for at, (first, second) in enumerate(terms):
        if not first or first in phrases or second in phrases or (not second and first in places):
            continue  # a phrase says it already
        words = (first, second) if second else (first,)
        rivals = sorted({places[word] for word in words if word in places}) if second else []
        if not rivals and len(taken) - taken.count(None) == _KEYWORDS:
            continue
        form = forms.commonest(at)
        if form is None or not _reads_well(form, phrase=bool(second)):
            continue
        if not rivals:
            rivals = [len(taken)]
            taken.append(form)
        for place in rivals:  # a phrase says more than the words that stood before it
            taken[place] = None
        taken[rivals[0]] = form
        if second:
            phrases |= {first, second}
        places |= dict.fromkeys(words, rivals[0])
    return [" ".join(form.split()) for form in taken if form]


def _reads_well(form: str, *, phrase: bool) -> bool:
    if not phrase:
        return len(form) > 1 and not form.isnumeric()
    return not _APART.search(form) and all(len(word) > 1 for word in form.split())


def _whole_words(forms: _Forms) -> list[str]:
    """Lengthen pairs of characters to the words that they are part of."""
    texts = [text.decode() for text in forms.texts]
    words: list[str] = []
    for term in range(len(forms)):
        form = forms.commonest(term)
        if form is None or len(form) < 2 or form.isnumeric():
            continue
        word = _lengthened(form, texts) if _UNSPACED.fullmatch(form) else form
        if _is_fragment(word):
            continue
        if not any(word in other or other in word for other in words):
            words.append(word)
    return words[:_KEYWORDS]


def _lengthened(word: str, texts: Sequence[str]) -> str:
    """Add the characters that nearly always stand beside a word."""
    most = _MOST_LETTERS if _LETTERS.match(word) else _MOST_CHARACTERS
    while len(word) < most:
        places = [(text, found.start()) for text in texts for found in re.finditer(word, text)]
        before = Counter(text[at - 1 : at] for text, at in places)
        after = Counter(text[at + len(word) : at + len(word) + 1] for text, at in places)
        sides = [
            (count, left, char)
            for left, counts in ((True, before), (False, after))
            for char, count in counts.items()
            if count >= max(2, _ALWAYS * len(places)) and _UNSPACED.fullmatch(char)
        ]
        if not sides:
            break
        _, left, char = max(sides)
        word = char + word if left else word + char
    return word


def _is_fragment(word: str) -> bool:
    """Tell a word of letters that was cut off: it begins with a sign, or is no longer than one."""
    if not _LETTERS.match(word):
        return False
    return unicodedata.category(word[0])[0] == "M" or len(word) < _LEAST_LETTERS


def _leads(articles: pa.Table, rows: NDArray[np.int64]) -> pa.Array:
    """Beginning of each text, then its title: running text has the common spelling."""
    texts = first_characters(articles["text"], _LEAD_CHARACTERS, rows)
    titles = articles["title"].take(pa.array(rows)).fill_null("").cast(pa.large_string())
    newline = pa.scalar("\n", pa.large_string())
    return pc.binary_join_element_wise(texts, titles.combine_chunks(), newline)
