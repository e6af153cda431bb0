"""The words of dates: months, weekdays, halves of the day, phrases for how long ago."""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

_NAMES = Path(__file__).with_name("names.csv")
_DOTS = str.maketrans("", "", ". ")

Meanings = dict[int, frozenset[str]]
"""The numbers that a name stands for, each with the languages in which it does; no languages
where it stands for one number only."""


@cache
def _table() -> dict[str, dict[str, Meanings]]:
    found: defaultdict[str, defaultdict[str, Meanings]] = defaultdict(lambda: defaultdict(dict))
    with _NAMES.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
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


def ago(unit: str, phrase: str) -> int | None:
    """Tell how many units ago a phrase names; 0 where # stands for their number in it.

    >>> ago("hour", "vor # stunden"), ago("day", "yesterday"), ago("day", "soon")
    (0, 1, None)
    """
    return next(iter(_table()[unit].get(phrase.translate(_DOTS), {})), None)
