"""One spelling for what a date may be printed in."""

import re
import unicodedata

_INVISIBLE = dict.fromkeys(
    [0xAD, 0x61C, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060,
     *range(0x2066, 0x206A), 0xFEFF]
)  # fmt: skip
"""Characters without width, among them those that turn the direction of writing."""
_SPACES = re.compile(r"\s+")


def folded(text: str) -> str:
    """Give a text with plain digits, small letters and single spaces.

    >>> folded("٥ يوليو ٢٠٢١"), folded("５ July\u00a02021")
    ('5 يوليو 2021', '5 july 2021')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))
        text = "".join(str(int(char)) if char.isdecimal() else char for char in text)
    return _SPACES.sub(" ", text.casefold()).strip()
