"""Which files of an inbox are read, and when."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.ingest import Inbox, waiting
from pipeline.seen import see
from pipeline.settings import InboxSettings

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def put(folder: Path, name: str, age: float = 3600, content: bytes = b"{}\n") -> Path:
    """Write a file that last changed so many seconds ago."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (NOW.timestamp() - age,) * 2)
    return path


def names(paths: list[str]) -> list[str]:
    return [Path(path).name for path in paths]


def ready(inbox: Inbox) -> list[str]:
    return names([file.path for file in inbox.ready])


def test_the_eldest_come_first_from_all_folders(tmp_path: Path) -> None:
    """Files are read in the order in which they arrived."""
    put(tmp_path, "a.jsonl", age=100)
    put(tmp_path, "day/b.csv.gz", age=300)
    put(tmp_path, "c.txt", age=200)
    assert ready(waiting(tmp_path, [], InboxSettings(), NOW)) == ["b.csv.gz", "c.txt", "a.jsonl"]


def test_a_file_is_read_once_in_each_state(tmp_path: Path) -> None:
    """What was read is passed over until its size or time differs."""
    path = put(tmp_path, "a.jsonl")
    already = {see(path)}
    assert ready(waiting(tmp_path, already, InboxSettings(), NOW)) == []
    put(tmp_path, "a.jsonl", content=b"{}\n{}\n")
    assert ready(waiting(tmp_path, already, InboxSettings(), NOW)) == ["a.jsonl"]


def test_a_file_that_is_still_written_waits(tmp_path: Path) -> None:
    """Young, empty and unreadable files come later; hidden ones and partial names never."""
    put(tmp_path, "young.jsonl", age=5)
    put(tmp_path, "empty.jsonl", content=b"")
    put(tmp_path, ".a.jsonl")
    put(tmp_path, ".tmp/b.jsonl")
    put(tmp_path, "c.jsonl.part")
    inbox = waiting(tmp_path, [], InboxSettings(), NOW)
    assert (ready(inbox), names(inbox.later), names(inbox.unknown)) == (
        [],
        ["empty.jsonl", "young.jsonl"],
        ["c.jsonl.part"],
    )
    settings = InboxSettings(quiet_seconds=1)
    assert ready(waiting(tmp_path, [], settings, NOW)) == ["young.jsonl"]


def test_a_backlog_is_read_in_parts(tmp_path: Path) -> None:
    """One run takes no more than it may, but at least one file; order is kept."""
    for n, size in enumerate([1_500_000, 10, 600_000, 500_000, 10]):
        put(tmp_path, f"{n}.jsonl", age=1000 - n, content=b"x" * size)
    already = set()
    parts = []
    while (inbox := waiting(tmp_path, already, InboxSettings(megabytes=1), NOW)).ready:
        parts.append(ready(inbox))
        already |= set(inbox.ready)
    assert parts == [["0.jsonl"], ["1.jsonl", "2.jsonl"], ["3.jsonl", "4.jsonl"]]


def test_a_missing_inbox_is_an_error(tmp_path: Path) -> None:
    """A mount that is not there does not look like an empty inbox."""
    with pytest.raises(FileNotFoundError):
        waiting(tmp_path / "absent", [], InboxSettings(), NOW)
