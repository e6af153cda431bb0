"""Make ``code_points.npz``: what the tokenizer does with each Unicode code point, and capitals.

    python -m pipeline.text.make_code_points

Both tables are shipped, not computed, so that neither signatures nor names change with the
Unicode version of the Python that runs.
"""

import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEPARATOR = 0
"""Ends a token."""
IGNORED = 1
"""Leaves no trace: combining accents, tatweel, joiners, soft hyphens."""
BIGRAM = 1 << 31
"""Set beside the folded code point of a script written without spaces."""
TABLE_SIZE = 0x20000
"""Code points from here on are rare ideographs: each folds to itself, with ``BIGRAM``."""

PATH = Path(__file__).with_name("code_points.npz")

_BIGRAM_SCRIPTS = ("CJK ", "HIRAGANA ", "KATAKANA", "THAI ", "LAO ", "KHMER ", "MYANMAR ")
_NUKTAS = (0x093C, 0x09BC, 0x0A3C, 0x0ABC, 0x0B3C, 0x0CBC)
"""Dots of Indian scripts for sounds of other languages: many leave them out."""
_WHOLE_SCRIPTS = ("THAI ", "LAO ")
_ACCENTED_SCRIPTS = ("LATIN ", "GREEK ", "CYRILLIC ")
"""In which an accent is left out: of a Korean syllable that would leave its first consonant, and
two Japanese or Bengali signs would be one."""
_FOLDED_MARKS = [
    (0x0300, 0x036F),  # Latin, Greek, Cyrillic
    (0x0591, 0x05C7),  # Hebrew
    (0x0610, 0x061A),  # Arabic
    *((point, point) for point in _NUKTAS),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
]
_JOINERS = {0x00AD, 0x0640, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF}
_UNDECOMPOSED = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i"}  # noqa: RUF001


def fold(char: str) -> int:
    """Give the entry of one character: a class, or the code point it is folded to."""
    point = ord(char)
    if point in _JOINERS or any(low <= point <= high for low, high in _FOLDED_MARKS):
        return IGNORED
    if unicodedata.category(char)[0] not in "LNM":
        return SEPARATOR
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return ord("0") + digit
    if 0x064B <= point <= 0x065F:
        return SEPARATOR  # Arabic vowel signs part words, as in regular expressions' \w
    base = _base(char)
    is_bigram = unicodedata.name(base, "").startswith(_BIGRAM_SCRIPTS)
    return ord(base) | BIGRAM if is_bigram else ord(base)


def _base(char: str) -> str:
    """Give the letter without its case, accent or typographic form."""
    if 0x0620 <= ord(char) <= 0x06FF:
        return char  # a hamza is a letter's own, not an accent: spellings differ by it
    if unicodedata.name(char, "").startswith(_WHOLE_SCRIPTS):
        return char  # what Unicode decomposes here is one sign to its readers
    base = unicodedata.normalize("NFKC", char).casefold()[0]
    parts = unicodedata.normalize("NFKD", base)
    if unicodedata.name(base, "").startswith(_ACCENTED_SCRIPTS):
        return _UNDECOMPOSED.get(parts[0], parts[0])
    return parts[0] if ord(parts[-1]) in _NUKTAS else base


def table() -> NDArray[np.uint32]:
    """Compute the entry of every code point below ``TABLE_SIZE``."""
    return np.array([fold(chr(point)) for point in range(TABLE_SIZE)], dtype=np.uint32)


def capitals() -> NDArray[np.bool_]:
    """Tell which code points below ``TABLE_SIZE`` are capital letters."""
    kinds = (unicodedata.category(chr(point)) for point in range(TABLE_SIZE))
    return np.fromiter((kind in ("Lu", "Lt") for kind in kinds), np.bool_, TABLE_SIZE)


if __name__ == "__main__":
    np.savez_compressed(PATH, table=table(), capitals=capitals())
