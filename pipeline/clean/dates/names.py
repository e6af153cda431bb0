"""The words of dates: months, weekdays, halves of the day, phrases for how long ago."""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

_NAMES = Path(__file__).with_name("names.csv")
_SPANS = ("minute", "hour", "day")
_DOTS = str.maketrans("", "", ". ")

Meanings = dict[int, frozenset[str]]
"""The numbers that a name stands for, each with the languages in which it does; no languages
where it stands for one number only."""


@cache
def _rows() -> list[dict[str, str]]:
    with _NAMES.open(newline="", encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


@cache
def _table() -> dict[str, dict[str, Meanings]]:
    found: defaultdict[str, defaultdict[str, Meanings]] = defaultdict(lambda: defaultdict(dict))
    for row in _rows():
        name = row["name"].translate(_DOTS)
        found[row["kind"]][name][int(row["number"])] = frozenset(row["languages"].split())
    return {kind: dict(names) for kind, names in found.items()}


def months(name: str) -> Meanings:
    """Tell which months, from 1, a name stands for.

    >>> months("juillet"), sorted(months("listopada"))
    ({7: frozenset()}, [10, 11])
    """
    table = _table()["month"]
    name = name.translate(_DOTS)
    return table.get(name) or table.get(name.removeprefix("ב"), {})  # Hebrew: in July


def weekdays(name: str) -> Meanings:
    """Tell which weekdays a name stands for, Monday being 0."""
    return _table()["weekday"].get(name.translate(_DOTS), {})


def half(name: str) -> int | None:
    """Tell the half of the day, 0 or 1; None for a word that is neither."""
    return next(iter(_table()["half"].get(name.translate(_DOTS), {})), None)


def ago(phrase: str) -> tuple[str, int] | None:
    """Tell the unit, and how many of them ago, of a phrase; 0 where # stands for the number.

    >>> ago("vor # stunden"), ago("yesterday"), ago("soon")
    (('hour', 0), ('day', 1), None)
    """
    return _spans().get(phrase.translate(_DOTS))


def begins_span(word: str) -> bool:
    """Tell whether a word begins a phrase for how long ago that has no figure."""
    return word in _first_words()


@cache
def _spans() -> dict[str, tuple[str, int]]:
    return {
        name: (unit, next(iter(meanings)))
        for unit in _SPANS
        for name, meanings in _table()[unit].items()
    }


@cache
def _first_words() -> frozenset[str]:
    names = (row["name"] for row in _rows() if row["kind"] in _SPANS)
    return frozenset(name.split()[0] for name in names if "#" not in name)
