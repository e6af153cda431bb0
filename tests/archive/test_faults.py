"""What an archive does when something is wrong: it says so, and loses nothing."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline import archive
from pipeline.archive import open_archive, tables, writing
from pipeline.continued import keep
from pipeline.errors import ArchiveError
from pipeline.run import run
from pipeline.settings import Settings
from tests.archive.runs import NOW, article, batch, prose, state

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = Settings(threads=1)
FIRST = [article("a", prose(1)), article("b", prose(2))]
SECOND = [article("c", prose(3), 1), article("a2", prose(1), 1)]


State = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> State:
    """Give the state that both batches leave where nothing goes wrong."""
    folder = tmp_path_factory.mktemp("undisturbed")
    batch(folder, FIRST)
    batch(folder, SECOND)
    return state(folder)


def test_a_second_writer_is_refused_at_once(tmp_path: Path) -> None:
    """It is told who holds the archive, and since when."""
    root = str(tmp_path / "archive")
    said = rf"written by process {os.getpid()} on \S+ since \d{{4}}-\d\d-\d\dT"
    with writing(root, SETTINGS, make=True), pytest.raises(ArchiveError, match=said):
        batch(tmp_path, FIRST)
    batch(tmp_path, FIRST)


def test_readers_do_not_wait_for_the_writer(tmp_path: Path) -> None:
    """They see what was committed before it began."""
    batch(tmp_path, FIRST)
    before = state(tmp_path)
    with writing(str(tmp_path / "archive"), SETTINGS):
        assert state(tmp_path) == before


@pytest.mark.parametrize("stop", [1, 4, 6])
def test_a_full_disk_loses_nothing(
    tmp_path: Path, undisturbed: State, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """Whichever table it hits, nothing of the run counts; run again, it is as if nothing was."""
    batch(tmp_path, FIRST)
    before = state(tmp_path)
    append, appended = tables.append, 0

    def full(*arguments: object, **others: object) -> None:
        nonlocal appended
        appended += 1
        if appended == stop:
            raise OSError(28, "No space left on device")
        append(*arguments, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(tables, "append", full)
    with pytest.raises(ArchiveError, match=r"No space left.*run it again"):
        batch(tmp_path, SECOND)
    monkeypatch.undo()
    assert state(tmp_path) == before
    batch(tmp_path, SECOND)
    assert state(tmp_path) == undisturbed


def test_a_file_size_limit_stops_a_real_write(tmp_path: Path) -> None:
    """A write that the system cuts off is an error of one line, and leaves the state."""
    batch(tmp_path, FIRST)
    before = state(tmp_path)
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from pipeline import archive\n"
        "from pipeline.errors import ArchiveError\n"
        "from tests.archive.runs import article, batch, prose\n"
        "from pipeline.archive import tables\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "append = tables.append\n"
        "def limited(*given, **others):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))\n"
        "    append(*given, **others)\n"
        "tables.append = limited\n"
        "try:\n"
        "    batch(Path(sys.argv[1]), [article('c', prose(3), 1)])\n"
        "except ArchiveError as error:\n"
        "    sys.stdout.write(str(error)[:40])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stdout.startswith("cannot write the archive"), done.stderr
    assert state(tmp_path) == before
    batch(tmp_path, SECOND)
    assert len(state(tmp_path)["articles"]) == 4


def test_a_read_only_folder_can_be_read_and_not_written() -> None:
    """The error names the folder; reading needs no lock."""
    code = (
        "import os, sys\n"
        "from pipeline import archive\n"
        "from pipeline.errors import ArchiveError\n"
        "from pipeline.settings import Settings\n"
        "import deltalake, pyarrow.dataset, pyarrow.fs\n"
        "if os.geteuid() == 0:\n"
        "    os.setegid(65534); os.seteuid(65534)\n"  # to root every folder can be written
        "print(len(archive.open_archive(sys.argv[1], Settings()).read('articles')))\n"
        "try:\n"
        "    with archive.writing(sys.argv[1], Settings()):\n"
        "        print('held')\n"
        "except ArchiveError as error:\n"
        "    print(error)\n"
    )
    with tempfile.TemporaryDirectory() as name:
        batch(Path(name), FIRST)
        folder = Path(name) / "archive"
        Path(name).chmod(0o755)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            cwd=ROOT,
            capture_output=True,
            check=False,
            text=True,
        )
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)
    assert done.stdout.splitlines()[:1] == ["2"], done.stderr
    assert f"cannot write the archive at {folder}" in done.stdout


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    """The error says which file, how long it is, how long it should be, and what to do."""
    batch(tmp_path, FIRST)
    file = next((tmp_path / "archive" / "articles").rglob("*.parquet"))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    said = rf"{file.name} is damaged: got {len(whole) // 2} bytes, expected {len(whole)}; put it"
    with pytest.raises(ArchiveError, match=said):
        state(tmp_path)
    file.write_bytes(whole)
    assert len(state(tmp_path)["articles"]) == 2


@pytest.mark.parametrize("keep", [0, 40])
def test_a_log_entry_that_was_cut_off_is_dropped(
    tmp_path: Path, undisturbed: State, keep: int
) -> None:
    """The power failed as it was written: the run it belongs to never was."""
    batch(tmp_path, FIRST)
    batch(tmp_path, SECOND)
    entry = max((tmp_path / "archive" / "runs" / "_delta_log").glob("*.json"))
    entry.write_bytes(entry.read_bytes()[:keep])
    with writing(str(tmp_path / "archive"), SETTINGS) as held:
        assert held.last_run.startswith("00000001")
    assert len(state(tmp_path)["articles"]) == 2
    batch(tmp_path, SECOND)
    assert state(tmp_path) == undisturbed


def test_a_log_entry_of_a_committed_run_is_never_dropped(tmp_path: Path) -> None:
    """Without it rows would be missing, unnoticed: the error names the file, until it is back."""
    batch(tmp_path, FIRST)
    batch(tmp_path, SECOND)
    entry = max((tmp_path / "archive" / "stories" / "_delta_log").glob("*.json"))
    whole = entry.read_bytes()
    for left in (whole[:40], b"", None):
        entry.unlink() if left is None else entry.write_bytes(left)
        with pytest.raises(ArchiveError, match=rf"{entry.name} is damaged or missing.*put it back"):
            batch(tmp_path, [article("d", prose(4), 1)])
    entry.write_bytes(whole)
    batch(tmp_path, [article("d", prose(4), 1)])
    assert len(state(tmp_path)["articles"]) == 5


def test_another_run_that_came_between_is_noticed_at_the_commit(tmp_path: Path) -> None:
    """In an object store, where nobody holds a lock, only one of two runs counts."""
    batch(tmp_path, FIRST)
    root = str(tmp_path / "archive")
    one, other = (open_archive(root, SETTINGS) for _ in range(2))
    about = {"kind": "run", "began": NOW, "clock": one.clock, "settings": "{}", "files": "[]"}
    first = one.next_run("1" * 12)
    with one.committing(first, about):
        pass
    with (
        pytest.raises(ArchiveError, match="another run was committed"),
        other.committing(other.next_run("2" * 12), about),
    ):
        pass
    assert open_archive(root, SETTINGS).last_run == first


def test_a_run_that_fails_while_its_rows_are_appended_counts_for_nothing(
    tmp_path: Path, undisturbed: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive is held until they are written: the next writer finds, and removes, them all."""
    batch(tmp_path, FIRST)
    before = state(tmp_path)
    appended, append = [], tables.append

    def late(table: Any, rows: Any, *others: Any, **more: Any) -> None:
        time.sleep(0.2)
        append(table, rows, *others, **more)
        appended.append(table.version())

    def fail(*_: Any) -> None:
        raise MemoryError("too many stories")

    with monkeypatch.context() as patched:
        patched.setattr(tables, "append", late)
        patched.setattr(keep, "track", fail)
        with pytest.raises(MemoryError):
            batch(tmp_path, SECOND)
    assert appended
    assert list((tmp_path / "archive" / "articles").rglob("*.parquet"))[1:]
    assert state(tmp_path) == before
    batch(tmp_path, SECOND)
    assert state(tmp_path) == undisturbed


def test_settings_that_cannot_be_mixed_are_refused_with_the_way_out(tmp_path: Path) -> None:
    """Fingerprints of another seed cannot be compared; other thresholds can."""
    batch(tmp_path, FIRST)
    other = Settings.model_validate({"dedup": {"seed": 7}})
    with pytest.raises(ArchiveError, match=r"got dedup.seed=7.*use --set dedup.seed=1, or begin"):
        batch(tmp_path, SECOND, settings=other)
    batch(tmp_path, SECOND, settings=Settings.model_validate({"dedup": {"jaccard": 0.8}}))


def test_a_folder_that_is_no_archive_is_not_read(tmp_path: Path) -> None:
    """The error says how one is made."""
    with pytest.raises(ArchiveError, match=r"no archive at .*--archive"):
        open_archive(str(tmp_path / "nothing"), SETTINGS)


def test_a_url_is_as_good_as_a_folder(tmp_path: Path) -> None:
    """An archive can be named by a file URL, with storage options passed on."""
    batch(tmp_path, FIRST)
    url = (tmp_path / "archive").as_uri()
    options = Settings.model_validate({"threads": 1, "archive": {"storage_options": {"x": "y"}}})
    run([str(tmp_path / "batch.jsonl")], tmp_path / "out", options, now=NOW, archive=url)
    assert len(archive.open_archive(url, options).runs()) == 2
