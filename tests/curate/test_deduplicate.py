"""Reposts alone: files in, files out, in their own columns and ours."""

import gzip
import random
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.curate.deduplicate import deduplicate
from pipeline.errors import InputError
from pipeline.settings import Settings

SETTINGS = Settings(threads=1)
MARKS = {"dedup_id", "dedup_kept_id", "dedup_relation", "dedup_jaccard", "dedup_containment"}


def prose(seed: int) -> str:
    return " ".join(random.Random(seed).choices([f"w{n}" for n in range(3000)], k=120))


ROWS = [
    {"id": "one", "text": prose(1), "mood": "calm", "title": "First"},
    {"id": "two", "text": prose(1) + " and more", "mood": "wild", "title": "Second"},
    {"id": "three", "text": prose(2), "mood": None, "title": "Third"},
]


def jsonl(folder: Path) -> Path:
    path = folder / "in.jsonl"
    lines = [orjson.dumps(row) for row in ROWS]
    path.write_bytes(b"\n".join([lines[0], b"", b"no object", *lines[1:]]) + b"\n")
    return path


def test_kept_records_are_written_in_their_own_columns(tmp_path: Path) -> None:
    """Fields that storyfold does not know stand as they were; ours are behind them."""
    out = tmp_path / "kept.jsonl"
    done = deduplicate([str(jsonl(tmp_path))], out, SETTINGS, lists=tmp_path / "lists")
    assert (done.articles, done.reposts, done.rejects, done.written) == (3, 1, 1, 2)
    rows = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    assert [row["id"] for row in rows] == ["two", "three"]
    assert rows[0].keys() == {*ROWS[0], *MARKS, "dedup_roundup"}
    assert rows[0]["mood"] == "wild"
    assert (tmp_path / "lists" / "keep.txt").read_text("utf-8") == "three\ntwo\n"
    assert (tmp_path / "lists" / "drop.txt").read_text("utf-8") == "one\n"


def test_every_line_can_be_written_with_its_marks(tmp_path: Path) -> None:
    """Reposts name what is kept; what could not be used stands as it was."""
    out = tmp_path / "all.jsonl"
    deduplicate([str(jsonl(tmp_path))], out, SETTINGS, every=True)
    lines = out.read_bytes().splitlines()
    assert lines[1] == b"no object"
    first = orjson.loads(lines[0])
    assert (first["dedup_kept_id"], first["dedup_relation"]) == ("two", "near")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_in_another_encoding_is_written_in_utf_8(tmp_path: Path, encoding: str) -> None:
    """Whatever stands around its records; they are the same ones."""
    path = tmp_path / "in.jsonl"
    rows = [{**row, "title": "Café {}"} for row in ROWS]
    lines = [orjson.dumps(row).decode() + " \t\r\n" for row in rows]
    path.write_bytes("".join(lines).encode(encoding))
    out = tmp_path / "kept.jsonl"
    deduplicate([str(path)], out, SETTINGS)
    written = out.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    found = [orjson.loads(line) for line in written]
    assert [{name: row[name] for name in rows[0]} for row in found] == rows[1:]


def test_fields_that_look_like_ours_harm_no_other_record(tmp_path: Path) -> None:
    """An id may hold what our own fields begin with."""
    path = tmp_path / "in.jsonl"
    ids = ['{"dedup_id":', '"},{"dedup_id":"', "plain"]
    rows = [{"id": name, "text": prose(at)} for at, name in enumerate(ids)]
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    out = tmp_path / "kept.jsonl"
    deduplicate([str(path)], out, SETTINGS)
    found = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    assert [row["dedup_id"] for row in found] == [row["id"] for row in found] == ids


@pytest.mark.parametrize("every", [True, False])
def test_of_a_damaged_file_what_can_be_read_is_written(tmp_path: Path, *, every: bool) -> None:
    """All records before the fault, and a reject that tells of it."""
    path = tmp_path / "in.jsonl.gz"
    rows = [{"id": str(at), "text": prose(at)} for at in range(400)]
    whole = gzip.compress(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    path.write_bytes(whole[: len(whole) // 2])
    out = tmp_path / "kept.jsonl"
    done = deduplicate([str(path)], out, SETTINGS, every=every)
    assert 100 < done.articles < 300
    assert done.rejects
    known = [
        row
        for line in out.read_bytes().splitlines()
        if line.endswith(b'"dedup_roundup":false}')
        for row in [orjson.loads(line)]
    ]
    assert [row["id"] for row in known] == [str(at) for at in range(done.articles)]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    """A column of another type than ours comes out as it went in."""
    table = pa.Table.from_pylist(ROWS).append_column("n", pa.array([1, 2, 3], pa.int8()))
    pq.write_table(table, tmp_path / "in.parquet")
    out = tmp_path / "out.parquet"
    deduplicate([str(tmp_path / "in.parquet")], out, SETTINGS)
    found = pq.read_table(out)
    assert found["n"].to_pylist() == [2, 3]
    assert found.schema.field("n").type == pa.int8()
    assert set(found.column_names) == {*table.column_names, *MARKS, "dedup_roundup"}


def test_other_kinds_are_refused(tmp_path: Path) -> None:
    """A file of another kind than the output has no columns to keep; nothing is left behind."""
    with pytest.raises(InputError, match="its own columns"):
        deduplicate([str(jsonl(tmp_path))], tmp_path / "out.parquet", SETTINGS)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]
