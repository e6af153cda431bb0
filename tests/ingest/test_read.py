"""Reading inputs: every kind, and every fault with a defined result."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import schema
from pipeline.errors import InputError, SettingsError
from pipeline.ingest import read
from pipeline.settings import IngestSettings

LINES = [json.dumps({"id": f"a{n}", "text": f"Ferry number {n} sails."}) for n in range(4)]


def read_all(
    *inputs: Path, fields: dict[str, str] | None = None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    batches = list(read(list(inputs), IngestSettings(fields=fields or {})))
    for batch in batches:
        assert batch.records.schema.equals(schema.RECORDS)
        assert batch.rejects.schema.equals(schema.REJECTS)
    records = [row for batch in batches for row in batch.records.to_pylist()]
    return records, [row for batch in batches for row in batch.rejects.to_pylist()]


def ids(records: list[dict[str, Any]]) -> list[str]:
    return [record["id"] for record in records]


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_json_lines_plain_and_compressed(tmp_path: Path, ending: str) -> None:
    """The ending says how the lines are packed; positions are line numbers."""
    data = "\n".join(LINES).encode()
    pack = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[ending]
    path = tmp_path / f"in.jsonl{ending}"
    path.write_bytes(pack(data))
    records, rejects = read_all(path)
    assert ids(records) == ["a0", "a1", "a2", "a3"]
    assert [record["position"] for record in records] == [1, 2, 3, 4]
    assert rejects == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{broken", "not JSON"),
        (b"[1, 2]", "expected an object"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        (b'{"text": 7}', "text: got int, expected text"),
        (b'{"text": "x", "title": ["a"]}', "title: got list"),
        (b'{"text": "  "}', "no text, no headline"),
        (b'{"id": "b"}', "no text, no headline"),
        (b'{"text": "a"} {"text": "b"}', "not JSON"),
    ],
)
def test_a_bad_line_costs_one_reject(tmp_path: Path, line: bytes, reason: str) -> None:
    """Its neighbours are read; the reject names file, line and reason."""
    good = [text.encode() for text in LINES]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join([*good[:2], line, b"", *good[2:]]))
    records, rejects = read_all(tmp_path / "in.jsonl")
    assert ids(records) == ["a0", "a1", "a2", "a3"]
    assert [record["position"] for record in records] == [1, 2, 5, 6]
    [reject] = rejects
    assert (reject["input"], reject["position"]) == (str(tmp_path / "in.jsonl"), 3)
    assert reason in reject["reason"]


def test_nul_characters_are_dropped(tmp_path: Path) -> None:
    """A NUL means nothing in a text, so the text is read without it."""
    (tmp_path / "in.jsonl").write_bytes(b'{"text": "a\\u0000b"}\n{"text": "plain"}')
    records, _ = read_all(tmp_path / "in.jsonl")
    assert [record["text"] for record in records] == ["ab", "plain"]


def test_numbers_are_good_ids_and_dates(tmp_path: Path) -> None:
    """Whether or not all lines agree, an id of 7 is the id "7"."""
    rows = [{"id": 7, "text": "x", "date": 1625500000}, {"id": "b", "text": "y", "date": 1.5}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    records, _ = read_all(tmp_path / "in.jsonl")
    assert ids(records) == ["7", "b"]
    assert [record["published"] for record in records] == ["1625500000", "1.5"]


RECORD = st.fixed_dictionaries(
    {},
    optional={
        "id": st.one_of(st.integers(0, 99), st.text(max_size=3), st.none()),
        "text": st.one_of(st.text(max_size=20), st.none(), st.integers()),
        "headline": st.text(max_size=9),
        "published": st.one_of(st.integers(), st.text(max_size=9)),
        "tags": st.lists(st.text(max_size=2), max_size=2),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.one_of(RECORD.map(json.dumps), st.just("{oops"), st.just(" ")), max_size=8))
def test_whole_blocks_and_single_lines_read_alike(tmp_path: Path, lines: list[str]) -> None:
    """A record is read the same beside good neighbours and alone in its file, or rejected."""
    (tmp_path / "all.jsonl").write_text("\n".join(["", *lines, LINES[0]]), "utf-8")
    records, rejects = read_all(tmp_path / "all.jsonl")
    assert len(records) + len(rejects) == sum(bool(line.strip()) for line in lines) + 1
    by_line = {record["position"]: record for record in records}
    for at, line in enumerate(lines, start=2):
        (tmp_path / "one.jsonl").write_text(line + "\n" + LINES[0], "utf-8")
        alone = [r for r in read_all(tmp_path / "one.jsonl")[0] if r["position"] == 1]
        together = [by_line[at]] if at in by_line else []
        drop = {"input", "position"}
        assert [{k: r[k] for k in r.keys() - drop} for r in alone] == [
            {k: r[k] for k in r.keys() - drop} for r in together
        ]


@pytest.mark.parametrize("late", [{"headline": "Late"}, {"section": "Sea"}])
def test_fields_that_turn_up_late_are_read(tmp_path: Path, late: dict[str, str]) -> None:
    """Ours are taken, others are no matter, in the first block and behind it."""
    rows = [{"id": f"a{n}", "text": "Ferry " * 50_000} for n in range(12)]
    rows[2] |= late
    rows[9] |= late | {"author": "Ada Pell"}
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    records, rejects = read_all(path)
    assert ids(records) == [row["id"] for row in rows]
    assert [record["title"] for record in records] == [row.get("headline") for row in rows]
    assert [record["byline"] for record in records] == [row.get("author") for row in rows]
    assert rejects == []


def test_a_file_of_nothing_but_a_mark_has_no_records(tmp_path: Path) -> None:
    """A byte order mark stands before nothing."""
    path, other = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(b"\xef\xbb\xbf")
    other.write_text("\n".join(LINES))
    records, rejects = read_all(path, other)
    assert (len(records), rejects) == (4, [])


def test_common_names_and_mapped_names(tmp_path: Path) -> None:
    """Other common names are understood; --field maps the rest, and wins."""
    row = {"headline": "H", "body": "B", "domain": "s.example", "when": "2021-07-05", "date": "no"}
    (tmp_path / "in.jsonl").write_text(json.dumps(row))
    [record], _ = read_all(tmp_path / "in.jsonl", fields={"published": "when"})
    assert (record["title"], record["text"], record["source"]) == ("H", "B", "s.example")
    assert record["published"] == "2021-07-05"
    with pytest.raises(SettingsError, match="got 'publisht'; expected one of id, url"):
        read_all(tmp_path / "in.jsonl", fields={"publisht": "when"})


def test_csv(tmp_path: Path) -> None:
    """Quoted line breaks are kept; a row that does not fit, and odd bytes, are rejects."""
    (tmp_path / "in.csv").write_bytes(
        b'\xef\xbb\xbfid,title,content\n1,"A, b","two\nlines"\n2,only\n3,C,caf\xe9\n4,D,plain\n'
    )
    records, rejects = read_all(tmp_path / "in.csv")
    assert [(r["id"], r["title"], r["text"]) for r in records] == [
        ("1", "A, b", "two\nlines"),
        ("4", "D", "plain"),
    ]
    assert sorted(reject["reason"] for reject in rejects) == [
        "2 columns, expected 3",
        "content: not UTF-8",
    ]


def test_a_mapped_column_must_be_in_a_table(tmp_path: Path) -> None:
    """The error lists the columns that are there."""
    (tmp_path / "in.csv").write_text("id,text\n1,x\n")
    with pytest.raises(InputError, match=r"no column 'when'; expected one of id, text"):
        read_all(tmp_path / "in.csv", fields={"published": "when"})


def test_a_table_without_text_is_rejected_whole(tmp_path: Path) -> None:
    """One reject a file names the columns it has."""
    (tmp_path / "a.csv").write_text("id,score\n1,2\n")
    (tmp_path / "b.jsonl").write_text(LINES[0])
    _, [reject] = read_all(tmp_path)
    assert reject["reason"] == "no column with text; it has id, score"


def test_parquet(tmp_path: Path) -> None:
    """Times become ISO 8601 in UTC, numbers and dictionaries their text."""
    from datetime import UTC, datetime

    table = pa.table(
        {
            "id": [1, 2],
            "text": pa.array(["x", "y"]).dictionary_encode(),
            "published": pa.array([datetime(2021, 7, 5, 6, tzinfo=UTC), None]),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=1)
    records, rejects = read_all(tmp_path / "in.parquet")
    assert [(r["id"], r["text"], r["position"]) for r in records] == [("1", "x", 1), ("2", "y", 2)]
    assert records[0]["published"].startswith("2021-07-05 06:00:00")
    assert rejects == []


def test_pages(tmp_path: Path) -> None:
    """A page's id is its file name; one of bytes that tell no encoding is a reject."""
    (tmp_path / "one.txt").write_text("A page.")
    (tmp_path / "two.txt").write_bytes(b"caf\xe9")
    [record], [reject] = read_all(tmp_path)
    assert (record["id"], record["page_text"]) == ("one", "A page.")
    assert reject["reason"] == "not UTF-8 at byte 4"


@pytest.mark.parametrize("name", ["in.jsonl", "in.csv", "in.parquet", "in.txt", "in.jsonl.gz"])
def test_an_empty_file_is_a_reject_beside_others(tmp_path: Path, name: str) -> None:
    """It says so, and the others are read."""
    (tmp_path / name).write_bytes(b"")
    (tmp_path / "z.jsonl").write_text(LINES[0])
    records, rejects = read_all(tmp_path)
    assert ids(records) == ["a0"]
    assert [reject["input"] for reject in rejects] == [str(tmp_path / name)]


def test_a_cut_off_archive_gives_all_before_the_cut(tmp_path: Path) -> None:
    """Records up to the fault are read; the fault is a reject."""
    many = "\n".join(json.dumps({"id": str(n), "text": f"{n * 7919 % 10007}"}) for n in range(9999))
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(many.encode())[:-2000])
    records, rejects = read_all(tmp_path / "in.jsonl.gz")
    assert len(records) > 100
    assert ids(records) == [str(n) for n in range(len(records))]
    assert any("damaged" in reject["reason"] for reject in rejects)


def test_a_50_mb_article_is_read(tmp_path: Path) -> None:
    """An article larger than a block is read whole, and so are its neighbours."""
    huge = json.dumps({"id": "huge", "text": "word " * 10_000_000})
    (tmp_path / "in.jsonl").write_text("\n".join([LINES[0], huge, LINES[1]]))
    records, rejects = read_all(tmp_path / "in.jsonl")
    assert ids(records) == ["a0", "huge", "a1"]
    assert len(records[1]["text"]) == 50_000_000
    assert rejects == []


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    """A missing file, and a folder without anything readable, say so."""
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(InputError, match="nothing readable in this folder"):
        read_all(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        read_all(tmp_path / "absent.jsonl")


def test_a_missing_file_beside_others_is_a_reject(tmp_path: Path) -> None:
    """The others are read."""
    (tmp_path / "in.jsonl").write_text(LINES[0])
    records, [reject] = read_all(tmp_path / "absent.jsonl", tmp_path / "in.jsonl")
    assert ids(records) == ["a0"]
    assert "no such file" in reject["reason"]


def test_the_order_of_inputs_does_not_matter(tmp_path: Path) -> None:
    """Files are read by name, each once."""
    for n, line in enumerate(LINES):
        (tmp_path / f"{n}.jsonl").write_text(line)
    files = sorted(tmp_path.iterdir())
    assert read_all(*files) == read_all(*reversed(files), tmp_path) == read_all(tmp_path)


def test_plain_articles_load_no_reader_of_pages(tmp_path: Path) -> None:
    """What reads HTML, archives, feeds and the web is imported when such input comes."""
    (tmp_path / "in.jsonl").write_text(LINES[0])
    code = (
        "import sys\n"
        "from pipeline import extract, ingest\n"
        "from pipeline.settings import IngestSettings\n"
        "with extract.Extractor(IngestSettings()) as pages:\n"
        "    for batch in ingest.read([sys.argv[1]], IngestSettings()):\n"
        "        pages.extract(batch.records)\n"
        "heavy = {'trafilatura', 'httpx', 'feedparser', 'fastwarc', 'lxml', 'resiliparse'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "in.jsonl")]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout == "[]\n"
