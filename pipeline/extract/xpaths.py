"""Let the XPaths of trafilatura find what they find, in less time.

Most of them ask a regular expression of each element's class and id, by way of Python: also
where there is none, and again for each element of the same class.
"""

import re
from collections.abc import Callable
from typing import Any

from lxml.etree import XPath

_OURS = "urn:storyfold:xpaths"
_TEST = re.compile(r"re:test\((@\w+(?:\|@\w+)*), '([^']*)'(?:, '([^']*)')?\)")
_OF_SOME_TAGS = re.compile(r"\s*\.//\*\[((?:self::\w+ or )*self::\w+)\](\[.*\])\s*", re.DOTALL)
_BY_POSITION = re.compile(r"\[\s*\d|position\(|last\(")
_REMEMBERED = 4096
"""Values whose outcome is kept, of each regular expression; none longer than `_LONGEST`."""
_LONGEST = 500


def quicken(found: XPath) -> XPath:
    """Give an XPath that finds the same elements in the same order, sooner.

    An attribute is tested only where it is, and each of its values once; and where elements of
    some tags are sought, others are passed over by name.

    Parameters
    ----------
    found : lxml.etree.XPath
        With EXSLT's ``re:test`` or without.

    Returns
    -------
    lxml.etree.XPath
        The same one, where it has nothing to be made faster.
    """
    tests: dict[tuple[str, str], Callable[[Any, Any], bool]] = {}

    def guarded(match: re.Match[str]) -> str:
        attributes, pattern, flags = match.groups(default="")
        name = f"test{len(tests)}"
        tests[_OURS, name] = test = _remembering(pattern, flags)
        value = attributes if "|" in attributes else f"string({attributes})"
        call = f"ours:{name}({value})"
        return call if test(None, "") else f"(({attributes}) and {call})"

    path = _by_tag(_TEST.sub(guarded, found.path))
    if path == found.path or "re:" in path:
        return found
    return XPath(
        path, namespaces={"ours": _OURS}, extensions=tests, regexp=False, smart_strings=False
    )


def _by_tag(path: str) -> str:
    """Write ``.//*[self::p or self::q][...]`` as ``.//p[...]|.//q[...]``."""
    parts = _OF_SOME_TAGS.fullmatch(path)
    if not parts or _BY_POSITION.search(parts[2]):
        return path
    tags = re.findall(r"self::(\w+)", parts[1])
    return "|".join(f".//{tag}{parts[2]}" for tag in tags)


def _remembering(pattern: str, flags: str) -> Callable[[Any, Any], bool]:
    """Give EXSLT's test for one pattern; of several nodes, it is the first that counts."""
    expression = re.compile(pattern, re.IGNORECASE if "i" in flags else 0)
    outcomes: dict[str, bool] = {}

    def test(_context: Any, value: Any) -> bool:
        if isinstance(value, list):
            value = value[0] if value else ""
        outcome = outcomes.get(value)
        if outcome is None:
            outcome = expression.search(value) is not None
            if len(value) <= _LONGEST:
                if len(outcomes) >= _REMEMBERED:
                    outcomes.clear()
                outcomes[value] = outcome
        return outcome

    return test
