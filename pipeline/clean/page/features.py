"""Features of lines: each line's own, its neighbours', and its place on the page."""

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.page import kernels as k
from pipeline.clean.page.characters import BULLET, CLOSE, DIGIT, LETTER, STOP
from pipeline.clean.page.lines import Lines, vocabulary_table

_SPANS = (2.0, 8.0)


def features(lines: Lines) -> tuple[NDArray[np.float64], list[str]]:
    """Compute what the line model weighs.

    Returns
    -------
    values : float64 array, shape (n, n_features)
        All within about -1 and 2.
    names : list of n_features str
    """
    own = _own(lines)
    prose = own["prose"]
    page = np.repeat(np.arange(len(lines.starts) - 1), np.diff(lines.starts))
    own |= _around(prose, lines.starts)
    own |= _place(prose, own["words"], lines.starts, page)
    for name in ("words", "ends", "prose", "bullet", "repeated", "capitals"):
        own |= _beside(name, own[name], lines.starts)
    # turned in one go: twice as fast as np.column_stack, which writes a number at a time
    return np.ascontiguousarray(np.stack(list(own.values())).T), list(own)


def _own(lines: Lines) -> dict[str, NDArray[np.float64]]:
    c = lines.counts.astype(np.float64).T
    _, vocabularies = vocabulary_table()
    chars, ideographs = np.maximum(c[k.CHARS], 1), c[k.IDEOGRAPHS]
    words = np.maximum(c[k.WORDS] + ideographs / 2, 1)
    spoken = np.maximum(c[k.WORDS], 1)
    ends = (c[k.ENDS] == STOP).astype(float)
    long = np.minimum(words / 12, 1)
    brief = 1 / (1 + words / 8)
    found = {
        "one": np.ones(len(words)),
        "words": np.log1p(words) / 3,
        "long": long,
        "longer": np.minimum(words / 40, 1),
        "ends": ends,
        "ends and long": ends * long,
        "ends otherwise": ((c[k.ENDS] > STOP) & (ends == 0)).astype(float),
        "bullet": (c[k.BEGINS] == BULLET).astype(float),
        "begins small": ((c[k.BEGINS] == LETTER) & (c[k.UPPERS] > 0)).astype(float),
        "begins with digit": (c[k.BEGINS] == DIGIT).astype(float),
        "quote": (c[k.BEGINS] == CLOSE).astype(float),
        "capitals": c[k.CAPITALS] / spoken,
        "uppers": c[k.UPPERS] / np.maximum(c[k.LETTERS], 1),
        "digits": c[k.DIGITS] / chars,
        "symbols": np.minimum(c[k.SYMBOLS] / chars * 10, 2),
        "commas": np.minimum(c[k.COMMAS] / words * 5, 2),
        "stops": np.minimum(c[k.STOPS] / words * 5, 2),
        "word length": c[k.LETTERS] / spoken / 10 * (ideographs == 0),
        "ideographs": (ideographs > 0).astype(float),
        "repeated": np.minimum(np.log(lines.repeats), 2),
    }
    for at, name in enumerate(vocabularies):
        hits = c[k.COUNTS + at]
        if at == 0:
            found[name] = hits / spoken
            found[f"{name} and long"] = hits / spoken * long
        else:
            found[name] = np.minimum(hits, 3) * brief
    found["prose"] = (ends * np.minimum(words / 8, 1) + 0.5 * long) * np.minimum(words / 15, 2) / 2
    return found


def _around(
    prose: NDArray[np.float64], starts: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    """Average the prose above and below each line, nearer lines weighing more."""
    found = {}
    for span in _SPANS:
        above, below = np.empty_like(prose), np.empty_like(prose)
        k.decayed(prose, starts, 1 - 1 / span, above)
        k.decayed(prose[::-1], (len(prose) - starts)[::-1].copy(), 1 - 1 / span, below)
        found[f"prose above, {span:g} lines"] = above
        found[f"prose below, {span:g} lines"] = below[::-1]
    return found


def _place(
    prose: NDArray[np.float64],
    words: NDArray[np.float64],
    starts: NDArray[np.int64],
    page: NDArray[np.int64],
) -> dict[str, NDArray[np.float64]]:
    n = np.diff(starts)
    total = np.concatenate([[0.0], np.cumsum(prose)])
    of_page = np.maximum(total[starts[1:]] - total[starts[:-1]], 1e-9)
    above = (total[:-1] - total[starts[:-1]][page]) / of_page[page]
    peak = np.zeros(len(n))
    np.maximum.at(peak, page, words)
    return {
        "place": (np.arange(len(prose)) - starts[:-1][page]) / np.maximum(n, 1)[page],
        "share of prose above": above,
        "against the longest": words / np.maximum(peak, 1e-9)[page],
        "lines of the page": np.log(np.maximum(n, 1))[page] / 5,
    }


def _beside(
    name: str, values: NDArray[np.float64], starts: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    before, after = np.zeros_like(values), np.zeros_like(values)
    before[1:] = values[:-1]
    after[:-1] = values[1:]
    first, last = starts[:-1][starts[:-1] < len(values)], starts[1:] - 1
    before[first] = 0
    after[last[last >= 0]] = 0
    return {f"{name} of the line above": before, f"{name} of the line below": after}
