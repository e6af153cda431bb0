"""What a verified pair of texts is: copy, excerpt, update, part of a roundup, or a form."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.verify import Overlaps
from pipeline.settings import DedupSettings

EXACT, NEAR, EXCERPT = "exact", "near", "excerpt"
UPDATE, PART, TEMPLATE, BORDERLINE = "update", "part", "template", "borderline"

_WHOLE = 0.9
"""An update holds this share of what it goes on from: a copy that was cut holds less."""
_BRIEF = 0.2
"""A text below this share of a later one is a teaser or a brief of it, and not updated by it."""


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


def least_containment(settings: DedupSettings) -> float:
    """Give the part of the smaller set that two texts must share to pass, less the margin."""
    return min(settings.jaccard, settings.containment) - settings.margin


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
            _is_update(pairs, near & ~template, about, settings) & ~about.roundup[holder],
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


def _is_update(
    pairs: Overlaps, near: NDArray[np.bool_], about: Circumstances, settings: DedupSettings
) -> NDArray[np.bool_]:
    """Tell which pairs are an earlier text and its update, or a copy of it and its update."""
    holder, held = ends(pairs)
    larger = np.maximum(pairs.left_size, pairs.right_size)
    own = 1 - pairs.shared / np.maximum(larger, 1)
    later = about.days[holder] > about.days[held]  # not where either is unknown
    written_on = pairs.new_opening | (about.source[holder] == about.source[held])
    added = (pairs.containment >= settings.containment) & (own >= settings.update_share)
    whole = pairs.containment >= _WHOLE
    found = whole & added & later & written_on & (pairs.shared >= _BRIEF * larger)
    n = len(about.days)
    updated = set((holder[found].astype(np.int64) * n + held[found]).tolist())
    copies = defaultdict(list)
    for x, y in both_ends(pairs.where(near)):
        copies[x].append(y)
        copies[y].append(x)
    for row in np.flatnonzero(added & ~found):
        base = int(holder[row]) * n
        found[row] = any(base + copy in updated for copy in copies[int(held[row])])
    return found


def both_ends(pairs: Overlaps) -> Iterable[tuple[int, int]]:
    """Give the texts of each pair."""
    return zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
