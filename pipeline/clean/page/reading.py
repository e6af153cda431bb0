"""Pages to what they say: the body by the line model; headline, date, byline around it."""

import re
from collections.abc import Iterator, Sequence
from itertools import compress, pairwise
from operator import not_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.credits import credited
from pipeline.clean.page.told import Told, told_by

_OTHERS_DAY = re.compile(r"^\W*[—@]|:\s*$")
"""What a line with the date of a comment or of a post in the text begins or ends with."""
_REACH = 16  # lines above a body in which its date and byline are sought
_LONGEST_BYLINE = 120  # characters
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


class FoundBody(NamedTuple):
    """The lines of a page, and which of them are its body."""

    lines: list[str]
    body: list[bool]
    kinds: list[str]
    """From `kinds.KINDS`."""
    twice: list[bool]
    """Whether a line of the same letters and digits stands elsewhere on the page."""


def _read(pages: Sequence[str], known: list[NDArray[np.uint64] | None]) -> list[Page]:
    return [_page(*found) for found in found_bodies(pages, known)]


def found_bodies(
    pages: Sequence[str], known: Sequence[NDArray[np.uint64] | None] | None = None
) -> list[FoundBody]:
    """Find the body of each page.

    Parameters
    ----------
    pages : sequence of n str
    known : sequence of n uint64 arrays or None, optional
        Hashes of the lines that each page's site repeats.
    """
    from pipeline.clean.page.kinds import KINDS, kinds_of
    from pipeline.clean.page.lines import joined, line_texts, split_lines
    from pipeline.clean.page.model import find_bodies
    from pipeline.clean.page.states import BODY

    data, offsets = joined(pages)
    lines = split_lines(data, offsets)
    repeated = np.zeros(len(lines.hashes), bool)
    for page, hashes in enumerate(known or ()):
        if hashes is not None and len(hashes):
            a, b = lines.starts[page : page + 2]
            repeated[a:b] = np.isin(lines.hashes[a:b], hashes)
    states = find_bodies(lines, repeated)
    kinds = np.array(KINDS, dtype=object)[kinds_of(lines, states, repeated)].tolist()
    body = (states == BODY).tolist()
    texts = line_texts(data, lines.spans)
    twice = (lines.repeats > 1).tolist()
    starts = lines.starts.tolist()
    return [FoundBody(texts[a:b], body[a:b], kinds[a:b], twice[a:b]) for a, b in pairwise(starts)]


def _page(lines: list[str], body: list[bool], kinds: list[str], twice: list[bool]) -> Page:
    from pipeline.clean.page.headline import around, headline

    if True not in body:
        return Page(None, None, None, None, "", list(zip(kinds, lines, strict=True)))
    start = body.index(True)
    stop = len(body) - body[::-1].index(True)
    above = list(range(start - 1, max(start - _REACH, 0) - 1, -1))
    opening = range(start, min(start + _BEGINNING, stop))
    near = [*above, *opening, *range(stop, min(stop + _BEHIND, len(lines)))]
    told = {at: told_by(lines[at]) for at in {*near, *around(start, len(lines))}}
    kept = " ".join(compress(lines, body))
    title_at = headline(lines, kinds, twice, start, kept, told)
    title = lines[title_at] if title_at is not None else None
    date_at = _date_line(lines, near, above, told)
    brief = (at for at in near if len(lines[at]) <= _LONGEST_BYLINE)
    signatures = ((at, told[at].signed, credited(lines[at])) for at in brief)
    byline_at, byline, agency = next(
        (found for found in signatures if found[1] or found[2]), (None, None, None)
    )
    kinds = kinds.copy()
    body = body.copy()
    if date_at is not None and (not body[date_at] or date_at == byline_at):
        kinds[date_at] = "date"
    if byline_at is not None:
        body[byline_at] = False
        kinds[byline_at] = "date" if byline_at == date_at else "byline"
    for at in [] if title_at is None else _places(lines, lines[title_at]):
        kinds[at], body[at] = "headline", False
    text = "\n\n".join(compress(lines, body))
    cut = list(compress(zip(kinds, lines, strict=True), map(not_, body)))
    dated = None if date_at is None else lines[date_at]
    return Page(title, dated, byline, agency, text, cut)


def _date_line(
    lines: list[str], near: list[int], above: list[int], told: dict[int, Told]
) -> int | None:
    """Choose the line that says when the page was published.

    A date comes before that of a change, and both before how long ago it was: "two hours ago"
    below a body is a comment's.
    """
    dated = [at for at in near if told[at].day is not False and not _OTHERS_DAY.search(lines[at])]
    for kind in (True, None):
        if (at := next((at for at in dated if told[at].day is kind), None)) is not None:
            return at
    return next((at for at in above if told[at].ago), None)


def _places(lines: list[str], line: str) -> Iterator[int]:
    at = -1
    for _ in range(lines.count(line)):
        at = lines.index(line, at + 1)
        yield at
