"""Dates that can mean two days: settled by evidence, or left open."""

from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.clean.dates.names import months
from pipeline.clean.dates.written import DAY_FIRST, EITHER, MONTH_FIRST

_ANYWHERE = frozenset(
    ["ai", "cc", "co", "eu", "fm", "gg", "io", "la", "ly", "me", "to", "tv", "ws"]
)
"""Domains of countries that sites of all countries use."""
_MONTH_FIRST_COUNTRIES = frozenset(["us"])
_MIXED_COUNTRIES = frozenset(["ca", "ph", "pa", "pr", "fm", "mh", "pw", "gu"])
_DAY_FIRST_ENGLISH = frozenset(
    ["ae", "au", "bb", "bd", "bh", "bw", "bz", "cy", "eg", "fj", "gb", "gh", "gm", "gy", "hk", "ie",
     "il", "in", "jm", "jo", "kw", "lb", "lk", "ls", "mt", "mu", "mv", "mw", "my", "na", "ng", "np",
     "nz", "om", "pg", "pk", "qa", "sa", "sc", "sg", "sl", "sz", "tt", "tz", "ug", "uk", "vu", "zm",
     "zw"]
)  # fmt: skip
_DAY_FIRST_LANGUAGES = frozenset(
    ["af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "es", "et", "fi",
     "fr", "ga", "gl", "gu", "he", "hi", "hr", "hy", "id", "is", "it", "ka", "kk", "kn", "lv", "mk",
     "ml", "mr", "ms", "nb", "nl", "nn", "no", "pa", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr",
     "sw", "ta", "te", "th", "tr", "uk", "ur", "vi"]
)  # fmt: skip
"""Of those in `names.csv`, the ones whose short numeric date in the CLDR is day, month, year."""


@cache
def country_of(site: str | None, language: str | None) -> str | None:
    """Tell the country of a site by its domain, or by the region of the language it states.

    ``en-US`` is what content systems state where nobody said otherwise: it tells nothing.

    Parameters
    ----------
    site : str or None
        Host name or URL.
    language : str or None
        As stated, like ``en-GB``.

    Returns
    -------
    str or None
        Two small letters.
    """
    host = (urlsplit(site).hostname if site and "//" in site else site) or ""
    domain = host.rpartition(".")[2].lower()
    if "." in host and len(domain) == 2 and domain.isalpha() and domain not in _ANYWHERE:
        return domain
    region = (language or "").replace("_", "-").partition("-")[2].lower()
    return region if len(region) == 2 and region != "us" else None


def settle_dates(articles: pa.Table, languages: pa.Array) -> tuple[pa.Array, int]:
    """Choose one of the two days that some dates can mean.

    The evidence, in order: dates of the same site that can be read in one way only, unless they
    contradict each other; the country of the site; the language of the article. For a month's
    name, the language alone.

    Parameters
    ----------
    articles : table with the columns of schema.DATED
    languages : string array, shape (n,)
        The language of each.

    Returns
    -------
    published : timestamp[us, UTC] array, shape (n,)
        Null where nothing tells.
    left : int
        How many dates were left open, and so became null.
    """
    published = articles["published"].combine_chunks()
    others = articles["published_otherwise"].combine_chunks()
    if others.null_count == len(others):
        return published, 0
    orders = _orders_of_sites(articles)
    open_rows = np.flatnonzero(others.is_valid().to_numpy(zero_copy_only=False))
    second = np.zeros(len(articles), dtype=bool)
    neither = np.zeros(len(articles), dtype=bool)
    columns = [
        column.take(pa.array(open_rows)).to_pylist()
        for column in (
            articles["date_form"],
            articles["source"],
            articles["date_country"],
            languages,
        )
    ]
    for row, form, site, country, language in zip(open_rows.tolist(), *columns, strict=True):
        if form == EITHER:
            order = orders.get(site, "") if site in orders else _usual_order(country, language)
            second[row], neither[row] = order == MONTH_FIRST, not order
        else:
            spoken = [language in where for where in months(form).values()]
            second[row], neither[row] = spoken[1], True not in spoken
    chosen = pc.if_else(pa.array(second), others, published)
    return pc.if_else(pa.array(neither), pa.scalar(None, chosen.type), chosen), int(neither.sum())


def _orders_of_sites(articles: pa.Table) -> Mapping[str | None, str]:
    """Tell how each site writes its dates; "" for one that writes them in both ways."""
    told = articles.filter(pc.is_in(articles["date_form"], pa.array([DAY_FIRST, MONTH_FIRST])))
    found: dict[str | None, str] = {}
    for site, form in zip(told["source"].to_pylist(), told["date_form"].to_pylist(), strict=True):
        found[site] = form if found.get(site, form) == form else ""
    found.pop(None, None)  # articles of unknown sites say nothing of each other
    return found


def _usual_order(country: str | None, language: str | None) -> str:
    if country in _MONTH_FIRST_COUNTRIES:
        return MONTH_FIRST
    if country in _MIXED_COUNTRIES:
        return ""
    if language in _DAY_FIRST_LANGUAGES or (language == "en" and country in _DAY_FIRST_ENGLISH):
        return DAY_FIRST
    return ""
