"""One page of HTML to text and metadata."""

from functools import cache, partial
from typing import Any

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from pipeline.extract.body import body_of, main_text
from pipeline.extract.metadata import read_metadata


def warm(*, fast: bool) -> None:
    """Import what the first page would wait for."""
    extract_page("<html><body><p>Warm.</p></body></html>", None, fast=fast)


def extract_page(html: str, address: str | None, *, fast: bool) -> dict[str, Any]:
    """Read a page.

    Parameters
    ----------
    html : str
        The page.
    address : str or None
        Where it was found.
    fast : bool
        Use resiliparse's main content instead of trafilatura.

    Returns
    -------
    dict
        The fields of `Metadata`, and ``text``, the body; where none was found, the visible
        text of the whole page is ``page_text``, for the cleaner of page text.
    """
    tree = HTMLTree.parse(html)
    found: dict[str, Any] = read_metadata(tree, address)._asdict()
    main = cache(partial(main_text, tree))
    text = "\n".join(main()) if fast else body_of(html, main, found["title"])
    if text:
        found["text"] = text
    else:
        found["page_text"] = "\n".join(main()) or extract_plain_text(tree, alt_texts=False)
    return found
