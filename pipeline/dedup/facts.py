"""Same form, other facts: texts that differ in the numbers that stand in the same places.

Weather, market tables, results and dividends come in forms that are filled in anew every
day: nearly the same text, and no copy. A copy keeps its numbers, however it is cut or
retouched. So numbers are compared where both texts have the same words around them.
"""

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_NUMBER = re.compile(r"\d+(?:[.,/:\u066b\u066c\u2013-]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d")
_BEFORE = 48
_AFTER = 24
_MOST_CHANGED = 3
_APART_DAYS = 20 / 24
"""A form that comes daily comes about a day later, and hardly ever less: corrections do."""

Slots = dict[tuple[str, ...], str]


def slots(text: str) -> Slots:
    """Give each number of a text by the words around it.

    Parameters
    ----------
    text : str

    Returns
    -------
    dict of tuple to str
        Digits without separators, by two words before, one after, and how often these have
        come before.

    Examples
    --------
    >>> slots("Net profit was 3.5 million, or 12 cents a share")
    {('profit', 'was', 'million', '0'): '35', ('million', 'or', 'cents', '0'): '12'}
    """
    found: Slots = {}
    seen: dict[tuple[str, ...], int] = {}
    for number in _NUMBER.finditer(text):
        before = _WORD.findall(text[max(0, number.start() - _BEFORE) : number.start()])
        after = _WORD.search(text, number.end(), number.end() + _AFTER)
        words = [*before[-2:], after.group() if after else ""]
        context = tuple(word.casefold() for word in words)
        times = seen.get(context, 0)
        seen[context] = times + 1
        found[*context, str(times)] = _digits(number.group())
    return found


def other_facts(one: Slots, other: Slots, days_apart: float) -> bool:
    """Tell whether two texts are one form with different numbers filled in.

    Corrections and typing errors change a number or two within the day; that is no other
    form. It is one where at least half of the numbers that stand in the same words are others,
    three or more of them; or, a day later, three of any, or half of any.

    Parameters
    ----------
    one, other : dict
        From `slots`.
    days_apart : float
        Between the two; NaN where unknown.
    """
    both = one.keys() & other.keys()
    changed = sum(one[slot] != other[slot] for slot in both)
    most = 2 * changed >= len(both)
    if not days_apart >= _APART_DAYS:  # also where unknown
        return changed >= _MOST_CHANGED and most
    return changed >= _MOST_CHANGED or (changed > 0 and most)


def pairs_with_other_facts(
    texts: pa.ChunkedArray,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    days: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Tell which pairs of texts are one form with different numbers.

    Parameters
    ----------
    texts : string column
        One a row.
    left, right : int arrays, shape (n_pairs,)
        Rows.
    days : float64 array, shape (n_rows,)
        When each was published, days since 1970; NaN where unknown.

    Returns
    -------
    bool array, shape (n_pairs,)
    """
    rows = np.unique(np.concatenate([left, right]))
    strings = texts.take(pa.array(rows)).to_pylist()
    numbers = {row: slots(text or "") for row, text in zip(rows.tolist(), strings, strict=True)}
    apart = np.abs(days[left] - days[right])
    return np.fromiter(
        (
            other_facts(numbers[x], numbers[y], gap)
            for x, y, gap in zip(left.tolist(), right.tolist(), apart.tolist(), strict=True)
        ),
        dtype=np.bool_,
        count=len(left),
    )


def _digits(number: str) -> str:
    """Give a number's digits, whatever script they are in."""
    return "".join(str(int(digit)) for digit in _DIGITS.findall(number))
