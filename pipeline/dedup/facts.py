"""Same form, other facts: texts that differ in what stands in the same places.

Weather, market tables, results, obituaries and notices come in forms that are filled in anew:
nearly the same text, and no copy. A copy keeps its numbers and names, however it is cut or
retouched. So both are compared where two texts have the same words around them.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.text import names, numbers

_MANY = 3
_APART_DAYS = 20 / 24
"""A form that comes daily comes about a day later, and hardly ever less: corrections do."""


def pairs_with_other_facts(
    texts: Callable[[NDArray[np.int64]], pa.Array],
    rows: NDArray[np.int64],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    days: NDArray[np.float64],
    source: NDArray[np.int64],
    threads: int = 1,
) -> NDArray[np.bool_]:
    """Tell which pairs of texts are one form with different facts filled in.

    Corrections, rounding and typing errors change a number or two; that is no other form. It
    is one where three or more of the numbers that stand in the same words are others, and
    they are at least half of all. Where one source printed the two on different days, and the
    form may have come again, three of any will do, or half of any.

    It is one as well where so many names are others, and they are three different ones: an
    outlet that spells a name its own way changes that one in many places.

    Parameters
    ----------
    texts : callable
        Gives the strings of some rows.
    rows : int64 array, shape (n,)
        The row of each of n texts; only those of a pair are read.
    left, right : int32 arrays, shape (n_pairs,)
        Texts.
    days : float64 array, shape (n,)
        When each was published, days since 1970; NaN where unknown.
    source : int64 array, shape (n,)
        Equal where the source is.
    threads : int
        0 for every core.

    Returns
    -------
    bool array, shape (n_pairs,)
    """
    from pipeline.dedup.kernels.facts import changed_facts

    read, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    strings = texts(rows[read])
    pairs = place[: len(left)], place[len(left) :]
    changed, _, compared = changed_facts(*pairs, *numbers(strings, threads))
    again = (np.abs(days[left] - days[right]) >= _APART_DAYS) & (source[left] == source[right])
    many, most = changed >= _MANY, 2 * changed >= compared
    other_numbers = np.where(again, many | ((changed > 0) & most), many & most)
    changed, different, compared = changed_facts(*pairs, *names(strings, threads))
    other_names = (different >= _MANY) & (2 * changed >= compared)
    return other_numbers | other_names
