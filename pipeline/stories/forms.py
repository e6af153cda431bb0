"""Recurring forms: the same kind of item day after day, like a market report or a briefing.

Its instalments share their frame, and no event. A form is known by its headline: what stands
before the first colon, dash or bar, or all of it, figures left out. Where that recurs on
several days, its articles of different days link no more; other articles still do.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.stories.neighbors import Pairs

_DAYS = 3
"""From so many different days on, a headline's beginning is a form."""
_BEGINNING = r"^(?P<form>.*?\S)(?:\s*[:：|]\s|\s+[-–—]\s|\s*$)"  # noqa: RUF001
_TWO_WORDS = r"\S\s+\S"  # one word is a place or a person, whose story goes on for days


def forms(titles: pa.ChunkedArray, days: NDArray[np.float64]) -> NDArray[np.int64]:
    """Find the recurring form of each article, as a number.

    Parameters
    ----------
    titles : string column of n rows
    days : float64 array, shape (n,)
        NaN where unknown.

    Returns
    -------
    int64 array, shape (n,)
        -1 for an article of none.
    """
    plain = pc.replace_substring_regex(pc.utf8_lower(titles.fill_null("")), r"\d+", "")
    form = pc.struct_field(pc.extract_regex(plain, _BEGINNING), "form")
    worded = pc.match_substring_regex(form, _TWO_WORDS).fill_null(False)
    form = pc.if_else(worded, form, pa.scalar(None, form.type))
    encoded = pa.chunked_array(form).combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    told = (codes >= 0) & ~np.isnan(days)
    of_day = np.unique(np.stack([codes[told], np.floor(days[told]).astype(np.int64)]), axis=1)
    recurring = np.bincount(of_day[0], minlength=len(encoded.dictionary) + 1) >= _DAYS
    return np.where(told & recurring[codes], codes, -1)


def without_forms(pairs: Pairs, form: NDArray[np.int64], days: NDArray[np.float64]) -> Pairs:
    """Drop the pairs of one form and different days.

    Parameters
    ----------
    pairs : Pairs
    form : int64 array, shape (n,)
        As `forms` gives it.
    days : float64 array, shape (n,)

    Returns
    -------
    Pairs
    """
    rows = np.flatnonzero((form >= 0)[pairs.left])  # few
    left, right = pairs.left[rows], pairs.right[rows]
    other_day = np.floor(days[left]) != np.floor(days[right])
    keep = np.ones(len(pairs.left), dtype=np.bool_)
    keep[rows] = (form[left] != form[right]) | ~other_day
    if keep.all():
        return pairs
    left, right = pairs.left, pairs.right
    return replace(pairs, left=left[keep], right=right[keep], similarity=pairs.similarity[keep])
