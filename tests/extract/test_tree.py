"""The tree that trafilatura is given."""

import pytest
import trafilatura
from lxml import etree

from pipeline.extract import tree

PAGE = """<html lang="en"><head><title>The ferry sails</title><script>go()</script></head>
<body><nav><a href="/">Home</a></nav><p>The ferry left &amp; nobody on the quay waved.</p>
<!-- the quay --><p>It came back<br>with the tide.</body></html>"""


@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        "<!DOCTYPE html>\n" + PAGE,
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://www.w3.org/TR/x.dtd">' + PAGE,
        '<?xml version="1.0" encoding="iso-8859-1"?>' + PAGE,
        PAGE.replace("ferry", "f\x00er\x1bry"),
        PAGE.replace("ferry", "färje\ufffe\U0001f6f3"),
        PAGE.replace("ferry", "fer\ud83dry"),
        PAGE.replace('<html lang="en">', '<html lang="en" />'),
        "<html>",
        "<p>No more than this.</p>",
        "",
    ],
)
def test_a_page_is_parsed_as_by_trafilatura(page: str) -> None:
    """Whether or not there is something to repair, the tree is that of its own loader."""
    mine, theirs = tree.parse(page), trafilatura.load_html(page)
    if theirs is None:
        assert mine is None
        return
    etree.strip_elements(theirs, *tree.NEVER_TEXT, with_tail=False)
    assert etree.tostring(mine) == etree.tostring(theirs)
