"""A page of HTML as the tree that trafilatura works on."""

import logging
import re
from contextlib import suppress
from functools import cache

import trafilatura
from lxml import etree, html
from lxml.html import HtmlElement
from trafilatura import xpaths
from trafilatura.utils import HTML_PARSER

from pipeline.extract.xpaths import quicken

NEVER_TEXT = (
    "script", "style", "svg", "link", "iframe", "template", "select", "option", "object", "embed",
    "canvas", "button", "input", "textarea", "nav", "footer", "aside", "video", "audio", "source",
)  # fmt: skip
_SOUND = re.compile(r"\s{,30}(<!doctype html>\s*)?<html\b[^<>]*(?<!/)>", re.IGNORECASE)
_NOT_XML = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
"""Bytes of which trafilatura clears a page, and of U+FFFE and U+FFFF."""


def parse(page: str) -> HtmlElement | None:
    """Parse a page as trafilatura does; None where it would take the page for no HTML.

    What it would throw away is taken out beforehand, in one pass of lxml: its own are dozens.
    """
    _quicken()
    tree = _parsed_as_is(page)
    if tree is None:
        tree = trafilatura.load_html(page)
    if tree is not None:
        etree.strip_elements(tree, *NEVER_TEXT, with_tail=False)
    return tree


def _parsed_as_is(page: str) -> HtmlElement | None:
    """Parse a page in which trafilatura would find nothing to repair; None for any other.

    Its search for what to repair takes as long as lxml does to parse.
    """
    if not _SOUND.match(page) or "\ufffe" in page or "\uffff" in page:
        return None
    with suppress(UnicodeEncodeError, etree.LxmlError):
        data = page.encode()
        if len(data.translate(None, _NOT_XML)) == len(data):
            return html.fromstring(data, parser=HTML_PARSER)
    return None


@cache
def _quicken() -> None:
    """Let lxml choose the class of elements in C: in Python, it does so 3000 times a page.

    And let XPaths call Python only where they must, which halves their time.
    """
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    HTML_PARSER.set_element_class_lookup(
        etree.ElementDefaultClassLookup(
            element=html.HtmlElement,
            comment=html.HtmlComment,
            pi=html.HtmlProcessingInstruction,
            entity=html.HtmlEntity,
        )
    )
    for found in vars(xpaths).values():
        if isinstance(found, list) and all(isinstance(one, etree.XPath) for one in found):
            found[:] = map(quicken, found)
