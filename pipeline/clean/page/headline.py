"""The headline of a page: of the lines above its body, the one that scores highest.

A linear ranking of lines (a conditional logit, McFadden 1974), whose weights
``make_headline_weights.py`` fits.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.credits import signed
from pipeline.clean.dates import counts_back
from pipeline.clean.page.kinds import NAMED

WEIGHTS = Path(__file__).with_name("headline_weights.csv")
REACH = 30  # lines above a body in which its headline is sought
FEATURES = (
    "words of it in the opening", "words of it in the text", "length", "under 4 words",
    "over 12 words", "over 18 words", "twice on the page", "ends with a full stop",
    "date or byline behind", "date or byline before", "words of furniture",
    "lines of the page before", "next to the body",
)  # fmt: skip
_SHARED = 1  # place of the words of it in the text

_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{2}|[^\W\d_]{3,}")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_FURNITURE = re.compile(
    r"^(?:photo|image|foto|bild|skip to|share|continue reading|advert)|[|©]", re.IGNORECASE
)
_TEXT = 3000  # characters of a body whose words a headline shares
_OPENING = 600
_WORDS = range(2, 31)
_CHARS = range(8, 250)
_NEAR = 5  # lines behind a headline in which its date or byline stands
_BEFORE = 3


def headline(
    lines: Sequence[str],
    kinds: Sequence[str],
    start: int,
    text: str,
    days: Mapping[int, bool | None],
) -> int | None:
    """Choose the headline of a page.

    Parameters
    ----------
    lines : sequence of n str
    kinds : sequence of n str
        Of each line, from `kinds.KINDS`.
    start : int
        The first line of the body.
    text : str
        The body.
    days : mapping of int to bool or None
        What `names_day` says of the lines around the beginning of the body.

    Returns
    -------
    int or None
        Its line; None where the best of those above the body shares no word with it.
    """
    candidates, values = candidates_of(lines, kinds, start, text, days)
    if not candidates:
        return None
    best = int(np.argmax(values @ shipped()))
    return candidates[best] if values[best, _SHARED] else None


def candidates_of(
    lines: Sequence[str],
    kinds: Sequence[str],
    start: int,
    text: str,
    days: Mapping[int, bool | None],
) -> tuple[list[int], NDArray[np.float64]]:
    """Give the lines that could be the headline, and their features.

    Returns
    -------
    candidates : list of k int
        Nearest to the body first.
    values : float64 array, shape (k, n_features)
        As named by `FEATURES`.
    """
    above = around(start, len(lines))[: min(start, REACH)]
    dated = {at: _is_dated(lines[at], days[at]) for at in around(start, len(lines))}
    candidates = [at for at in reversed(above) if not dated[at] and _may_be(lines[at])]
    times = Counter(lines)
    opening = set(_WORD.findall(text[:_OPENING].casefold()))
    told = opening.union(_WORD.findall(text[_OPENING:_TEXT].casefold()))
    values = np.zeros((len(candidates), len(FEATURES)))
    for row, at in zip(values, candidates, strict=True):
        line = lines[at]
        own = _WORD.findall(line.casefold())
        words = line.count(" ") + 1
        if not line.isascii():
            words = max(words, len(_UNSPACED.findall(line)) // 2)
        row[:] = (
            sum(word in opening for word in own) / max(len(own), 1),
            np.log1p(len(told.intersection(own))),
            np.log1p(words),
            words < 4,
            words > 12,
            words > 18,
            times[line] > 1,
            line.endswith("."),
            any(dated.get(near, False) for near in range(at + 1, at + 1 + _NEAR)),
            any(dated.get(near, False) for near in range(at - _BEFORE, at)),
            kinds[at] in NAMED,
            np.log1p(at),
            at == start - 1,
        )
    return candidates, values


def around(start: int, n_lines: int) -> range:
    """Give the lines that are looked at for a body that begins at ``start``."""
    return range(max(start - REACH, 0), min(start + 2, n_lines))


def _is_dated(line: str, names_a_day: bool | None) -> bool:
    return names_a_day is not False or counts_back(line) or signed(line) is not None


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
