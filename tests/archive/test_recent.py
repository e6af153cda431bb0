"""The copy of recent rows: it makes runs cheaper, and nothing else."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import continued
from pipeline.archive import TABLES, recent, store
from tests.archive.runs import NOW, article, assert_whole, batch, prose, state
from tests.archive.test_continuing import FLOOD, VOTE, report
from tests.archive.test_upkeep import SETTINGS, compacted

STREAM = [
    *(report(f"f{n}", FLOOD, n / 2, n) for n in range(6)),
    *(article(f"o{n:02}", prose(100 + n, 60), n / 5) for n in range(30)),
    *(report(f"v{n}", VOTE, 3 + n / 2, 30 + n) for n in range(6)),
    article("copy", prose(103, 60), 6),
]
COPIED = ("fingerprints", "members", "stories")


@pytest.fixture(autouse=True)
def _always_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_MANY_FILES", 1)


def bring(folder: Path, between: Callable[[Path], Any] = lambda _recent: None) -> Any:
    for start in range(0, len(STREAM), 8):
        batch(folder, STREAM[start : start + 8])
        between(folder / "archive" / "_recent")
    return state(folder)


def unpacked(copy: Path) -> bytes:
    """Give what a copy holds, not as it was compressed, and the file itself."""
    rows = pa.ipc.open_file(copy).read_all().combine_chunks()
    buffers = (part for name in rows.column_names for part in rows[name].chunk(0).buffers())
    return b"".join([copy.read_bytes(), *(part.to_pybytes() for part in buffers if part)])


def cut_off(copies: Path) -> None:
    for n, path in enumerate(sorted(copies.iterdir())):
        path.write_bytes(path.read_bytes()[: 100 * n])


def of_other_columns(copies: Path) -> None:
    for path in copies.iterdir():
        recent.save(copies.parent, path.stem, pa.schema([("x", pa.int8())]), {}, "lz4")


@pytest.mark.parametrize("between", [shutil.rmtree, cut_off, of_other_columns])
def test_the_state_does_not_hang_on_the_copy(
    tmp_path: Path, between: Callable[[Path], Any]
) -> None:
    """Deleted, cut off, or made by another version: what it would have is read from the tables."""
    kept = bring(tmp_path / "kept")
    assert {path.stem for path in (tmp_path / "kept/archive/_recent").iterdir()} >= {*COPIED}
    assert bring(tmp_path / "other", between) == kept
    assert_whole(tmp_path / "kept")


def test_what_is_in_the_copy_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run opens the files that it and the last one wrote, and of older ones texts alone."""
    bring(tmp_path)
    before = set((tmp_path / "archive").rglob("*.parquet"))
    batch(tmp_path, [article("new", prose(1), 6.5)])
    opened: list[set[str]] = []
    init = pq.ParquetFile.__init__

    def watched(file: Any, *given: Any, **others: Any) -> None:
        init(file, *given, **others)
        opened.append(set(file.schema_arrow.names))

    monkeypatch.setattr(pq.ParquetFile, "__init__", watched)
    batch(tmp_path, [article("next", prose(2), 6.6)])
    written = set((tmp_path / "archive").rglob("*.parquet")) - before
    for name in COPIED:
        kind = set(TABLES[name].names) - {"day"}
        here = sum(tmp_path / "archive" / name in path.parents for path in written)
        assert 0 < opened.count(kind) <= here < len(before)


def test_a_copy_of_files_that_are_no_more_is_left_alone(tmp_path: Path) -> None:
    """Compacting puts other files in their place; the state is the same, also after more runs."""
    bring(tmp_path / "one")
    bring(tmp_path / "other")
    compacted(tmp_path / "one", keep_days=0)
    for name in ("one", "other"):
        batch(tmp_path / name, [report("f9", FLOOD, 6.5, 99), article("z", prose(104, 60), 7)])
    assert state(tmp_path / "one") == state(tmp_path / "other")


def test_what_is_forgotten_is_in_no_copy(tmp_path: Path) -> None:
    """Nor does the next run put it back."""
    bring(tmp_path)
    copies = tmp_path / "archive" / "_recent"
    assert any(b"o03" in unpacked(path) for path in copies.iterdir())
    continued.forget(str(tmp_path / "archive"), SETTINGS, ["o03", "copy"], NOW)
    assert not copies.exists()
    batch(tmp_path, [article("next", prose(2), 6.6)])
    assert copies.exists()
    assert not any(b"o03" in unpacked(path) for path in copies.iterdir())


def test_a_disk_without_room_for_the_copy_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The run counts, and says that the next one will have to read more."""

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recent, "os", SimpleNamespace(fsync=full))
    found = bring(tmp_path / "full")
    assert "no copy of its recent rows is kept: [Errno 28] No space left" in caplog.text
    monkeypatch.undo()
    assert found == bring(tmp_path / "room")
