"""XPaths made faster: the same elements, in the same order."""

import runpy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from lxml.etree import XPath
from trafilatura import xpaths

from pipeline.extract.xpaths import quicken

REGEXPS = {"re": "http://exslt.org/regular-expressions"}
OURS = [
    ".//*[self::div or self::p][re:test(@id, 'foot|nav') or re:test(@class, '^nav', 'i')]",
    ".//*[self::div or self::ul][re:test(@id|@class, 'nav')][not(.//p) or re:test(@id, 'foot')]",
    ".//*[re:test(@class, 'x*')]",
    ".//*[@aria-label or starts-with(@class|@id, 'nav') or re:test(@id, 'SHARE(?!-)', 'i')]",
    ".//*[self::p][contains(translate(@role, 'N', 'n'), 'nav')][position() < 2]",
    ".//*[self::div or self::p][re:test(@class, 'nav')][1]",
    "(.//*[self::div or self::p][@class='nav' or @id])[1]",
    "(.//*[self::div or self::p][re:test(@class, 'foot')])[1]|(.//ul)[1]",
    ".//*[self::div][@id='nav'][position() < 3]",
    ".//p",
]
"""Forms that trafilatura's have, and some that must not be touched."""
FRESH = runpy.run_path(str(xpaths.__file__))  # its own may have been made faster already
LISTS = {
    name: value
    for name, value in FRESH.items()
    if isinstance(value, list) and all(isinstance(one, XPath) for one in value)
}

values = st.lists(
    st.sampled_from(["nav", "Nav", "footer", "share-", "author", "comments", "hidden", "x", " "]),
    max_size=3,
).map(" ".join)
attributes = st.lists(
    st.tuples(st.sampled_from(["id", "class", "style", "role", "aria-label"]), values),
    unique_by=lambda it: it[0],
)
names = st.sampled_from(["div", "p", "span", "section", "ul", "ol", "list", "article", "a"])


def element(name: str, given: list[tuple[str, str]], children: list[Any]) -> Any:
    made = etree.Element(name)
    for attribute, value in given:
        made.set(attribute, value)
    made.extend(children)
    return made


elements = st.recursive(
    st.builds(element, names, attributes, st.just([])),
    lambda children: st.builds(element, names, attributes, st.lists(children, max_size=4)),
    max_leaves=30,
)


@given(tree=elements)
def test_the_same_elements_are_found(tree: Any) -> None:
    """Whatever attributes there are, in whatever order."""
    ours = [XPath(path, namespaces=REGEXPS) for path in OURS]
    for found in [*ours, *(one for several in LISTS.values() for one in several)]:
        faster = quicken(found)
        assert faster(tree) == found(tree), found.path
        assert faster(tree) == found(tree), f"{found.path}, the second time"


def test_values_are_remembered_only_so_far() -> None:
    """Twenty thousand classes, long ones among them, are looked at like any others."""
    rows = "".join(
        f'<p class="{"nav" * (at % 2)} {at} {"y" * (at % 700)}">' for at in range(20_000)
    )
    tree = html.fromstring(f"<div>{rows}</div>")
    found = XPath(".//*[self::p][re:test(@class, 'nav')]", namespaces=REGEXPS)
    faster = quicken(found)
    assert faster is not found
    assert len(found(tree)) == 10_000
    assert faster(tree) == found(tree)


@pytest.mark.parametrize(
    "name",
    ["OVERALL_DISCARD_XPATH", "REMOVE_COMMENTS_AND_LISTS_XPATH", "RAW_TREE_PRUNE_XPATH"],
)
def test_what_takes_the_most_time_is_made_faster(name: str) -> None:
    """Trafilatura's costliest expressions are still of a form that is understood."""
    for found in LISTS[name]:
        assert quicken(found) is not found
