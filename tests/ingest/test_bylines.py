"""Authors in all the shapes that they come in."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.ingest import read
from pipeline.settings import IngestSettings


def bylines(path: Path) -> list[str | None]:
    batches = list(read([path], IngestSettings()))
    assert not any(len(batch.rejects) for batch in batches)
    return [row["byline"] for batch in batches for row in batch.records.to_pylist()]


@pytest.mark.parametrize(
    ("authors", "byline"),
    [
        ("Ada Pell", "Ada Pell"),
        (["Ada Pell", "Tom Rook"], "Ada Pell, Tom Rook"),
        ({"name": "Ada Pell", "url": "/pell"}, "Ada Pell"),
        ([{"name": "Ada Pell"}, {"name": "Tom Rook"}], "Ada Pell, Tom Rook"),
        ([], None),
        ([None, "Ada Pell", ""], "Ada Pell"),
        (7, None),
        ({"id": 7}, None),
    ],
)
@pytest.mark.parametrize("name", ["author", "authors"])
def test_authors_never_cost_a_record(
    tmp_path: Path, name: str, authors: Any, byline: str | None
) -> None:
    """A name, names, objects with a name; what names nobody is no byline."""
    row = json.dumps({"text": "The ferry sails.", name: authors})
    (tmp_path / "in.jsonl").write_text(f"{row}\n{row}")
    assert bylines(tmp_path / "in.jsonl") == [byline, byline]


NAME = st.sampled_from(["Ada Pell", "Tom Rook", ""])
AUTHORS = st.one_of(
    NAME, st.none(), st.integers(0, 1), st.lists(st.one_of(NAME, st.none())),
    st.fixed_dictionaries({}, optional={"name": st.one_of(NAME, st.none(), st.just(3))}),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(AUTHORS, min_size=1, max_size=4))
def test_shapes_may_change_from_line_to_line(tmp_path: Path, given_authors: list[Any]) -> None:
    """Each line's authors are read as where they stand alone."""
    lines = [json.dumps({"text": "x", "author": authors}) for authors in given_authors]
    alone = []
    for line in lines:
        (tmp_path / "in.jsonl").write_text(line)
        alone += bylines(tmp_path / "in.jsonl")
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    assert bylines(tmp_path / "in.jsonl") == alone


def test_a_parquet_column_of_lists(tmp_path: Path) -> None:
    """Is joined as in JSON."""
    authors = pa.array([["Ada Pell", "Tom Rook"], None, []])
    pq.write_table(pa.table({"text": ["a", "b", "c"], "authors": authors}), tmp_path / "in.parquet")
    assert bylines(tmp_path / "in.parquet") == ["Ada Pell, Tom Rook", None, None]
