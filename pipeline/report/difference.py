"""Two texts side by side: what one has of the other, and what it has not."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_SENTENCE = re.compile(r"[^\n.!?。！？؟।۔]+[.!?。！？؟।۔]*[\"'”’»)\]]*\s*|[.!?。！？؟।۔]+\s*|\n+")  # noqa: RUF001 - the punctuation of several scripts
_WORD = re.compile(r"(?:[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|[^\w\s])\s*|\s+")
"""With the white space behind it, which would be by far the most frequent of all words."""
_MOST_WORDS = 1_000_000
"""Of both sides, multiplied: beyond, a changed passage is marked as a whole."""
_ALIKE = 0.4
"""Passages less alike than this share words by chance: they are marked as a whole."""

Piece = tuple[str, bool]
"""Words, and whether the other side lacks them."""


@dataclass(frozen=True)
class Passage:
    """What stands side by side: in one row, left and right."""

    same: bool
    left: list[Piece]
    right: list[Piece]
    sentences: int
    """Of the longer side."""


def differences(left: str, right: str) -> list[Passage]:
    """Compare two texts sentence by sentence, and changed passages word by word.

    Parameters
    ----------
    left, right : str

    Returns
    -------
    list of Passage
        All of either text, in order. Differences in white space count for nothing.
    """
    ours, theirs = _sentences(left), _sentences(right)
    keys = [" ".join(one.split()) for one in ours], [" ".join(one.split()) for one in theirs]
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        old, new = "".join(ours[a:b]).strip(), "".join(theirs[c:d]).strip()
        longer = max(b - a, d - c)
        if kind == "equal":
            found.append(Passage(True, [(old, False)], [(new, False)], longer))
        else:
            found.append(Passage(False, *_changed(old, new), longer))
    return found


def _sentences(text: str) -> list[str]:
    """Split a text; joined, the pieces are the text again."""
    pieces: list[str] = []
    for piece in _SENTENCE.findall(text):
        if piece.isspace() and pieces:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _changed(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    a, b = _WORD.findall(old), _WORD.findall(new)
    if not a or not b or len(a) * len(b) > _MOST_WORDS:
        return _whole(old), _whole(new)
    keys = [word.strip() for word in a], [word.strip() for word in b]
    codes = SequenceMatcher(None, *keys, autojunk=False).get_opcodes()
    alike = sum(j - i for kind, i, j, _, _ in codes if kind == "equal")
    if 2 * alike < _ALIKE * (len(a) + len(b)):
        return _whole(old), _whole(new)
    left = [("".join(a[i:j]), kind != "equal") for kind, i, j, _, _ in codes if i < j]
    right = [("".join(b[i:j]), kind != "equal") for kind, _, _, i, j in codes if i < j]
    return left, right


def _whole(text: str) -> list[Piece]:
    return [(text, True)] if text else []
