"""Rows as JSON, many at once."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.json_rows import json_rows

NASTY = st.sampled_from(['{"id":', ',{"id":"', '"},{"id":', "\\", '\\"', "é", "\n", ""])
TEXTS = NASTY | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
VALUES = st.none() | st.booleans() | st.integers(-9, 9) | TEXTS | st.lists(TEXTS, max_size=2)
NAMES = TEXTS.filter(lambda name: name != "other")


@given(NAMES, st.lists(st.tuples(VALUES, VALUES), max_size=5))
def test_each_row_is_read_back(name: str, values: list[tuple[Any, Any]]) -> None:
    """Whatever the texts hold, of what begins a row as well."""
    rows = [{name: first, "other": second} for first, second in values]
    written = json_rows(rows)
    assert [json.loads(row) for row in written] == rows
    assert not any(b"\n" in row for row in written)
