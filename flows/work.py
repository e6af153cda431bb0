"""The job of a flow run, kept on disk: a run that crashed is continued from there."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flows.handoff import finished, save
from pipeline import archive, ingest
from pipeline.continued import Committed
from pipeline.errors import ArchiveHeldError
from pipeline.seen import FileSeen
from pipeline.settings import InboxSettings, Settings
from pipeline.stages import Job

_JOB = "job.json"
_KEEP_SECONDS = 7 * 86_400


@dataclass(frozen=True)
class Asked:
    """What a flow run is asked to do: its parameters."""

    inputs: Sequence[str]
    """Files, folders, globs."""
    inbox: str | None
    """Folder to drain."""
    archive: str | None
    out: str
    settings: Settings


@contextmanager
def job_folder(work: Path, asked: Asked) -> Iterator[Path]:
    """Hold the folder of a job; it is deleted when the run ends well, and kept when it fails.

    Parameters
    ----------
    work : Path
        Folder of all jobs. Those that nobody has continued for a week are deleted.
    asked : Asked
        Names the folder: the same request finds what an earlier run of it left.

    Raises
    ------
    ArchiveHeldError
        Another process works at the same job.
    """
    known = json.dumps(asdict(asked) | {"settings": _telling(asked.settings)}, sort_keys=True)
    digest = blake2b(f"{version('storyfold')} {known}".encode(), digest_size=8).hexdigest()
    _sweep(work)
    folder = work / digest
    with _locked(folder):
        yield folder
        shutil.rmtree(folder)


def begin(asked: Asked, folder: Path, now: datetime) -> tuple[Job, ingest.Inbox | None]:
    """Continue the job that a crashed run left in the folder, or begin a new one.

    The caller holds the folder, and the archive if there is one. What a crashed run had read
    stays its batch: files that have arrived in the inbox since are left for the next run.

    Returns
    -------
    job : Job
        Without files where an inbox has nothing new.
    inbox : Inbox or None
        What was found there; None for other inputs, and for a job that is continued.

    Raises
    ------
    OSError
        The inbox cannot be listed.
    """
    past = asked.archive and archive.open_archive(asked.archive, asked.settings)
    after = past.last_run if past else ""
    left = _left(folder)
    if left and _goes_on(left, asked, folder, past or None):
        return job_of(folder), None
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    inbox = None
    if asked.inbox is None:
        inputs, files = list(asked.inputs), ingest.files_seen(asked.inputs)
    else:
        already = past.files_read() if past else set()
        inbox = _settled(Path(asked.inbox), already, asked.settings.inbox, now)
        inputs, files = [file.path for file in inbox.ready], inbox.ready
    told = asdict(asked) | {"settings": asked.settings.model_dump(mode="json")}
    told |= {"inputs": inputs, "files": files, "now": now.isoformat(), "after": after}
    partial = folder / f"{_JOB}.partial"
    partial.write_text(json.dumps(told), "utf-8")
    partial.rename(folder / _JOB)
    return job_of(folder), inbox


def _settled(
    folder: Path, already: set[FileSeen], settings: InboxSettings, now: datetime
) -> ingest.Inbox:
    """Sort out an inbox; where all that is new has only just come, give it time to be whole."""
    inbox = ingest.waiting(folder, already, settings, now)
    if inbox.ready or not inbox.later:
        return inbox
    time.sleep(settings.quiet_seconds)
    later = now + timedelta(seconds=settings.quiet_seconds)
    return ingest.waiting(folder, already, settings, later)


def job_of(folder: Path) -> Job:
    """Read the job that a folder is for."""
    told = json.loads((folder / _JOB).read_text("utf-8"))
    return Job(
        told["inputs"],
        Path(told["out"]),
        Settings(**told["settings"]),
        datetime.fromisoformat(told["now"]),
        told["archive"],
        [FileSeen(*file) for file in told["files"]],
    )


def _goes_on(
    left: dict[str, Any], asked: Asked, folder: Path, past: archive.Archive | None
) -> bool:
    """Tell whether what a crashed run left still holds."""
    files = [FileSeen(*file) for file in left["files"]]
    if finished("read", folder) is None:
        return False  # nothing to go on with
    if asked.inbox is None and ingest.files_seen(asked.inputs) != files:
        return False
    return not past or past.last_run == left["after"] or _own_commit(left, files, folder, past)


def _own_commit(
    left: dict[str, Any], files: list[FileSeen], folder: Path, past: archive.Archive
) -> bool:
    """Tell whether the one run that came since is the crashed one's own; note that it is done."""
    since = [run for run in past.run_ids() if run > left["after"]]
    if len(since) != 1 or past.last_files() != files:
        return False
    if finished("commit", folder) is None:
        save(Committed(past.last_run, {}), "commit", folder, 0.0)
    return True


def _left(folder: Path) -> dict[str, Any] | None:
    try:
        return json.loads((folder / _JOB).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _telling(settings: Settings) -> dict[str, Any]:
    """Give the settings on which results depend."""
    return settings.model_dump(mode="json", exclude={"threads": True})


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder; the operating system frees it should the process die."""
    handle = _lock(folder)
    try:
        yield
    finally:
        os.close(handle)


def _lock(folder: Path) -> int:
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise ArchiveHeldError(
                f"another process works at the same job, in {folder}: wait for it, or stop it"
            ) from error
        if folder.is_dir() and os.path.samestat(os.fstat(handle), folder.stat()):
            return handle
        os.close(handle)  # whoever held it has just deleted it


def _sweep(work: Path) -> None:
    """Delete the folders of jobs that nobody came back to."""
    if not work.is_dir():
        return
    for folder in work.iterdir():
        job = folder / _JOB
        if job.is_file() and time.time() - job.stat().st_mtime > _KEEP_SECONDS:
            with suppress(ArchiveHeldError), _locked(folder):
                shutil.rmtree(folder)
