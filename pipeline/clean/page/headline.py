"""The headline of a page: of the lines above its body, the one that scores highest.

A linear ranking of lines (a conditional logit, McFadden 1974), whose weights
``make_headline_weights.py`` fits.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.page.kinds import NAMED
from pipeline.clean.page.told import Told

WEIGHTS = Path(__file__).with_name("headline_weights.csv")
REACH = 30  # lines above a body in which its headline is sought
FEATURES = (
    "words of it in the opening", "words of it in the text", "length", "under 4 words",
    "over 12 words", "over 18 words", "twice on the page", "ends with a full stop",
    "date or byline behind", "date or byline before", "words of furniture",
    "lines of the page before", "next to the body",
)  # fmt: skip
_SHARED = 1  # place of the words of it in the text
_COUNTED = (_SHARED, FEATURES.index("length"), FEATURES.index("lines of the page before"))

_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{2}|[^\W\d_]{3,}")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_FURNITURE = re.compile(
    r"^(?:photo|image|foto|bild|skip to|share|continue reading|advert)|[|©]", re.IGNORECASE
)
_NO_LETTERS = str.maketrans({at: " " for at in range(128) if not chr(at).isalpha()})
_MARKS = "’‘”“–—…\xa0"  # what else stands in texts of ASCII letters
_TEXT = 3000  # characters of a body whose words a headline shares
_OPENING = 600
_WORDS = range(2, 31)
_CHARS = range(8, 250)
_NEAR = 5  # lines behind a headline in which its date or byline stands
_BEFORE = 3


def headline(
    lines: Sequence[str],
    kinds: Sequence[str],
    twice: Sequence[bool],
    start: int,
    text: str,
    told: Mapping[int, Told],
) -> int | None:
    """Choose the headline of a page.

    Parameters
    ----------
    lines : sequence of n str
    kinds : sequence of n str
        Of each line, from `kinds.KINDS`.
    twice : sequence of n bool
        Whether a line of the same letters and digits stands elsewhere on the page.
    start : int
        The first line of the body.
    text : str
        The body.
    told : mapping of int to Told
        Of the lines `around` the beginning of the body.

    Returns
    -------
    int or None
        Its line; None where the best of those above the body shares no word with it.
    """
    candidates, values = candidates_of(lines, kinds, twice, start, text, told)
    if not candidates:
        return None
    best = int(np.argmax((values * shipped()).sum(axis=1)))
    return candidates[best] if values[best, _SHARED] else None


def candidates_of(
    lines: Sequence[str],
    kinds: Sequence[str],
    twice: Sequence[bool],
    start: int,
    text: str,
    told: Mapping[int, Told],
) -> tuple[list[int], NDArray[np.float64]]:
    """Give the lines that could be the headline, and their features.

    Returns
    -------
    candidates : list of k int
        Nearest to the body first.
    values : float64 array, shape (k, n_features)
        As named by `FEATURES`.
    """
    near = around(start, len(lines))
    furniture = [told[at].is_furniture for at in near]
    above = near[: min(start, REACH)]
    candidates = [
        at for at in reversed(above) if not furniture[at - near.start] and _may_be(lines[at])
    ]
    opening = _words_in(text[:_OPENING])
    words_of_text = opening | _words_in(text[_OPENING:_TEXT])
    rows = []
    for at in candidates:
        line = lines[at]
        own = _WORD.findall(line.casefold())
        words = line.count(" ") + 1
        if not line.isascii():
            words = max(words, len(_UNSPACED.findall(line)) // 2)
        place = at - near.start
        row = (
            len([word for word in own if word in opening]) / max(len(own), 1),
            len(words_of_text.intersection(own)),
            words,
            words < 4,
            words > 12,
            words > 18,
            twice[at] and lines.count(line) > 1,
            line.endswith("."),
            True in furniture[place + 1 : place + 1 + _NEAR],
            True in furniture[max(place - _BEFORE, 0) : place],
            kinds[at] in NAMED,
            at,
            at == start - 1,
        )
        rows.append(row)
    values = np.array(rows, float).reshape(-1, len(FEATURES))
    values[:, _COUNTED] = np.log1p(values[:, _COUNTED])
    return candidates, values


def _words_in(text: str) -> set[str]:
    """Give what `_WORD` finds; shorter words may be among it.

    Where all letters are ASCII's, cutting at the rest is five times as fast.
    """
    text = text.casefold()
    plain = text
    for mark in "" if text.isascii() else _MARKS:
        plain = plain.replace(mark, " ")
    if plain.isascii():
        return set(plain.translate(_NO_LETTERS).split())
    return set(_WORD.findall(text))


def around(start: int, n_lines: int) -> range:
    """Give the lines that are looked at for a body that begins at ``start``."""
    return range(max(start - REACH, 0), min(start + 2, n_lines))


def _may_be(line: str) -> bool:
    words = line.count(" ") + 1
    unspaced = words < _WORDS.start and bool(_UNSPACED.search(line))
    return (
        len(line) in _CHARS
        and (unspaced or words in _WORDS)
        and line[0] not in "•-*|>©#"
        and not _FURNITURE.search(line)
    )


@cache
def shipped() -> NDArray[np.float64]:
    """Read the weights that are shipped, shape (n_features,)."""
    with WEIGHTS.open(newline="", encoding="utf-8") as rows:
        return np.array([float(row["weight"]) for row in csv.DictReader(rows)])


def write(weights: NDArray[np.float64], path: Path = WEIGHTS) -> None:
    """Write weights, one feature a line."""
    with path.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["feature", "weight"])
        rows.writerows((name, f"{w:.3f}") for name, w in zip(FEATURES, weights, strict=True))
