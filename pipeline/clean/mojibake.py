"""Texts that were decoded wrongly before they came to us: mended where that is certain."""

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.text import bytes_held, replaced, rows_that_match

_HIGH = (
    rb"(?:\xc2[\x80-\xbf]|\xe2\x80[\x90-\xbf]|\xe2\x82\xac|\xe2\x84\xa2"
    rb"|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c])"
)
"""UTF-8 of the characters that Windows-1252 has for the bytes 0x80 to 0xBF."""
_LATIN = re.compile(
    rb"\xc3(?:[\x82-\x9f]"
    + _HIGH
    + rb"|[\xa0-\xaf]"
    + _HIGH
    + rb"{2}|[\xb0-\xb4]"
    + _HIGH
    + rb"{3})"
)
"""Letters that stand for the first byte of a character in UTF-8, and signs for its others."""
_SIGN = rb"(?:\xc2[\x80-\xbf]|\xe2[\x80-\x84].|\xd0[\x82-\x8f]|\xd1[\x90-\x9f]|\xd2[\x90\x91])"
_CYRILLIC = re.compile(rb"\xd0[\xa0\xa1]" + _SIGN + rb"(?:\xd0[\xa0\xa1]" + _SIGN + rb"){3}")
"""The same in Windows-1251, of Cyrillic letters."""
_BROKEN = re.compile(b"\xef\xbf\xbd")  # U+FFFD
LEADS = b"\xc3\xd0"
"""With one of these bytes mojibake begins,"""
BROKEN_LEAD = b"\xef"
"""and with this one what was lost."""


def mend(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """Undo UTF-8 that was read as another encoding (``donâ€™t``, ``РџСЂРёРІРµС‚``).

    Parameters
    ----------
    column : string column, or array, of n rows

    Returns
    -------
    column : string column of n rows
        Where `ftfy` finds a text to be mojibake beyond doubt, the text that was meant.
    mended : int
        How many rows that were.
    """
    rows = may_be_mojibake(column, np.flatnonzero(bytes_held(column, LEADS).any(axis=0)))
    if not len(rows):
        return column, 0
    from ftfy import fix_encoding

    found = column.take(pa.array(rows)).to_pylist()
    texts = [fix_encoding(text) for text in found]
    changed = np.array([new != old for new, old in zip(texts, found, strict=True)])
    if not changed.any():
        return column, 0
    mended = [text for text, is_new in zip(texts, changed, strict=True) if is_new]
    return replaced(column, rows[changed], pa.array(mended, column.type)), len(mended)


def may_be_mojibake(
    column: pa.ChunkedArray | pa.Array, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give those of some rows, which hold one of `LEADS`, that `mend` would look at."""
    return rows_that_match(column, rows, _LATIN, _CYRILLIC)


def broken(column: pa.ChunkedArray | pa.Array, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give those of some rows in which a character was lost, and is U+FFFD now."""
    return rows_that_match(column, rows, _BROKEN)
