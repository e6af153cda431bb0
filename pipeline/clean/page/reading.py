"""Pages to what they say: the body by the line model; headline, date, byline around it."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.credits import credited, signed
from pipeline.clean.dates import counts_back, names_day

_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{2}|[^\W\d_]{3,}")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_FURNITURE = re.compile(
    r"^(?:photo|image|foto|bild|skip to|share|continue reading|advert)|[|©]", re.IGNORECASE
)
_OTHERS_DAY = re.compile(r"^\W*[—@]|:\s*$")
"""What a line with the date of a comment or of a post in the text begins or ends with."""
_OPENING = 3000  # characters of a body whose words a headline shares
_LEAST_LIKENESS = 0.25
_HEADLINE_WORDS = range(2, 31)
_HEADLINE_CHARS = range(8, 250)
_REACH = 16  # lines above a body in which its headline, date and byline are sought
_BEGINNING = 3
_BEHIND = 3
_CHUNK = 256  # pages whose features are in memory at once


class Page(NamedTuple):
    """What a page says."""

    title: str | None
    dated: str | None
    """The line that says when it was published: a date as printed, or how long ago."""
    byline: str | None
    agency: str | None
    text: str
    """The body, its paragraphs parted by an empty line; empty where none was found."""
    cut: list[tuple[str, str]]
    """Every line that is not in the body, in order: why it was cut, and the line."""


def read_page(page_text: str) -> Page:
    """Find headline, date, byline and body in the visible text of a page."""
    return read_pages([page_text])[0]


def read_pages(
    pages: Sequence[str],
    sites: Sequence[str | None] | None = None,
    least: int = 5,
    share: float = 0.2,
) -> list[Page]:
    """Read many pages.

    Parameters
    ----------
    pages : sequence of n str
        Visible text of each.
    sites : sequence of n str or None, optional
        Where each is from; lines that a site prints on many different pages are no body.
    least : int
        On how many of them at least.
    share : float
        And on what share of them.
    """
    from pipeline.clean.page.site import site_lines

    known = site_lines(pages, sites, least, share) if sites is not None else {}
    found: list[Page] = []
    for start in range(0, len(pages), _CHUNK):
        some = pages[start : start + _CHUNK]
        of = sites[start : start + _CHUNK] if sites is not None else [None] * len(some)
        found += _read(some, [known.get(site) for site in of])
    return found


def _read(pages: Sequence[str], known: list[NDArray[np.uint64] | None]) -> list[Page]:
    from pipeline.clean.page.kinds import KINDS, kinds_of
    from pipeline.clean.page.lines import joined, split_lines
    from pipeline.clean.page.model import find_bodies
    from pipeline.clean.page.states import BODY

    data, offsets = joined(pages)
    lines = split_lines(data, offsets)
    repeated = np.zeros(len(lines.hashes), bool)
    for page, hashes in enumerate(known):
        if hashes is not None:
            a, b = lines.starts[page : page + 2]
            repeated[a:b] = np.isin(lines.hashes[a:b], hashes)
    states = find_bodies(lines, repeated)
    kinds = kinds_of(lines, states, repeated).tolist()
    body = (states == BODY).tolist()
    whole = data.tobytes()
    texts = [whole[a:b].decode() for a, b in lines.spans.tolist()]
    starts = lines.starts.tolist()
    return [
        _page(texts[a:b], body[a:b], [KINDS[kind] for kind in kinds[a:b]])
        for a, b in pairwise(starts)
    ]


def _page(lines: list[str], body: list[bool], kinds: list[str]) -> Page:
    if True not in body:
        return Page(None, None, None, None, "", list(zip(kinds, lines, strict=True)))
    start = body.index(True)
    stop = len(body) - body[::-1].index(True)
    above = list(range(start - 1, max(start - _REACH, 0) - 1, -1))
    opening = range(start, min(start + _BEGINNING, stop))
    around = [*above, *opening, *range(stop, min(stop + _BEHIND, len(lines)))]
    kept = " ".join(line for line, inside in zip(lines, body, strict=True) if inside)
    title_at = _headline(lines, above, kept)
    title = lines[title_at] if title_at is not None else None
    date_at = _date_line(lines, around, above)
    signatures = ((at, signed(lines[at]), credited(lines[at])) for at in around)
    byline_at, byline, agency = next(
        (found for found in signatures if found[1] or found[2]), (None, None, None)
    )
    text, cut = [], []
    for at, (line, inside) in enumerate(zip(lines, body, strict=True)):
        if line == title:
            cut.append(("headline", line))
        elif at in (date_at, byline_at) and (not inside or at == byline_at):
            cut.append(("date" if at == date_at else "byline", line))
        elif inside:
            text.append(line)
        else:
            cut.append((kinds[at], line))
    dated = None if date_at is None else lines[date_at]
    return Page(title, dated, byline, agency, "\n\n".join(text), cut)


def _date_line(lines: list[str], around: list[int], above: list[int]) -> int | None:
    """Choose the line that says when the page was published.

    A date comes before that of a change, and both before how long ago it was: "two hours ago"
    below a body is a comment's.
    """
    days = {at: _OTHERS_DAY.search(lines[at]) is None and names_day(lines[at]) for at in around}
    for kind in (True, None):
        if (at := next((at for at in around if days[at] is kind), None)) is not None:
            return at
    return next((at for at in above if counts_back(lines[at])), None)


def _headline(lines: list[str], above: list[int], text: str) -> int | None:
    """Choose the line above the body that most looks like its headline.

    Most of a headline's words come again in the text; and it stands near it, or twice.
    """
    words = set(_WORD.findall(text[:_OPENING].casefold()))
    counts = Counter(lines[at] for at in above)
    best, chosen = _LEAST_LIKENESS, None
    for distance, at in enumerate(above):
        if _looks_like_headline(lines[at]):
            own = _WORD.findall(lines[at].casefold())
            told = sum(word in words for word in own) / max(len(own), 1)
            likeness = told + 0.2 * (counts[lines[at]] > 1) - 0.01 * distance
            likeness += 0.05 * min(len(own), 6) - 0.25 * lines[at].endswith(".")
            if likeness > best:
                best, chosen = likeness, at
    return chosen


def _looks_like_headline(line: str) -> bool:
    words = line.count(" ") + 1
    unspaced = words < _HEADLINE_WORDS.start and bool(_UNSPACED.search(line))
    return (
        len(line) in _HEADLINE_CHARS
        and (unspaced or words in _HEADLINE_WORDS)
        and line[0] not in "•-*|>©#"
        and not (names_day(line) is not False or signed(line) or _FURNITURE.search(line))
    )
