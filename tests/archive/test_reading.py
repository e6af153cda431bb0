"""What a run reads of the past: as little as it can do with."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline import archive, continued
from pipeline.archive import tables
from pipeline.continued import background
from pipeline.settings import Settings
from tests.archive.runs import article, batch, prose, state

DAYS = 40
A_DAY = 3


@pytest.fixture
def texts_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name the articles of an archive of forty days whose texts are read from now on."""
    past = (
        article(f"o{n:03}", prose(1000 + n, 60), n // A_DAY - DAYS) for n in range(A_DAY * DAYS)
    )
    batch(tmp_path, past)
    seen: list[str] = []
    groups, rows = pq.ParquetFile.read_row_groups, pq.ParquetFile.read

    def watched(file: Any, which: list[int], columns: list[str]) -> Any:
        found = groups(file, which, columns=columns)
        seen.extend(found["article_id"].to_pylist() if "text" in columns else [])
        return found

    def without_text(file: Any, columns: list[str], **others: Any) -> Any:
        assert "text" not in columns
        return rows(file, columns=columns, **others)

    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", watched)
    monkeypatch.setattr(pq.ParquetFile, "read", without_text)
    return seen


def test_a_run_opens_each_table_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its stages share what is open, from the check for what a killed run left to the exports."""
    batch(tmp_path, [article("a", prose(1)), article("b", prose(2), 1)])
    opened = []
    table = tables.open_table

    def watched(place: Any, name: str) -> Any:
        opened.append(name)
        return table(place, name)

    monkeypatch.setattr(tables, "open_table", watched)
    batch(tmp_path, [article("c", prose(3), 2), article("copy", prose(1), 2)])
    assert sorted(opened) == sorted([*tables.TABLES, "runs"])
    assert [row["kept_id"] for row in state(tmp_path)["duplicates"]] == ["a"]


def days_of(names: list[str]) -> list[int]:
    return sorted({int(name[1:]) // A_DAY - DAYS for name in names})


def test_old_texts_are_read_of_candidates_and_open_stories_alone(
    tmp_path: Path, texts_read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not those of the window: of each older day, only what lies beside a candidate's text.

    So it is where the articles of a run are enough to tell which terms are common.
    """
    monkeypatch.setattr(background, "ENOUGH", 1)
    batch(tmp_path, [article("new", prose(1), 0)])
    quiet = int(Settings().archive.quiet_days)
    assert days_of(texts_read) == list(range(-quiet, 0))
    texts_read.clear()
    batch(tmp_path, [article("copy", prose(1000 + A_DAY * 15, 60), 0.1)])
    old = 15 - DAYS  # the day of the article that is copied
    assert days_of([name for name in texts_read if name != "new"]) == [old, *range(-quiet, 0)]
    assert [row["kept_id"] for row in state(tmp_path)["duplicates"]] == [f"o{15 * A_DAY:03}"]


def test_a_report_of_reposts_looks_for_their_texts_where_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under their dates; in the whole archive only for those that have none."""
    batch(tmp_path, (article(f"o{n}", prose(n, 60), n / 4) for n in range(40)))
    batch(tmp_path, [article("dated", prose(1, 60), 9)])
    texts, days = texts_of_reposts(tmp_path, monkeypatch)
    assert texts == {"o1": prose(1, 60), "dated": prose(1, 60)}
    assert days == [2]
    batch(tmp_path, [article("undated", prose(1, 60), None), article("late", prose(99), 20)])
    texts, days = texts_of_reposts(tmp_path, monkeypatch)
    assert texts == dict.fromkeys(["o1", "dated", "undated"], prose(1, 60))
    assert days == [2, None]


def texts_of_reposts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, str], list[int | None]]:
    """Give the texts, and of each reading of ids how many days it went through."""
    past = archive.open_archive(str(folder / "archive"), Settings())
    found = continued.span_tables(past, None, None)
    days: list[int | None] = []
    read = past.read

    def watched(name: str, spans: Any = None, *others: Any, **more: Any) -> Any:
        days.append(None if spans is None else sum((b - a).days + 1 for a, b in spans))
        return read(name, spans, *others, **more)

    monkeypatch.setattr(past, "read", watched)
    texts = continued.repost_texts(past, found["articles"], found["duplicates"])
    return dict(zip(*(texts[name].to_pylist() for name in texts.column_names), strict=True)), days
