"""What the line kernel knows of each character: its class, and its lower case."""

import unicodedata
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

SPACE: Final = 0
LETTER: Final = 1  # lower case, or of a script without case
UPPER: Final = 2
DIGIT: Final = 3
IDEOGRAPH: Final = 4  # of a script without spaces
MARK: Final = 5
STOP: Final = 6  # ends a sentence
COMMA: Final = 7
CLOSE: Final = 8  # may stand behind the end of a sentence
BULLET: Final = 9  # of lists and menus
OTHER: Final = 10
SIZE: Final = 0x10000

_STOPS = ".!?…。！？؟।॥۔።։"
_COMMAS = ",;、，；،؛"
_CLOSES = "\"'”’»)]）」』】›“"
_BULLETS = "•·|»›→▶►■●◆★▪▸>*-©@#/+×✓"
_UNSPACED = ("CJK ", "HIRAGANA ", "KATAKANA", "THAI ", "LAO ", "KHMER ", "MYANMAR ")


@cache
def tables() -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """Compute the class and the lower case of every code point below ``SIZE``."""
    points = [chr(point) for point in range(SIZE)]
    kinds = np.array([_kind(char) for char in points], dtype=np.uint8)
    lower = np.array([ord(char.lower()[0]) for char in points], dtype=np.uint32)
    return kinds, lower.astype(np.uint16)


def _kind(char: str) -> int:
    for chars, kind in ((_STOPS, STOP), (_COMMAS, COMMA), (_BULLETS, BULLET), (_CLOSES, CLOSE)):
        if char in chars:
            return kind
    category = unicodedata.category(char)
    if category[0] in "ZC":
        return SPACE
    if category[0] == "M":
        return MARK
    if category in {"Lu", "Lt"}:
        return UPPER
    if category[0] == "L":
        return IDEOGRAPH if unicodedata.name(char, "").startswith(_UNSPACED) else LETTER
    return DIGIT if category == "Nd" else OTHER
