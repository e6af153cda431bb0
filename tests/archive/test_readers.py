"""Other readers of an archive: what the README tells them to do, at any moment of a run."""

import re
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.dataset as ds
import pytest
from deltalake import DeltaTable
from typer.testing import CliRunner

from pipeline.archive import TABLES, tables
from pipeline.cli import app
from tests.archive.runs import article, batch, prose, state
from tests.archive.test_continuing import FLOOD, VOTE, report

README = Path(__file__).resolve().parents[2] / "README.md"
FIRST = [
    *(article(f"o{n:02}", prose(n, 60), n / 20 - 3) for n in range(40)),
    report("f1", FLOOD, 0),
]
SECOND = [report("f2", FLOOD, 0.5, 1), report("v1", VOTE, 1, 2), article("copy", prose(3, 60), 1)]
Seen = Callable[[], list[tuple[str, int]]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an archive, where the README has it."""
    batch(tmp_path, FIRST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def example(first_line: str) -> str:
    """Give the README's example that begins with a line."""
    examples = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    return next(text for text in examples if text.startswith(first_line))


def by_polars() -> list[tuple[str, int]]:
    names: dict[str, Any] = {}
    exec(example("import polars"), names)
    return sorted(names["stories"].select("story_id", "articles").collect().rows())


def by_duckdb() -> list[tuple[str, int]]:
    code = example("import duckdb").replace("SELECT title, articles, reposts, status", "SELECT *")
    code = re.sub(r"ORDER BY articles DESC LIMIT 10", "", code).replace(".show()", "")
    names: dict[str, Any] = {}
    exec(code.replace("duckdb.sql", "found = duckdb.sql"), names)
    return sorted(names["found"].select("story_id", "articles").fetchall())


def by_export(folder: Path) -> list[tuple[str, int]]:
    return sorted((row["story_id"], row["articles"]) for row in state(folder)["stories"])


@pytest.mark.parametrize("seen", [by_polars, by_duckdb])
def test_a_reader_at_any_moment_sees_whole_runs(
    folder: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after each table is written it sees the state before; then, the one after."""
    before = by_export(folder)
    moments = []
    append = tables.append
    one_reader = threading.Lock()  # tables are written side by side

    def look() -> None:
        with one_reader:
            moments.append(seen() == before)

    def watched(table: Any, rows: Any, *arguments: Any, **others: Any) -> None:
        look()
        append(table, rows, *arguments, **others)
        look()

    monkeypatch.setattr(tables, "append", watched)
    batch(folder, SECOND)
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert len(moments) > 10
    assert moments == [True] * (len(moments) - 1) + [False]  # after `runs`, which comes last
    assert seen() == by_export(folder) != before


def test_the_examples_print_what_they_promise(folder: Path, capsys: Any) -> None:
    """As they stand in the README."""
    exec(example("import polars"), {})
    exec(example("import duckdb"), {})
    assert "A headline" in capsys.readouterr().out


def test_time_travel_gives_the_stories_of_an_earlier_day(folder: Path) -> None:
    """What the stories looked like after a run, with polars as the README says."""
    before = by_export(folder)
    batch(folder, SECOND)
    names: dict[str, Any] = {}
    exec(example("import polars"), names)
    committed = names["runs"].sort("run_id").select("committed").collect()["committed"]
    between: datetime = committed[0] + (committed[1] - committed[0]) / 2
    code = re.sub(r"wednesday = .*\n", "", example("from datetime"))
    exec(code, names | {"wednesday": between}, names)
    then = names["then"].select("story_id", "articles").collect().rows()
    assert sorted(then) == before != by_export(folder)


def test_every_row_bears_its_run_and_lies_under_its_day(folder: Path) -> None:
    """Each table is partitioned by day; every run that rows name is in ``runs``."""
    batch(folder, SECOND)
    runs = set(DeltaTable("archive/runs").to_pyarrow_table()["run_id"].to_pylist())
    assert len(runs) == 2
    for name in TABLES:
        table = DeltaTable(f"archive/{name}")
        assert table.metadata().partition_columns == ["day"]
        rows = table.to_pyarrow_table()
        assert set(rows["run_id"].to_pylist()) <= runs
        assert rows["day"].null_count == 0
    files = ds.dataset("archive/articles", partitioning="hive", exclude_invalid_files=True).files
    assert all("/day=2021-0" in file for file in files)


def test_other_libraries_read_every_table(folder: Path) -> None:
    """With their own reader, and not through ours."""
    for name in (*TABLES, "runs"):
        assert pl.read_delta(f"archive/{name}").height >= (name in ("articles", "stories", "runs"))
    found = duckdb.sql("SELECT count(*) FROM 'archive/stories/*/*.parquet'").fetchall()
    assert found == [(len(by_export(folder)),)]


def test_any_reader_of_delta_lake_will_do(folder: Path) -> None:
    """No table asks for more than the first protocol, after upkeep either: Spark reads them all."""
    batch(folder, SECOND)
    kept = CliRunner().invoke(app, ["compact", "--archive", "archive"])
    assert kept.exit_code == 0, kept.output
    for name in TABLES:
        protocol = DeltaTable(f"archive/{name}").protocol()
        assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)
        assert not protocol.reader_features
