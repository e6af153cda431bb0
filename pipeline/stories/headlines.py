"""Headlines that can stand for a story: without their site's name, and no live blog's."""

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.text import replaced

_SUFFIX = r"^(?P<head>.*[^\s|–—-])(?:\s+[-–—·•»]+\s+|\s*\|+\s*|\s+::\s+)(?P<tail>[^|]{2,40})$"
_TIMES = 3  # so often one site's headlines end alike before the end counts as its name
_SHARE = 0.1  # and in so large a share of them
_MEDIA = re.compile(
    r"\s*[\[(]\+?\s*(?:video|videos|photos?|pictures|watch|poll|audio|updated|فيديو|صور)"
    r"(?:\s*[&+,]\s*\w+)?\s*[\])]\s*$",
    re.IGNORECASE,
)
_LIVE = (
    r"(?i)^live\b|\blive[- ]?(?:blog|updates?|coverage|stream|results|ticker)"
    r"|\blive[:|]|[:|-]\s*live$|as it happened|minute[- ]by[- ]minute|liveticker"
    r"|en direct\b|en vivo|in diretta|ao vivo|^مباشر|بث مباشر|تغطية مباشرة|直播|ライブ"
)
_ROUNDUP = (
    r"(?i)\b(?:morning|evening|daily|weekly|news|world|business)[- ]"
    r"(?:briefing|briefs?|digest|roundup|round-up|wrap|headlines)\b"
    r"|\bround-?up\b|in brief\b|\bbriefs?:|what (?:you need )?to know|what we know"
    r"|\btop (?:stories|\d+)\b|week in review|newsletter|things to (?:know|watch)"
    r"|today in\b|this week in\b|\bquiz\b|^كاريكاتير|موجز|أبرز العناوين|عناوين الصحف"
)
_LISTED = (
    r"(?i)^(?:the )?(?:\d+|three|four|five|six|seven|eight|nine|ten) (?:\w+ ){0,2}"
    r"(?:things|questions|takeaways|reasons|ways|facts|times|quotes|moments|lessons|charts"
    r"|tweets|photos|points|thoughts)\b|takeaways\b|winners and losers|everything you need"
    r"|^here(?:'|’)?s |^why |^how |^what "
)
_AIRED = (
    r"(?i)^(?:watch|video|photos|gallery|podcast|opinion|editorial|analysis|column|letters?"
    r"|fact[- ]check|transcript|review|q&a|poll)\b\s*[:|-]|\bopinion$|\[(?:opinion|column)\]"
)
_QUESTION = r"[?؟？]\s*$"
_SHORT, _LONG = 12, 120  # characters
_WEIGHTS = ((_QUESTION, 0.15), (_LISTED, 0.5), (_AIRED, 0.5), (_LIVE, 2.0), (_ROUNDUP, 2.0))


def clean_headlines(titles: pa.ChunkedArray, sources: pa.ChunkedArray) -> pa.Array:
    """Take site names off the ends of headlines.

    An end after a dash or a bar is a site's name where it is like the source's own, or where
    many of the source's headlines end so.

    Parameters
    ----------
    titles, sources : string columns of n rows

    Returns
    -------
    string array of n rows
        A null title is empty.
    """
    titles = titles.combine_chunks().fill_null("").cast(pa.string())
    sources = sources.combine_chunks().fill_null("").cast(pa.string())
    titles = pc.utf8_trim_whitespace(pc.replace_substring_regex(titles, r"\s+", " "))
    for _ in range(2):  # "Headline | Politics | Site"
        titles = _without_names(titles, sources)
    return titles


def _without_names(titles: pa.Array, sources: pa.Array) -> pa.Array:
    rows = np.flatnonzero(_matches(titles, _SUFFIX))  # to match is cheaper than to extract
    ends = pc.extract_regex(titles.take(pa.array(rows)), _SUFFIX)
    found = pa.table(
        {"source": sources.take(pa.array(rows)), "tail": pc.struct_field(ends, "tail")}
    )
    written = dict(zip(*_counts(sources), strict=True))
    groups = found.group_by(["source", "tail"]).aggregate([([], "count_all")]).to_pylist()
    names = {
        (row["source"], row["tail"])
        for row in groups
        if _is_name(row["source"], row["tail"], row["count_all"], written[row["source"]])
    }
    pairs = zip(found["source"].to_pylist(), found["tail"].to_pylist(), strict=True)
    named = np.fromiter((pair in names for pair in pairs), dtype=np.bool_, count=len(rows))
    heads = pc.struct_field(ends, "head").filter(pa.array(named))
    return replaced(titles, rows[named], heads)


def _counts(values: pa.Array) -> tuple[list[str], list[int]]:
    counted = pc.value_counts(values)
    return (
        pc.struct_field(counted, "values").to_pylist(),
        pc.struct_field(counted, "counts").to_pylist(),
    )


def _is_name(source: str, tail: str, times: int, of: int) -> bool:
    """Tell whether an end is the site's name, by its spelling or by its frequency."""
    name = re.sub(r"\W|_", "", tail.casefold())
    site = re.sub(r"^www\.", "", source.casefold())
    place = re.sub(r"\W|_", "", site.rsplit(".", 1)[0])
    name = name.removeprefix("the") or name
    if name and place and name in (place, place.removeprefix("the"), re.sub(r"\W|_", "", site)):
        return True
    like = len(place) > 3 and (name.startswith(place) or (len(name) > 3 and name in place))
    initials = "".join(word[0] for word in re.findall(r"\w+", tail.casefold()))
    like |= len(initials) > 2 and initials.removeprefix("t") in (place, place.removeprefix("the"))
    return like or (times >= _TIMES and times >= _SHARE * of and len(tail.split()) <= 5)


def doubts(titles: pa.Array) -> NDArray[np.float64]:
    """Say how ill each headline would stand for a story; shape (n,), 0 for not at all.

    Live blogs and roundups tell of many events, and an empty headline of none: from 1. An
    opinion or a question is another's second choice.
    """
    length = pc.utf8_length(titles).to_numpy(zero_copy_only=False)
    doubt = np.where((length < _SHORT) | (length > _LONG), 0.25, 0.0)
    for pattern, weight in _WEIGHTS:
        doubt = doubt + weight * _matches(titles, pattern)
    return np.where(length == 0, 10.0, doubt)


def _matches(titles: pa.Array, pattern: str) -> NDArray[Any]:
    return pc.match_substring_regex(titles, pattern).to_numpy(zero_copy_only=False)


def shown(title: str) -> str:
    """Take notes on enclosed videos and photos off a headline."""
    return _MEDIA.sub("", title) or title
