"""Rows as JSON, many at once: to call for each would take far longer than to write it."""

from typing import Any

import orjson


def json_rows(rows: list[dict[str, Any]]) -> list[bytes]:
    """Give the JSON of each of some rows.

    All begin with one name. Values are texts, numbers and lists of these, but no objects.

    >>> json_rows([{"id": "a", "n": 1}, {"id": "b", "n": None}])
    [b'{"id":"a","n":1}', b'{"id":"b","n":null}']
    """
    if not rows:
        return []
    begin = b"{%s:" % orjson.dumps(next(iter(rows[0])))
    # no string holds what begins a row, for a quote within one has a backslash before it
    first, *others = orjson.dumps(rows)[1:-1].split(b"," + begin)
    return [first, *(begin + other for other in others)]
