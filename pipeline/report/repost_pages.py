"""The pages of a repost group: who reprinted an article, and what of it was changed."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa
from markupsafe import Markup

from pipeline.report import words
from pipeline.report.difference import differences
from pipeline.report.paper import Paper, cut

_ROWS_BYTES = 60_000
_LONGEST_TEXT = 20_000
"""Characters of each text that are compared."""
_MOST_PAIRS = 10
"""Reposts of a group that are compared: a wire that a thousand outlets took is a thousand
times the same comparison."""
_NO_TEXTS = (
    "The texts are not part of an export folder. Make the report of an archive "
    "(storyfold report --archive DIR) or at the end of a run (storyfold run … --report) "
    "to see them side by side."
)


class Texts:
    """Texts by article."""

    def __init__(self, table: pa.Table | None) -> None:
        self.known = table is not None
        self._column = table["text"] if table is not None else None
        ids = table["article_id"].to_pylist() if table is not None else []
        self._rows = {name: row for row, name in enumerate(ids)}

    def of(self, article_id: str) -> str | None:
        """Give the text of an article; None where it is not known."""
        row = self._rows.get(article_id)
        return None if row is None or self._column is None else self._column[row].as_py()


class _Pair(NamedTuple):
    repost: dict[str, Any]
    kept_text: str
    text: str
    url: str


def group_url(kept_id: str, part: str = "") -> str:
    """Give the path of a page of the group of an article's reposts."""
    return f"reposts/{words.folder_of(kept_id)}/{words.file_name(kept_id)}{part}.html"


def relation_said(row: dict[str, Any]) -> str:
    """Say how a text is a repost."""
    if row["relation"] == "exact":
        return "same text"
    if row["relation"] == "excerpt":
        return f"excerpt, {words.percent(row['containment'])} of it shared"
    if row["relation"] == "near":
        return f"near copy, {words.percent(row['jaccard'])} in common"
    return words.clean(row["relation"], 40) or "repost"


def write_group(
    paper: Paper,
    story: dict[str, Any],
    story_url: str,
    kept: dict[str, Any],
    reposts: list[dict[str, Any]],
    texts: Texts,
) -> dict[str, str]:
    """Write the pages of a group: the list, with the most changed repost, and one a repost.

    Parameters
    ----------
    paper : Paper
    story : dict
        Row of schema.STORIES.
    story_url : str
        Its page, within the report.
    kept : dict
        Row of look's MEMBERS.
    reposts : list of dict
        Likewise, in order.
    texts : Texts

    Returns
    -------
    dict of str to str
        The page on which a repost's text stands beside the kept one, by article id; none for
        texts that are the same, or not known.
    """
    kept = {**kept, "language": story["language"]}
    reposts = [{**row, "language": story["language"]} for row in reposts]
    pairs = _pairs(kept, reposts, texts)
    urls = {pair.repost["article_id"]: pair.url for pair in pairs}
    parts = cut(_rows(paper, kept, reposts, urls, texts), _ROWS_BYTES)
    common = {
        "story_title": story["title"],
        "story_url": story_url,
        "kept": kept,
        "said": _said(kept, reposts),
        "group_url": group_url(kept["article_id"]),
        "most_pairs": _MOST_PAIRS if len(pairs) == _MOST_PAIRS else 0,
        "many": len(parts),
        "urls": _urls(kept["article_id"]),
        "no_texts": _NO_TEXTS if not texts.known else _nothing_to_compare(texts, kept),
    }
    main = group_url(kept["article_id"])
    shown = next((pair for pair in pairs if pair.url == main), None)
    for number, rows in enumerate(parts, 1):
        pair = _drawn(paper, kept, shown, "", "") if shown and number == 1 else None
        url = group_url(kept["article_id"], f".{number}" if number > 1 else "")
        paper.write(url, "reposts.html", **common, number=number, rows=rows, pair=pair)
    for at, one in enumerate(pairs):
        if one.url != main:
            before = pairs[at - 1].url if at else ""
            after = pairs[at + 1].url if at + 1 < len(pairs) else ""
            pair = _drawn(paper, kept, one, before, after)
            paper.write(one.url, "reposts.html", **common, number=0, rows=[], pair=pair)
    return {name: f"{url}#texts" for name, url in urls.items()}


def _pairs(kept: dict[str, Any], reposts: list[dict[str, Any]], texts: Texts) -> list[_Pair]:
    """Give the most changed reposts, in order; the very most has the group's own page."""
    kept_text = texts.of(kept["article_id"])
    if kept_text is None:
        return []
    changed = [
        (row, text)
        for row in reposts
        if (text := texts.of(row["article_id"])) is not None and text != kept_text
    ]
    if not changed:
        return []
    order = sorted(range(len(changed)), key=lambda at: changed[at][0]["jaccard"] or 0.0)
    changed = [changed[at] for at in sorted(order[:_MOST_PAIRS])]
    most = min(range(len(changed)), key=lambda at: changed[at][0]["jaccard"] or 0.0)
    parts = ["" if at == most else f".p{at + 1}" for at in range(len(changed))]
    return [
        _Pair(row, kept_text, text, group_url(kept["article_id"], part))
        for part, (row, text) in zip(parts, changed, strict=True)
    ]


def _rows(
    paper: Paper,
    kept: dict[str, Any],
    reposts: list[dict[str, Any]],
    urls: dict[str, str],
    texts: Texts,
) -> Iterator[Markup]:
    kept_text = texts.of(kept["article_id"])
    for row in reposts:
        url = urls.get(row["article_id"], "")
        text = texts.of(row["article_id"])
        yield paper.parts.overlap(
            {
                **row,
                "behind": words.behind(_behind(row, kept)),
                "compare": url and f"{url}#texts",
                "texts": "" if text is None else "the same" if text == kept_text else "changed",
            },
            "../../",
        )


def _behind(row: dict[str, Any], kept: dict[str, Any]) -> Any:
    known = row["published"] and kept["published"]
    return row["published"] - kept["published"] if known else None


def _said(kept: dict[str, Any], reposts: list[dict[str, Any]]) -> str:
    outlets = len({row["source"] for row in reposts} - {None})
    last = max((late for row in reposts if (late := _behind(row, kept)) is not None), default=None)
    said = f"{words.counted(len(reposts), 'repost')} by {words.counted(outlets, 'outlet')}"
    if last is not None and last.total_seconds() > 0:
        return f"{said} within {words.length(last)}."
    return f"{said}."


def _nothing_to_compare(texts: Texts, kept: dict[str, Any]) -> str:
    if texts.of(kept["article_id"]) is None:
        return "The text of the kept article is not at hand."
    return "Every repost has the very text of the kept article."


def _urls(kept_id: str) -> Callable[[int], str]:
    def url(number: int) -> str:
        return group_url(kept_id, f".{number}" if number > 1 else "").rsplit("/", 1)[-1]

    return url


def _drawn(
    paper: Paper, kept: dict[str, Any], pair: _Pair, before: str, after: str
) -> dict[str, Any]:
    left, right = (words.visible(text[:_LONGEST_TEXT]) for text in (pair.kept_text, pair.text))
    longest = max(len(pair.kept_text), len(pair.text))
    language = words.clean(kept["language"], 20)
    return {
        "repost": pair.repost,
        "said": f"{relation_said(pair.repost)[0].upper()}{relation_said(pair.repost)[1:]}.",
        "cut": _LONGEST_TEXT if longest > _LONGEST_TEXT else 0,
        "longest": longest,
        "passages": [
            paper.parts.passage(row, language, language) for row in differences(left, right)
        ],
        "before": before,
        "after": after,
    }
