"""Same form, other facts: texts that differ in the numbers that stand in the same places.

Weather, market tables, results and dividends come in forms that are filled in anew every
day: nearly the same text, and no copy. A copy keeps its numbers, however it is cut or
retouched. So numbers are compared where both texts have the same words around them.
"""

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# looking back behind the first digit, not before it, lets the search skip what is no digit
_NUMBER = re.compile(r"\d(?<![^\W_]\d)\d*(?:[.,/:\u066b\u066c\u2013-]\d+)*(?![^\W_])")
_WORD = re.compile(r"[^\W_]*[^\W\d_][^\W_]*")
_DIGITS = re.compile(r"\d")
_BEFORE = 48
_AFTER = 24
_MANY = 3
_APART_DAYS = 20 / 24
"""A form that comes daily comes about a day later, and hardly ever less: corrections do."""

Slots = dict[tuple[str, ...], set[str]]


def slots(text: str) -> Slots:
    """Give the numbers of a text by the words around them.

    Parameters
    ----------
    text : str

    Returns
    -------
    dict of tuple to set of str
        Digits without separators, by two words before and one after.

    Examples
    --------
    >>> slots("Net profit was 3.5 million, or 12 cents a share")
    {('profit', 'was', 'million'): {'35'}, ('million', 'or', 'cents'): {'12'}}
    """
    found: Slots = {}
    for number in _NUMBER.finditer(text):
        before = _WORD.findall(text[max(0, number.start() - _BEFORE) : number.start()])
        after = _WORD.search(text, number.end(), number.end() + _AFTER)
        words = [*before[-2:], after.group() if after else ""]
        context = tuple(word.casefold() for word in words)
        found.setdefault(context, set()).add(_digits(number.group()))
    return found


def other_facts(one: Slots, other: Slots, *, again: bool) -> bool:
    """Tell whether two texts are one form with different numbers filled in.

    Corrections, rounding and typing errors change a number or two; that is no other form. It
    is one where three or more of the numbers that stand in the same words are others, and
    they are at least half of all. If the form may have come again, three of any will do, or
    half of any.

    Parameters
    ----------
    one, other : dict
        From `slots`.
    again : bool
        Whether one source printed the two on different days.
    """
    both = [(one[slot], other[slot]) for slot in one.keys() & other.keys()]
    changed = sum(min(len(x - y), len(y - x)) for x, y in both)
    most = 2 * changed >= sum(min(len(x), len(y)) for x, y in both)
    many = changed >= _MANY
    return (many or (changed > 0 and most)) if again else many and most


def pairs_with_other_facts(
    texts: pa.ChunkedArray,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    days: NDArray[np.float64],
    source: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell which pairs of texts are one form with different numbers.

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

    Returns
    -------
    bool array, shape (n_pairs,)
    """
    rows = np.unique(np.concatenate([left, right]))
    strings = texts.take(pa.array(rows)).to_pylist()
    numbers = {row: slots(text or "") for row, text in zip(rows.tolist(), strings, strict=True)}
    again = (np.abs(days[left] - days[right]) >= _APART_DAYS) & (source[left] == source[right])
    pairs = zip(left.tolist(), right.tolist(), again.tolist(), strict=True)
    return np.fromiter(
        (other_facts(numbers[x], numbers[y], again=twice) for x, y, twice in pairs),
        dtype=np.bool_,
        count=len(left),
    )


def _digits(number: str) -> str:
    """Give a number's digits, whatever script they are in."""
    digits = "".join(_DIGITS.findall(number))
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)
