"""Page text, all visible lines of a page, to headline, date and body.

Lines are scored by length, punctuation and repetition, and the body is the contiguous run of
lines with the highest sum: running text gains, navigation and sidebars lose.
"""

import re
from collections import Counter
from datetime import datetime
from typing import NamedTuple

from pipeline.clean.dates import find_date

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
_FURNITURE = re.compile(
    r"\b(comments?|share|tweet|subscribe|sign up|newsletter|cookies?|copyright|all rights reserved"
    r"|story code|read more|related|advertisement|follow us|log ?in|privacy|terms of|©)",
    re.IGNORECASE,
)
_WORDS_FOR_FURNITURE = 12  # in a longer line such words may be the news
_LEAST_SENTENCE = 6
_LONG_LINE = 25
_HEADLINE_WORDS = range(3, 31)
_HEADLINE_LINES = 12


class Page(NamedTuple):
    """What a page says."""

    title: str | None
    published: datetime | None
    text: str
    """The body, its paragraphs parted by an empty line; empty where none was found."""


def read_page(page_text: str) -> Page:
    """Find headline, date and body in the visible text of a page."""
    lines = [line.strip() for line in page_text.splitlines()]
    lines = [line for line in lines if line]
    counts = Counter(lines)
    scores = [_score(line, counts[line]) for line in lines]
    start, stop = _best_run(scores)
    title = _headline(lines, counts, start)
    body = [line for line in lines[start:stop] if line != title]
    return Page(title, _date(lines, start, stop), "\n\n".join(body))


def _score(line: str, times: int) -> float:
    words = line.count(" ") + 1
    ends = bool(_SENTENCE_END.search(line))
    if times > 1 or (words < _WORDS_FOR_FURNITURE and _FURNITURE.search(line)):
        return -3.0
    if ends and words >= _LEAST_SENTENCE:
        return 1.0 + min(words, 60) / 15
    if words >= _LONG_LINE:
        return 1.0
    return -1.0 if ends else -1.5


def _best_run(scores: list[float]) -> tuple[int, int]:
    """Find the run of lines with the greatest sum (Kadane); empty where none is above zero."""
    best = total = 0.0
    start = stop = begin = 0
    for at, score in enumerate(scores):
        if total <= 0:
            total, begin = 0.0, at
        total += score
        if total > best:
            best, start, stop = total, begin, at + 1
    return start, stop


def _headline(lines: list[str], counts: Counter[str], start: int) -> str | None:
    """Choose the nearest headline above the body, one printed twice before all others."""
    above = [
        line
        for line in reversed(lines[max(start - _HEADLINE_LINES, 0) : start])
        if line.count(" ") + 1 in _HEADLINE_WORDS and not find_date(line)
    ]
    twice = [line for line in above if counts[line] > 1]
    if twice or not above:
        return twice[0] if twice else None
    return max(above, key=len)


def _date(lines: list[str], start: int, stop: int) -> datetime | None:
    for line in [
        *lines[max(start - _HEADLINE_LINES, 0) : start],
        *lines[start : start + 1],
        *lines[stop : stop + 2],
    ]:
        if found := find_date(line):
            return found
    return None
