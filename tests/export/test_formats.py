"""Tables as files that other programs open."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.formats import write_csv, write_jsonl, write_parquet

_LIST = pa.list_(pa.string())
TABLE = pa.table(
    {
        "title": ["Harbour reopens", None, 'A "quoted", line\nand another'],
        "published": pa.array(
            [datetime(2021, 7, 5, 6, 30, 1, 250_000, UTC), None, datetime(1987, 2, 26, tzinfo=UTC)],
            pa.timestamp("us", tz="UTC"),
        ),
        "keywords": pa.array([["harbour", "storm"], [], None], _LIST),
        "similarity": [-0.5, 1.0, None],
    }
)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_a_csv_cell_cannot_run_as_a_formula(tmp_path: Path, first: str) -> None:
    """A text that a spreadsheet would run gets an apostrophe before it."""
    write_csv(pa.table({"title": [f"{first}cmd|' /C calc'!A0", "plain"]}), tmp_path / "t.csv")
    assert [row["title"] for row in read_csv(tmp_path / "t.csv")] == [
        f"'{first}cmd|' /C calc'!A0",
        "plain",
    ]


def test_a_list_cannot_run_as_a_formula_either(tmp_path: Path) -> None:
    """A list is guarded by what its joined cell begins with."""
    table = pa.table({"keywords": pa.array([["=1+1", "b"]], pa.list_(pa.string()))})
    write_csv(table, tmp_path / "t.csv")
    assert read_csv(tmp_path / "t.csv") == [{"keywords": "'=1+1; b"}]


def test_csv_reads_back(tmp_path: Path) -> None:
    """Numbers stay numbers, times are ISO 8601 in UTC, lists are joined, nulls are empty."""
    write_csv(TABLE, tmp_path / "t.csv")
    first, second, third = read_csv(tmp_path / "t.csv")
    assert first == {
        "title": "Harbour reopens",
        "published": "2021-07-05T06:30:01Z",
        "keywords": "harbour; storm",
        "similarity": "-0.5",
    }
    assert second["published"] == ""
    assert third["title"] == 'A "quoted", line\nand another'


def test_jsonl_reads_back(tmp_path: Path) -> None:
    """A line is one object, with null where there is no value."""
    write_jsonl(TABLE, tmp_path / "t.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text("utf-8").splitlines()]
    assert rows[0]["published"] == "2021-07-05T06:30:01Z"
    assert rows[1] == {"title": None, "published": None, "keywords": [], "similarity": 1.0}


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.text(), st.just(',{"name":"x"}')),
            st.one_of(st.none(), st.lists(st.text(), max_size=3)),
        )
    ),
    st.integers(0, 3),
)
def test_jsonl_gives_every_row_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, Any]], left_out: int
) -> None:
    """One line each, whatever texts and lists hold, even what looks like the next row."""
    path = tmp_path_factory.mktemp("jsonl") / "t.jsonl"
    names, lists = ([row[k] for row in rows] for k in (0, 1))
    table = pa.table({"name": pa.array(names, pa.string()), "words": pa.array(lists, _LIST)})
    table = table.slice(left_out)
    write_jsonl(table, path)
    lines = path.read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == table.to_pylist()


def test_parquet_keeps_every_type(tmp_path: Path) -> None:
    """Parquet gives the very table back."""
    write_parquet(TABLE, tmp_path / "t.parquet")
    assert pq.read_table(tmp_path / "t.parquet").equals(TABLE)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_any_text_survives_csv(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Whatever a headline holds, its cell says the same, but for the guard of a formula."""
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_csv(pa.table({"n": range(len(texts)), "title": pa.array(texts, pa.string())}), path)
    cells = [row["title"] for row in read_csv(path)]
    guarded = [
        f"'{text}" if text[:1] in set("=+-@\t\r") - {""} and text else text for text in texts
    ]
    assert cells == guarded
