"""Same form, other facts: texts that differ in the numbers that stand in the same places.

Weather, market tables, results and dividends come in forms that are filled in anew every
day: nearly the same text, and no copy. A copy keeps its numbers, however it is cut or
retouched. So numbers are compared where both texts have the same words around them.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.text import numbers

_MANY = 3
_APART_DAYS = 20 / 24
"""A form that comes daily comes about a day later, and hardly ever less: corrections do."""


def pairs_with_other_facts(
    texts: pa.ChunkedArray,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    days: NDArray[np.float64],
    source: NDArray[np.int64],
    threads: int = 1,
) -> NDArray[np.bool_]:
    """Tell which pairs of texts are one form with different numbers filled in.

    Corrections, rounding and typing errors change a number or two; that is no other form. It
    is one where three or more of the numbers that stand in the same words are others, and
    they are at least half of all. Where one source printed the two on different days, and the
    form may have come again, three of any will do, or half of any.

    Parameters
    ----------
    texts : string column
        One a row.
    left, right : int32 arrays, shape (n_pairs,)
        Rows.
    days : float64 array, shape (n_rows,)
        When each was published, days since 1970; NaN where unknown.
    source : int64 array, shape (n_rows,)
        Equal where the source is.
    threads : int
        0 for every core.

    Returns
    -------
    bool array, shape (n_pairs,)
    """
    from pipeline.dedup.kernels.numbers import changed_numbers

    rows, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    found = numbers(texts.take(pa.array(rows)), threads)
    changed, compared = changed_numbers(place[: len(left)], place[len(left) :], *found)
    again = (np.abs(days[left] - days[right]) >= _APART_DAYS) & (source[left] == source[right])
    many, most = changed >= _MANY, 2 * changed >= compared
    return np.where(again, many | ((changed > 0) & most), many & most)
