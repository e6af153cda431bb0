"""Credits in article bodies: the news agency of a dateline or a last line, and the byline.

Only the places and forms in which news prints a credit count: a mention ("told Reuters") is
none, nor is the credit of a picture ("AP Photo"), nor a contribution to a report.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.agencies import NAME_OF
from pipeline.text import first_characters, last_characters

_REACH = 240  # characters of each end that are read
_FIRST_LINES = 4
_TELLING = 3

_BY = r"(?i:by|von|par|por|di|da|door|av|af|oleh|автор|текст|بقلم|文)"
_SOURCE = (
    r"(?i:\b(?:source|quelle|fuente|fonte|bron|kilde|källa|sumber|kaynak|źródło|zdroj|источник"
    r"|джерело)s?|المصدر|来源|來源|स्रोत|with inputs from)"
)
_DASH = r"[-–—―−ـ]"
_BEHIND = rf"\s*(?:[:：]|\.?\s*{_DASH}|$)"
_DATELINES = tuple(
    re.compile(form)
    for form in (
        rf"[^\n()]{{0,60}}\((?P<a>[^()\n]{{2,45}})\){_BEHIND}",  # TEHRAN (Tasnim) – ; (EFE).-
        r"[【\[(](?P<a>[^】\])\n]{2,30})[】\])]",  # 【ワシントン時事】 ; [서울=뉴시스] ; (서울=연합뉴스)
        r"[^\W\d_][\w .'’/]{1,24}\((?P<a>[^()\n]{2,25})\)\s",  # Paris (AFP) The
        r"[^\n/]{2,50}[\s.,]/(?P<a>[^/\n]{2,20})/(?:[\s.:]|$)",  # МОСКВА, 5 июля. /ТАСС/.
        # МОСКВА, 3 фев — РИА Новости. ; دبي - رويترز:
        rf"[^\n–—:]{{2,40}}?\s?{_DASH}+\s*(?P<a>[^\n–—:]{{2,30}}?)\s*(?:[:：]|\.(?:\s|$)|{_DASH}\s|$)",
        rf"\W*(?P<a>[^\n–—:]{{2,30}}?)\s*{_DASH}+\s*[^\n:：]{{2,40}}(?:[:：]|$)",  # واس- بروكسل:
    )
)
_CLOSINGS = tuple(
    re.compile(form)
    for form in (
        r"[(\[«{（](?P<a>[^()（）\[\]«»\n]{2,45})[)\]»}）][\s.*]*$",  # (Reuters)
        # Ende. dpa ; — Bernama ; a line of its own
        rf"(?:^|\n|[.!?؟。…\"”»’)]\s|\s{_DASH}{{1,2}}\s?)\s*(?:[Tt]he )?(?P<a>(?:[^\n–—!?؟。….]|\.(?=\w)){{2,30}}?)[\s.*]*$",
    )
)
_CLOSING_REACH = 60
_LABELLED = re.compile(
    rf"{_SOURCE}\s?[:：]?\s*(?:[Tt]he )?(?P<a>[^\n()（）\[\].,;]{{2,40}}?)\s*(?:[)）\].,;\n]|$)"
)
_LABEL = re.compile(rf"(?:{_BY}[:\s]\s*|{_SOURCE}\s?[:：]?\s*)?(?P<names>.{{2,80}})$")
_SIGNED = re.compile(rf"{_BY}[:\s]\s*(?P<names>.{{3,80}})$")
_JOINTS = re.compile(r"\s*[,|;]\s*|\s+(?:and|und|y|et|e|-|–)\s+")
_DUTY = re.compile(
    r"^[Tt]he\s+|\s+(?:news agency|staff|reporters?|writer|agencies)$", re.IGNORECASE
)
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,4}$")
_PARTICLES = frozenset(
    ["al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le",
     "ten", "ter", "van", "von"]
)  # fmt: skip
_ENDINGS = frozenset(
    name[-2:].casefold()
    for name in (*NAME_OF, "agency", "staff", "reporter", "reporters", "writer", "agencies")
)
"""The last two letters of names, and of what `_DUTY` takes off behind them."""
_INNER = re.compile(r"[=/,]|\s?[-–]\s?")
_UNSPACED = tuple(name for name in NAME_OF if re.search(r"[\u3040-\u30ff\u3400-\u9fff]", name))
_CHINESE_WIRE = re.compile(
    rf"(?P<a>{'|'.join(_UNSPACED)})[^\s，。]{{1,12}}\d{{1,2}}月\d{{1,2}}日[电電]"
)


def credit_columns(
    texts: pa.ChunkedArray, rows: NDArray[np.int64], bylines: pa.Array
) -> dict[str, pa.Array]:
    """Find who signs each article, where its record does not say, and the agency it credits.

    Parameters
    ----------
    texts : large_string column
        Article bodies, with what their sites repeat: there an agency may be credited.
    rows : int64 array, shape (n,)
        Those to read.
    bylines : string array, shape (n,)
        As stated; may be null.

    Returns
    -------
    dict of string array, shape (n,)
        The columns ``byline``, as printed, and ``agency``, its usual short name as in
        `pipeline.agencies`; null where there is none.
    """
    heads = first_characters(texts, _REACH, rows)
    bylines = pc.coalesce(bylines, byline_column(heads))
    return {
        "byline": bylines,
        "agency": agency_column(heads, last_characters(texts, _REACH, rows), bylines),
    }


def agency_column(heads: pa.Array, tails: pa.Array, bylines: pa.Array) -> pa.Array:
    """Find the news agency that each article credits.

    Parameters
    ----------
    heads, tails : large_string arrays, shape (n,)
        The first and the last characters of article bodies.
    bylines : string array, shape (n,)
        May be null.

    Returns
    -------
    string array, shape (n,)
        The agency's usual short name, as in `pipeline.agencies`; null where none is
        credited.
    """
    found: list[str | None] = [None] * len(heads)
    for column, hint, reader in (
        (tails, _closing_hint(), closing_agency),
        (heads, _name_hint(), opening_agency),
        (bylines, ".", credited),
    ):
        matches = pc.match_substring_regex(column, hint).fill_null(False)
        rows = np.flatnonzero(matches.to_numpy(zero_copy_only=False))
        for row, text in zip(rows.tolist(), column.take(rows).to_pylist(), strict=True):
            found[row] = reader(text) or found[row]
    return pa.array(found, pa.string())


def opening_agency(head: str) -> str | None:
    """Find the agency that the first lines of a text credit.

    >>> opening_agency("TEHRAN (Tasnim) – The bridge was opened on Monday.")
    'Tasnim'
    >>> opening_agency("The minister told Reuters that the bridge was open.") is None
    True
    """
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    for line in lines[:_FIRST_LINES]:
        for form in _DATELINES:
            if (match := form.match(line)) and (name := _named_in(match["a"])):
                return name
        if match := _CHINESE_WIRE.match(line):
            return NAME_OF[match["a"]]
        if name := credited(line):
            return name
    return None


def closing_agency(tail: str) -> str | None:
    """Find the agency that the last characters of a text credit.

    >>> closing_agency("The bridge stays shut until spring. (Source: AFP)")
    'AFP'
    """
    last = tail.rstrip()[-_CLOSING_REACH:]
    for form, part in (*((form, last) for form in _CLOSINGS), (_LABELLED, tail)):
        if (match := form.search(part)) and (name := _named_in(match["a"])):
            return name
    return None


def byline_column(heads: pa.Array) -> pa.Array:
    """Find who signs each article, where one of its first lines says nothing else.

    Parameters
    ----------
    heads : large_string array, shape (n,)
        The first characters of article bodies.

    Returns
    -------
    string array, shape (n,)
        The names as printed, without "By"; null where no such line stands.
    """
    found: list[str | None] = [None] * len(heads)
    hint = pc.match_substring_regex(heads, rf"(?m)^\s*{_BY}[:\s]").fill_null(False)
    rows = np.flatnonzero(hint.to_numpy(zero_copy_only=False))
    for row, head in zip(rows.tolist(), heads.take(rows).to_pylist(), strict=True):
        lines = [line for line in head.splitlines() if line.strip()]
        found[row] = next(filter(None, map(signed, lines[:_FIRST_LINES])), None)
    return pa.array(found, pa.string())


def signed(line: str) -> str | None:
    """Give the names of a line that is nothing but a byline.

    >>> signed("By Ada Writer and Tom van Dale, Associated Press")
    'Ada Writer and Tom van Dale, Associated Press'
    >>> signed("By noon the river had fallen") is None
    True
    """
    label = _SIGNED.match(line.strip())
    if not label or not all(map(_is_person, _JOINTS.split(label["names"].rstrip(".")))):
        return None
    return label["names"].rstrip(".")


def credited(line: str) -> str | None:
    """Find the agency of a line that is nothing but a credit: ``By A. Writer, Associated Press``."""
    line = line.strip()
    label = _LABEL.match(line) if line.rstrip(".")[-2:].casefold() in _ENDINGS else None
    if not label:
        return None
    *people, last = _JOINTS.split(label["names"].rstrip("."))
    name = NAME_OF.get(_DUTY.sub("", _DUTY.sub("", last)))
    if not people and len(last) < _TELLING and last != "AP":
        return None  # two letters alone on a line may be anything
    return name if name and all(map(_is_person, people)) else None


def _is_person(words: str) -> bool:
    return bool(_PERSON.match(words)) and not any(
        word[0].islower() and word not in _PARTICLES for word in words.split()
    )


def _named_in(inside: str) -> str | None:
    """Look up what stands where an agency would: its name, or that beside a place or partner."""
    inside = inside.strip()
    if whole := NAME_OF.get(inside):
        return whole
    for part in _INNER.split(inside):
        name = NAME_OF.get(part)
        if name and not any(" " in other for other in _INNER.split(inside)):
            return name
    return next((NAME_OF[name] for name in _UNSPACED if inside.endswith(name)), None)


def _name_hint() -> str:
    """Give a pattern for RE2, which knows no look-around: a name as words of their own."""
    spaced = "|".join(re.escape(name) for name in NAME_OF if name not in _UNSPACED)
    spaced = spaced.replace(r"\ ", " ").replace(r"\-", "-")
    return rf"(?:^|[^\pL\pN])(?:{spaced})(?:$|[^\pL\pN])|{'|'.join(_UNSPACED)}"


def _closing_hint() -> str:
    """Give a pattern for RE2: a name at the very end, or behind a label."""
    label = _SOURCE.replace(r"\b", "")
    return (
        rf"(?:{_name_hint()})[^\n]{{0,26}}\s*$|{label}[^\pL\pN]{{0,4}}(?:the )?(?:{_name_hint()})"
    )
