"""What a verified pair of texts is: copy, excerpt, update, part of a roundup, or a form."""

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.texts import Texts
from pipeline.dedup.verify import Overlaps
from pipeline.settings import DedupSettings

EXACT, NEAR, EXCERPT = "exact", "near", "excerpt"
UPDATE, PART, TEMPLATE, BORDERLINE = "update", "part", "template", "borderline"

_BRIEF = 0.2
"""A text below this share of a later one is a teaser or a brief of it, and not updated by it."""
_RELATED_TITLES = 0.5
_RELATED_TEXTS = 0.25
"""Share of the words of one that articles of one event have in common at least. Parts of one
English or Arabic article share 0.25 of their words in the median, other articles 0.17."""


class Circumstances(NamedTuple):
    """What is known of n texts beyond their words."""

    days: NDArray[np.float64]
    """When each was first printed, days since 1970; NaN where unknown."""
    source: NDArray[np.int64]
    """Equal where the same source printed it first."""
    roundup: NDArray[np.bool_]
    """Whether it contains articles unrelated to each other."""
    boilerplate: NDArray[np.bool_]
    """Whether many articles unrelated to each other contain it."""


def passes(pairs: Overlaps, settings: DedupSettings, margin: float = 0.0) -> NDArray[np.bool_]:
    """Tell which pairs overlap enough for a near copy or an excerpt; shape (n_pairs,).

    Parameters
    ----------
    pairs : Overlaps
    settings : DedupSettings
        Thresholds and least evidence.
    margin : float
        How far below the thresholds a pair may lie.
    """
    enough = pairs.shared >= settings.min_shared_shingles
    near = pairs.jaccard >= settings.jaccard - margin
    return enough & (near | (pairs.containment >= settings.containment - margin))


def relations(
    pairs: Overlaps,
    facts: NDArray[np.bool_],
    about: Circumstances,
    settings: DedupSettings,
) -> NDArray[np.str_]:
    """Name the relation of each pair; shape (n_pairs,).

    ``exact``: the two are one text. ``template``: the same form with other facts, or words
    that many unrelated articles contain. ``near``: a copy. ``part``: one of the unrelated
    articles of a roundup. ``update``: the larger came later, holds the smaller and has a
    share of its own, new reporting and no longer cut of one text: it opens with new words,
    or the same source wrote both. ``excerpt``: the smaller is a part of the larger.
    ``borderline``: too little overlap for any of these.

    Parameters
    ----------
    pairs : Overlaps
        Of texts.
    facts : bool array, shape (n_pairs,)
        Whether the two are one form with other facts.
    about : Circumstances
        Of the texts.
    settings : DedupSettings
        Thresholds.
    """
    left, right = pairs.left, pairs.right
    near = pairs.jaccard >= settings.jaccard
    template = facts | (about.boilerplate[left] & about.boilerplate[right])
    holder, held = ends(pairs)
    template |= about.boilerplate[held] & ~near
    return np.select(
        [
            left == right,
            ~passes(pairs, settings),
            template,
            _is_update(pairs, about, settings) & ~about.roundup[holder],
            near,
            about.roundup[holder],
        ],
        [EXACT, BORDERLINE, TEMPLATE, UPDATE, NEAR, PART],
        EXCERPT,
    )


def ends(pairs: Overlaps) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give the larger and the smaller text of each pair."""
    left_larger = pairs.left_size >= pairs.right_size
    holder = np.where(left_larger, pairs.left, pairs.right)
    return holder, np.where(left_larger, pairs.right, pairs.left)


def _is_update(pairs: Overlaps, about: Circumstances, settings: DedupSettings) -> NDArray[np.bool_]:
    holder, held = ends(pairs)
    larger = np.maximum(pairs.left_size, pairs.right_size)
    own = 1 - pairs.shared / np.maximum(larger, 1)
    later = about.days[holder] > about.days[held]  # not where either is unknown
    written_on = pairs.new_opening | (about.source[holder] == about.source[held])
    whole = pairs.containment >= settings.containment
    enough = (own >= settings.update_share) & (pairs.shared >= _BRIEF * larger)
    return whole & later & written_on & enough


def roundups(
    pairs: Overlaps,
    facts: NDArray[np.bool_],
    texts: Texts,
    settings: DedupSettings,
) -> NDArray[np.bool_]:
    """Tell which texts contain two others that are unrelated to each other; shape (n_texts,)."""
    known = {
        frozenset(pair) for pair in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    }
    found = np.zeros(len(texts.rows), dtype=np.bool_)
    for holder, inside in _contained(pairs, facts, settings).items():
        found[holder] = any(
            frozenset(two) not in known and not _related(texts, *two)
            for two in combinations(inside, 2)
        )
    return found


def boilerplate(
    pairs: Overlaps, facts: NDArray[np.bool_], n: int, settings: DedupSettings
) -> NDArray[np.bool_]:
    """Tell which of n texts are contained in many that are unrelated to each other; (n,)."""
    found = np.zeros(n, dtype=np.bool_)
    holders = defaultdict(list)
    for holder, inside in _contained(pairs, facts, settings).items():
        for text in inside:
            holders[text].append(holder)
    linked = defaultdict(set)
    for x, y in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True):
        linked[x].add(y)
        linked[y].add(x)
    for text, around in holders.items():
        if len(around) >= settings.template_articles:
            found[text] = _groups(set(around), linked) >= settings.template_articles
    return found


def _contained(
    pairs: Overlaps, facts: NDArray[np.bool_], settings: DedupSettings
) -> dict[int, list[int]]:
    """Give the texts that each text contains, near copies left out."""
    inside = passes(pairs, settings) & (pairs.jaccard < settings.jaccard) & ~facts
    holder, held = ends(pairs)
    found = defaultdict(list)
    for x, y in zip(holder[inside].tolist(), held[inside].tolist(), strict=True):
        found[x].append(y)
    return found


def _groups(members: set[int], linked: dict[int, set[int]]) -> int:
    """Count the groups that links make of some texts."""
    groups = 0
    left = set(members)
    while left:
        groups += 1
        reached = [left.pop()]
        while reached:
            near = linked[reached.pop()] & left
            left -= near
            reached.extend(near)
    return groups


def _related(texts: Texts, one: int, other: int) -> bool:
    """Tell whether two texts seem to be of one event: by headline, or by the words they share."""
    words = [texts.words(one), texts.words(other)]
    titles = [texts.title_words(one), texts.title_words(other)]
    told = max(_share(titles[0], words[1] | titles[1]), _share(titles[1], words[0] | titles[0]))
    smaller, larger = sorted(words, key=len)
    return told >= _RELATED_TITLES or _share(smaller, larger) >= _RELATED_TEXTS


def _share(part: set[int], whole: set[int]) -> float:
    return len(part & whole) / len(part) if part else 0.0
