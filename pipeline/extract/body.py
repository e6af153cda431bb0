"""The body of an article in a page of HTML."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from resiliparse.extract.html2text import extract_plain_text

_PROSE = 60
"""Characters from which a line is taken for running text."""
_ENOUGH = 1.5
"""A body needs no second opinion unless the page's main content has so many times its running
text: on 152 pages of 140 sites, no value from 0.8 to 2 changed how near the bodies came."""
_MISSED = 2.5
"""A body is too little where the page's main content has so many times its running text."""
_LONGEST_FURNITURE = 40  # words; in a longer line such words are the news
_FURNITURE = re.compile(
    r"\W*(related( \w+)?:|read (more|also|next)\b|also (on|read|see)\b|you (may|might) also"
    r"|more (on|from)\b|filed under|posted in\b|follow (us|the|our|\S+ on)\b"
    r"|like this (story|article)|share this\b|sign up (for|to)\b|subscribe\b"
    r"|most (read|popular)\b|click here|copyright\b|©|all rights reserved|tags?:|topics?:"
    r"|advertisement$|comments?$|get (the|our) (latest|day)|updated (at|on)\b"
    r"|lesen sie (auch|mehr)|mehr zum thema|das könnte sie|(à )?lire aussi|(lea|lee) también"
    r"|te puede interesar|leia (também|mais)|(leggi|vedi) anche|lees ook|läs (också|mer)|les også"
    r"|læs også|lue myös|(czytaj|przeczytaj|zobacz) (także|też)|čtěte také|citește și|olvassa el"
    r"|читайте также|читайте також|прочетете още|διαβάστε (επίσης|ακόμα)|baca juga"
    r"|đọc thêm|اقرأ أيضا|اقرأ أيضًا|طالع أيضا|بیشتر بخوانید|यह भी पढ़ें|ये भी पढ़ें"
    r"|相关阅读|延伸阅读|関連記事|관련 ?기사)",
    re.IGNORECASE,
)
"""How a line begins that only calls for something else to be read or done: in English, and what
that is elsewhere. Together they bring bodies of HTML 0.003 nearer to the true ones."""


def body_of(html: str, main: Callable[[], list[str]], title: str | None) -> str | None:
    """Give the body of a page by trafilatura in precision mode.

    Parameters
    ----------
    html : str
        The page.
    main : callable
        Gives the lines of its main content, as `main_text` does; asked only where the page's
        paragraphs do not show that the body is whole.
    title : str or None
        Its headline, which is not part of the body.

    Returns
    -------
    str or None
        Without lines that only call for something else to be read; None where next to
        nothing was found though the page seems to hold much more.
    """
    from pipeline.extract.tree import parse

    tree = parse(html)
    if tree is None:
        return None
    lines = _body_lines(tree, title, alone=True)
    if _accounts_for(lines, tree):
        return "\n".join(lines)
    expected = _prose(main())
    if not _prose(lines) or expected > _ENOUGH * _prose(lines):
        lines = _body_lines(tree, title, alone=False)
    if not lines or expected > _MISSED * _prose(lines):
        return None
    return "\n".join(lines)


def _accounts_for(lines: list[str], tree: Any) -> bool:
    """Tell whether lines are about as much running text as all paragraphs of a page.

    So it is on four pages of five, and is told in a tenth of the time that the main content takes.
    """
    found = _prose(lines)
    paragraphs = _prose([paragraph.text_content() for paragraph in tree.iter("p")])
    return 0 < found <= _ENOUGH * paragraphs and paragraphs <= _ENOUGH * found


def _body_lines(tree: Any, title: str | None, *, alone: bool) -> list[str]:
    """Extract by trafilatura: alone, or held against readability and justext."""
    import trafilatura

    text = trafilatura.extract(tree, options=_options(alone=alone))
    lines = [line for line in (text or "").splitlines() if not _is_furniture(line)]
    while lines and title and _same(lines[0], title):
        lines = lines[1:]
    return lines


@cache
def _options(*, alone: bool) -> Any:
    """Make these once: trafilatura takes a third of a millisecond for it."""
    from trafilatura.settings import Extractor

    return Extractor(output_format="txt", fast=alone, precision=True, comments=False)


def main_text(tree: Any) -> list[str]:
    """Give the lines of resiliparse's main content of a parsed page."""
    text = extract_plain_text(tree, main_content=True, alt_texts=False, comments=False)
    return str(text).strip().splitlines()


def _is_furniture(line: str) -> bool:
    return bool(_FURNITURE.match(line)) and len(line.split()) <= _LONGEST_FURNITURE


def _same(line: str, title: str) -> bool:
    return re.findall(r"\w+", line.casefold()) == re.findall(r"\w+", title.casefold())


def _prose(lines: list[str]) -> int:
    return sum(len(line) for line in lines if len(line) >= _PROSE)
