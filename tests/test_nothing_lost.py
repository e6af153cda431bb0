"""Between the readers and the tables no record is lost: read = articles + revised + rejects."""

import csv
import gzip
import io
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.run import run
from pipeline.settings import ExportSettings, IngestSettings, Settings
from pipeline.stages import Job, read

NOW = datetime(2024, 3, 9, tzinfo=UTC)
TEXT = st.sampled_from(
    [
        "The ferry left the harbour at noon, and nobody on the quay waved this time.",
        "Paint fell off the crane in the storm. The council will meet about it on Monday.",
        "  ",
        "",
        "\u200b",
    ]
)
ROW = st.fixed_dictionaries(
    {"text": TEXT},
    optional={
        "id": st.sampled_from("abc"),
        "title": st.sampled_from(["Ferry sails", ""]),
        "url": st.sampled_from(["https://h.example/1", "https://h.example/2"]),
        "published": st.sampled_from(["2024-03-05", "1970-01-01", "soon"]),
    },
)
LINE = st.one_of(
    ROW.map(json.dumps),
    st.sampled_from(['{"text": 7}', "{broken", "[]", "null", '{"text": "caf\\ud800"}']),
)
FILES = st.fixed_dictionaries(
    {
        "lines": st.lists(LINE, max_size=6),
        "rows": st.lists(ROW, max_size=4),
        "short_rows": st.integers(0, 2),
        "table": st.lists(ROW, max_size=4),
        "texts": st.lists(TEXT, max_size=3),
        "archive": st.lists(TEXT, max_size=4),
        "entries": st.lists(st.sampled_from(["<title>A</title>", ""]), max_size=3),
    }
)
COLUMNS = ("id", "title", "url", "published", "text")


def write_inputs(folder: Path, files: dict[str, Any]) -> int:
    """Write inputs of every kind; give how many records are in them."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(files["lines"]).encode()))
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    writer.writerows([[row.get(name, "") for name in COLUMNS] for row in files["rows"]])
    writer.writerows([["short"]] * files["short_rows"])
    (folder / "b.csv").write_text(table.getvalue(), "utf-8")
    rows = [{name: row.get(name) for name in COLUMNS} for row in files["table"]]
    kinds = pa.schema([(name, pa.string()) for name in COLUMNS])
    pq.write_table(pa.Table.from_pylist(rows, kinds), folder / "c.parquet")
    for number, text in enumerate(files["texts"]):
        (folder / f"page{number}.txt").write_text(text, "utf-8")
    (folder / "d.wet").write_bytes(b"".join(map(conversion, files["archive"])))
    items = "".join(f"<item>{entry}</item>" for entry in files["entries"])
    (folder / "e.rss").write_text(f'<rss version="2.0"><channel>{items}</channel></rss>')
    counted = ("lines", "rows", "table", "texts", "archive", "entries")
    return sum(len(files[kind]) for kind in counted) + files["short_rows"]


def conversion(text: str) -> bytes:
    data = text.encode()
    head = "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://h.example/3\r\n"
    return f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data + b"\r\n\r\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(FILES)
def test_counts_of_mixed_inputs_add_up(tmp_path: Path, files: dict[str, Any]) -> None:
    """Every record that was written is an article, a revised one, or a reject with its place."""
    written = write_inputs(tmp_path / "in", files)
    (tmp_path / "in" / "z.jsonl").write_text('{"id": "last", "text": "The last line."}')
    found = read(Job([str(tmp_path / "in")], tmp_path, Settings(), NOW))
    counts = found.counts
    assert counts["read"] == counts["articles"] + counts["revised"] + counts["rejects"]
    assert counts["articles"] == len(found.articles)
    assert counts["rejects"] == len(found.rejects)
    of_files = sum(place is None for place in found.rejects["position"].to_pylist())
    blank_files = sum(not text for text in files["texts"])  # a file without a byte has no record
    assert counts["read"] - of_files == written - blank_files + 1
    places = [
        place
        for table in (found.articles, found.rejects)
        for place in zip(table["input"].to_pylist(), table["position"].to_pylist(), strict=True)
    ]
    repeated = {place: times for place, times in Counter(places).items() if times > 1 and place[1]}
    assert not repeated


def test_counts_hold_for_html_and_in_the_summary(tmp_path: Path) -> None:
    """Pages without a body are rejects like any other; the summary and the files say the same."""
    body = "<p>The ferry left the harbour at noon, and nobody on the quay waved this time.</p>"
    rows = [{"id": str(n), "html": f"<html><body>{body * 3}"} for n in range(3)]
    rows += [rows[0], {"html": "<html>"}, {"html": ""}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    chosen = Settings(
        ingest=IngestSettings(fast_extract=True), export=ExportSettings(formats=("jsonl",))
    )
    summary = run([str(tmp_path / "in.jsonl")], tmp_path / "out", chosen, now=NOW)
    counts = summary.counts["read"]
    names = ("read", "articles", "revised", "rejects")
    assert [counts[name] for name in names] == [6, 3, 1, 2]
    for name, rows_written in (("articles", 3), ("rejects", 2)):
        assert (tmp_path / "out" / f"{name}.jsonl").read_bytes().count(b"\n") == rows_written
