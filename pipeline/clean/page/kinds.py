"""Kinds of lines that are cut from a page."""

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.page import kernels
from pipeline.clean.page.lines import Lines, vocabulary_table
from pipeline.clean.page.states import BODY, STATES

_NAMED = {
    "comments": "comments",
    "related": "related",
    "sharing and accounts": "sharing",
    "advertising and law": "advertising",
    "captions": "caption",
    "navigation": "navigation",
    "bylines and dates": "byline or date",
}
NAMED = frozenset(["repeated", *_NAMED.values()])
"""Kinds that a line has for its words, or for standing on many pages of its site."""
KINDS = ("", *_NAMED.values(), "repeated", *(f"text {state} the body" for state in STATES))
"""What a line can be cut as; the first is the body, which is not."""
REPEATED = KINDS.index("repeated")
_BRIEF = 14  # in a longer line such words may be the news


def kinds_of(
    lines: Lines, states: NDArray[np.int8], repeated: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """Name why each line was cut: by its words, because its site repeats it, or by its place.

    Parameters
    ----------
    lines : Lines
    states : int8 array, shape (n,)
        From `find_bodies`.
    repeated : bool array, shape (n,)
        Lines that stand on many pages of their site.

    Returns
    -------
    int8 array, shape (n,)
        Places in `KINDS`.
    """
    _, vocabularies = vocabulary_table()
    columns = [kernels.COUNTS + vocabularies.index(name) for name in _NAMED]
    hits = lines.counts[:, columns]
    by_words = (hits.max(axis=1) > 0) & (lines.counts[:, kernels.WORDS] < _BRIEF)
    by_place = len(KINDS) - len(STATES) + states
    kinds = np.where(by_words, hits.argmax(axis=1) + 1, by_place)
    kinds[repeated] = REPEATED
    kinds[states == BODY] = 0
    return kinds.astype(np.int8)
