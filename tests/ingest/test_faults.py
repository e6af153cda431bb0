"""Odd inputs: what a format's own library would take wrongly, quietly or not at all."""

import csv
import gzip
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.ingest import read
from pipeline.ingest.blocks import line_blocks
from pipeline.settings import IngestSettings

GOOD = b'{"id": "good", "text": "The ferry sails."}'


def read_all(*inputs: Path | str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    batches = list(read(inputs, IngestSettings(block_megabytes=1)))
    records = [row for batch in batches for row in batch.records.to_pylist()]
    return records, [row for batch in batches for row in batch.rejects.to_pylist()]


def read_bytes(path: Path, data: bytes) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    path.write_bytes(data)
    return read_all(path)


@pytest.mark.parametrize("line", [b"null", b"true", b"5", b'"text"', b"[]"])
def test_a_value_that_is_no_object_is_a_reject(tmp_path: Path, line: bytes) -> None:
    """Also ``null``, which Arrow takes for a record without fields."""
    records, [reject] = read_bytes(tmp_path / "in.jsonl", b"\n".join([line, GOOD]))
    assert [record["position"] for record in records] == [2]
    assert "expected an object" in reject["reason"]


def test_two_records_on_a_line_do_not_move_the_numbers_of_others(tmp_path: Path) -> None:
    """Even where a record that spans lines makes up for them in the count."""
    data = b'{"text": "a"\n}\n{"text": "b"}{"text": "c"}\n' + GOOD
    records, rejects = read_bytes(tmp_path / "in.jsonl", data)
    assert [(record["id"], record["position"]) for record in records] == [("good", 4)]
    assert [reject["position"] for reject in rejects] == [1, 2, 3]


def test_a_deeply_nested_field_costs_nothing(tmp_path: Path) -> None:
    """A field that we do not read is skipped, however deep; in a faulty block it is a reject."""
    deep = b'{"text": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    records, rejects = read_bytes(tmp_path / "in.jsonl", deep)
    assert (len(records), rejects) == (1, [])
    records, rejects = read_bytes(tmp_path / "in.jsonl", b"\n".join([deep, b"{oops", GOOD]))
    assert [record["id"] for record in records] == ["good"]
    assert [reject["position"] for reject in rejects] == [1, 2]


def test_byte_order_marks_are_no_part_of_a_record(tmp_path: Path) -> None:
    """Nor where files with marks were strung together."""
    marked = b"\xef\xbb\xbf" + GOOD + b"\n"
    records, rejects = read_bytes(tmp_path / "in.jsonl", marked * 2)
    assert ([record["position"] for record in records], rejects) == ([1, 2], [])


def test_blank_lines_and_carriage_returns_count_as_lines_only(tmp_path: Path) -> None:
    """Positions are line numbers whatever the line ends are."""
    records, rejects = read_bytes(tmp_path / "in.jsonl", b"\r\n".join([GOOD, b"", b" ", GOOD]))
    assert ([record["position"] for record in records], rejects) == ([1, 4], [])


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000\u2003", "\u200b\ufeff", "\0"])
def test_space_of_any_script_is_no_text(tmp_path: Path, blank: str) -> None:
    """Nor is what nobody can see."""
    data = json.dumps({"text": blank}).encode() + b"\n" + GOOD
    _, [reject] = read_bytes(tmp_path / "in.jsonl", data)
    assert (reject["position"], reject["reason"]) == (1, "no text, no headline")


@pytest.mark.parametrize("ending", [".jsonl.gz", ".jsonl.zst"])
def test_a_cut_off_archive_is_never_taken_for_a_whole_one(tmp_path: Path, ending: str) -> None:
    """Records before the cut are read, and a reject tells of the fault."""
    pack = {".jsonl.gz": gzip.compress, ".jsonl.zst": zstandard.compress}[ending]
    lines = [json.dumps({"text": f"{n * 7919 % 10007} {n}"}) for n in range(20_000)]
    packed = pack("\n".join(lines).encode())
    records, rejects = read_bytes(tmp_path / f"in{ending}", packed[: len(packed) * 9 // 10])
    assert len(records) > 10_000
    assert [record["position"] for record in records] == list(range(1, len(records) + 1))
    assert any("damaged" in reject["reason"] for reject in rejects)


@pytest.mark.parametrize("ending", [".jsonl.gz", ".jsonl.zst"])
def test_archives_strung_together_are_one(tmp_path: Path, ending: str) -> None:
    """All members of a gzip file, all frames of a Zstandard file are read."""
    pack = {".jsonl.gz": gzip.compress, ".jsonl.zst": zstandard.compress}[ending]
    records, rejects = read_bytes(tmp_path / f"in{ending}", pack(GOOD + b"\n") * 3)
    assert (len(records), rejects) == (3, [])


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=6).filter(lambda line: b"\n" not in line)), st.integers(1, 9))
def test_blocks_are_the_stream_cut_behind_newlines(lines: list[bytes], size: int) -> None:
    """Put together they are the stream, and each knows the number of its first line."""
    data = b"\n".join(lines)
    blocks = list(line_blocks(io.BytesIO(data), size))
    texts = [block.data.tobytes() for block in blocks]
    assert b"".join(texts) == data
    assert all(text.endswith(b"\n") for text in texts[:-1])
    line = 1
    for block, text in zip(blocks, texts, strict=True):
        assert block.first_line == line
        line += text.count(b"\n")


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(st.booleans(), CELL.map(lambda text: "x" + text)), max_size=8))
def test_csv_is_what_pythons_reader_says(tmp_path: Path, rows: list[tuple[bool, str]]) -> None:
    """Rows that fit are read as by the csv module, in place; the others are rejects."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([["id", "text"], ["0", "x"]])
    writer.writerows([["1", text] if fits else ["1", text, "more"] for fits, text in rows])
    records, rejects = read_bytes(tmp_path / "in.csv", out.getvalue().encode())
    kept = [(at, text) for at, (fits, text) in enumerate(rows, start=3) if fits]
    assert [(r["position"], r["text"]) for r in records] == [(2, "x"), *kept]
    misfits = [at for at, (fits, _) in enumerate(rows, start=3) if not fits]
    assert [reject["position"] for reject in rejects] == misfits


def test_a_csv_article_larger_than_a_block(tmp_path: Path) -> None:
    """It is read whole, and so are the rows about it."""
    huge = b"word \n" * 500_000
    data = b'id,text\n1,one\n2,"' + huge + b'"\n3,three\n'
    records, rejects = read_bytes(tmp_path / "in.csv", data)
    assert [record["id"] for record in records] == ["1", "2", "3"]
    assert (len(records[1]["text"]), rejects) == (len(huge), [])


def test_a_csv_row_that_fits_neither_columns_nor_utf8(tmp_path: Path) -> None:
    """It costs itself alone."""
    data = b"id,text\n1,one\n2,caf\xe9,more\n3,three\n"
    records, [reject] = read_bytes(tmp_path / "in.csv", data)
    assert [record["id"] for record in records] == ["1", "3"]
    assert (reject["position"], reject["reason"]) == (3, "3 columns, expected 2")


def test_a_cut_off_csv_archive_gives_its_rows(tmp_path: Path) -> None:
    """Rows before the cut are read, and a reject tells of the fault."""
    rows = "".join(f"{n},{n * 7919 % 10007}\n" for n in range(20_000))
    packed = gzip.compress(f"id,text\n{rows}".encode())
    records, rejects = read_bytes(tmp_path / "in.csv.gz", packed[: len(packed) * 9 // 10])
    assert len(records) > 10_000
    assert [record["id"] for record in records] == [str(n) for n in range(len(records))]
    assert "damaged" in rejects[-1]["reason"]


@pytest.mark.parametrize("data", [b"id,text", b"id,text\n", b"\n\nid,text\n"])
def test_a_csv_header_alone_is_a_reject(tmp_path: Path, data: bytes) -> None:
    """With or without its newline; where it stands alone the run fails and says so."""
    with pytest.raises(InputError, match="no rows"):
        read_bytes(tmp_path / "in.csv", data)


def test_csv_of_old_macs(tmp_path: Path) -> None:
    """Carriage returns alone end rows too."""
    records, _ = read_bytes(tmp_path / "in.csv", b"id,text\r1,one\r2,two\r")
    assert [record["text"] for record in records] == ["one", "two"]


def test_a_file_name_of_another_encoding(tmp_path: Path) -> None:
    """The file is read; its name is shown as far as it can be."""
    path = os.fsencode(tmp_path) + b"/caf\xe9.jsonl"
    try:
        with open(path, "wb") as file:  # noqa: PTH123 - a name in bytes
            file.write(GOOD)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [record], rejects = read_all(tmp_path)
    assert (record["input"], rejects) == (str(tmp_path / "caf?.jsonl"), [])


def test_a_file_named_in_two_ways_is_read_once(tmp_path: Path) -> None:
    """Whatever the order of the two."""
    (tmp_path / "in.jsonl").write_bytes(GOOD)
    detour = f"{tmp_path}/../{tmp_path.name}/in.jsonl"
    first = read_all(detour, tmp_path / "in.jsonl")
    assert first == read_all(tmp_path / "in.jsonl", detour)
    assert len(first[0]) == 1


def test_no_inputs_at_all() -> None:
    """The error says what was expected."""
    with pytest.raises(InputError, match="got no inputs; expected files, folders or globs"):
        read_all()
