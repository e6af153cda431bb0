"""Export folders, whole or not at all."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import ExportError
from pipeline.export import files, write
from pipeline.settings import ExportSettings

TABLES = {"stories": pa.table({"story_id": ["s1"]}), "rejects": pa.table({"input": ["a"]})}


def test_writes_each_table_once_a_format(tmp_path: Path) -> None:
    """Two tables in three formats are six files, and nothing else is left."""
    written = write(TABLES, tmp_path / "out", ExportSettings())
    assert sorted(path.name for path in written) == sorted(
        f"{table}.{kind}" for table in TABLES for kind in ("parquet", "jsonl", "csv")
    )
    assert sorted((tmp_path / "out").iterdir()) == written


def test_removes_formats_of_an_earlier_run(tmp_path: Path) -> None:
    """A file that this run does not write would tell of another run, so it goes."""
    write(TABLES, tmp_path, ExportSettings())
    (tmp_path / "notes.csv").write_text("mine")
    write(TABLES, tmp_path, ExportSettings(formats=("jsonl",)))
    assert {path.name for path in tmp_path.iterdir()} == {
        "stories.jsonl",
        "rejects.jsonl",
        "notes.csv",
    }


def test_a_failed_write_leaves_the_earlier_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fills half-way, the files of the run before stand untouched."""
    write(TABLES, tmp_path, ExportSettings())
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    def full(table: pa.Table, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(files.WRITERS, "csv", full)
    with pytest.raises(ExportError, match=r"No space left.*name another with --out"):
        write(TABLES, tmp_path, ExportSettings())
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """The message names the place and the mend."""
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(ExportError, match=r"cannot write results to .*out.*--out"):
        write(TABLES, tmp_path / "out", ExportSettings())
