"""Make ``names.csv``: months, weekdays, halves of the day, and how long ago, in many languages.

    python -m pipeline.clean.dates.make_names

The names are those of the Unicode CLDR (Unicode licence), read through Babel (BSD licence),
which the tests install and a run does not need; and what sites also print.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.clean.dates.normal import folded

PATH = Path(__file__).with_name("names.csv")
LOCALES = (  # noqa: SIM905 - one a line would fill the page
    "af am ar ar_DZ ar_LB ar_MA az be bg bn bs ca cs cy da de de_AT el en es et eu fa fi fil fr "
    "ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms mt my ne nl "
    "no pa pl ps pt ro ru si sk sl sq sr sr_Latn sv sw ta te th tr uk ur uz vi zh zh_Hant"
).split()

_PRINTED = {
    ("month", 1): "janv|ene|gennaio|genn|января|янв",
    ("month", 2): "fév|févr|febr|фев",
    ("month", 3): "mär|mrz|maerz",
    ("month", 4): "avr|abr",
    ("month", 7): "juil",
    ("month", 8): "août|aoû|aout|ago",
    ("month", 9): "sept|set|septiembre|setiembre",
    ("month", 10): "out|ott",
    ("month", 12): "déc|dic|dez",
    ("half", 0): "ص|ق.ظ|上午|午前|오전|凌晨|早上",
    ("half", 1): "م|ب.ظ|下午|午後|오후|μμ",
    ("minute", 0): "# min ago|# mins ago|#m ago|# m ago|vor # min|hace # min|il y a # min|# min fa|"
    "há # min|# мин назад|# min temu|# min önce|# dk önce|منذ # دقيقة|منذ # دقائق|# min geleden",
    ("minute", 1): "a minute ago",
    (
        "hour",
        0,
    ): "# hr ago|# hrs ago|#h ago|# h ago|#hr ago|#hrs ago|vor # std|hace # hs|hace # hrs|"
    "il y a #h|há #h|#h atrás|# horas atrás|# h temu|#h geleden|# u geleden|منذ # ساعة|"
    "منذ # ساعات|# час назад|# घंटा पहले",
    ("hour", 1): "an hour ago|vor einer stunde|hace una hora|il y a une heure|un'ora fa|un’ora fa|"
    "há uma hora|een uur geleden|час назад|منذ ساعة|قبل ساعة|godzinę temu|bir saat önce",
    ("hour", 2): "منذ ساعتين",
    ("day", 0): "#d ago|منذ # أيام|منذ # يوم|# días atrás|# dias atrás|today|heute|hoy|aujourd'hui|"
    "aujourd’hui|oggi|hoje|vandaag|сегодня|сьогодні|اليوم|bugün|dziś|dzisiaj|dnes|danes|danas|днес|"
    "i dag|idag|tänään|azi|σήμερα|היום|आज|hari ini|hôm nay|วันนี้|今天|今日|오늘|امروز|avui|gaur",
    ("day", 1): "yesterday|a day ago|gestern|ayer|hier|ieri|ontem|gisteren|вчера|вчора|أمس|dün|"
    "wczoraj|včera|včeraj|jučer|juče|i går|igår|eilen|tegnap|χθες|χτες|אתמול|kemarin|semalam|"
    "hôm qua|เมื่อวาน|เมื่อวานนี้|昨天|昨日|어제|دیروز|ahir|atzo|منذ يوم|vor einem tag|hace un día|"
    "il y a un jour|un giorno fa|há um dia",
}
"""What sites also print. Where a number is to be read, it is #; else the one beside counts."""
_NO_HALVES = {"a", "d", "da", "de", "du", "f", "i", "n", "p", "r", "to", "w"}
"""What may follow a time without meaning half of the day: "a las 6:30 de la tarde"."""
_SPANS = {
    "minute": "minute", "minute-short": "minute", "hour": "hour", "hour-short": "hour",
    "day": "day", "day-short": "day",
}  # fmt: skip

Name = tuple[str, int, str, str]
"""Kind, number, name and language: months from 1, Monday 0, the forenoon 0, units ago."""


def names() -> Iterator[Name]:
    """Give every name."""
    from babel import Locale

    for code in LOCALES:
        locale = Locale.parse(code)
        yield from _calendar("month", locale.months, locale.language)
        yield from _calendar("weekday", locale.days, locale.language)
        yield from _halves(locale.day_periods["format"], locale.language)
        yield from _spans_ago(locale._data["date_fields"], locale.language)  # noqa: SLF001 - nowhere else
    for (kind, number), printed in _PRINTED.items():
        for name in printed.split("|"):
            yield kind, number, name, "und"


def _calendar(kind: str, table: Any, language: str) -> Iterator[Name]:
    # of abbreviations that stand alone Babel gives those of another language
    for context, width in (("format", "wide"), ("format", "abbreviated"), ("stand-alone", "wide")):
        for number, name in table[context][width].items():
            if not folded(name)[0].isdigit():
                yield kind, number, name, language


def _halves(table: Any, language: str) -> Iterator[Name]:
    for width in ("abbreviated", "wide"):
        for number, half in enumerate(("am", "pm")):
            name = table.get(width, {}).get(half)
            if name and folded(name).strip(".") not in _NO_HALVES:
                yield "half", number, name, language


def _spans_ago(fields: Any, language: str) -> Iterator[Name]:
    for field, kind in _SPANS.items():
        if field in fields and "past" in fields[field]:
            for form, phrase in fields[field]["past"].items():
                number = {"one": 1, "two": 2}.get(form, 0)
                yield kind, 0 if "{0}" in phrase else number, phrase.format("#"), language


def main() -> None:
    """Write every name once, with its languages where it means another thing in others."""
    languages: defaultdict[tuple[str, str], defaultdict[int, set[str]]]
    languages = defaultdict(lambda: defaultdict(set))
    for kind, number, name, language in names():
        languages[kind, folded(name).strip(".")][number].add(language)
    with PATH.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["kind", "number", "name", "languages"])
        for (kind, name), meanings in sorted(languages.items()):
            for number, spoken in sorted(meanings.items()):
                where = " ".join(sorted(spoken)) if len(meanings) > 1 else ""
                rows.writerow([kind, number, name, where])


if __name__ == "__main__":
    main()
