"""The whole chain in one process, without Prefect."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import ingest
from pipeline.settings import Settings
from pipeline.stages import STAGES, Exported, Job, chain, holding, warm_up

__all__ = ["Progress", "Summary", "run"]


class Progress:
    """Told what a run is doing; this one tells nobody."""

    def started(self, stage: str) -> None:
        """Note that a stage begins."""

    def advanced(self, stage: str, done: int, total: int) -> None:
        """Note how far a stage has come, in bytes; ``total`` is 0 where unknown."""

    def finished(self, stage: str, seconds: float, counts: dict[str, int]) -> None:
        """Note that a stage is done."""


@dataclass(frozen=True)
class Summary:
    """What a run did."""

    counts: dict[str, dict[str, int]]
    """Counts of each stage."""
    seconds: dict[str, float]
    """Seconds of each stage."""
    exported: Exported


def run(
    inputs: Sequence[str],
    out: Path,
    settings: Settings,
    progress: Progress | None = None,
    now: datetime | None = None,
    archive: str | None = None,
) -> Summary:
    """Read articles, fold reposts, gather stories, and write the export tables.

    Parameters
    ----------
    inputs : sequence of str
        Files, folders, globs; ``-`` for standard input.
    out : Path
        Folder of the export.
    settings : Settings
        Of every stage.
    progress : Progress, optional
        Told what the run is doing.
    now : datetime, optional
        Time against which a date is absurd; by default the present.
    archive : str, optional
        Folder or URL of the archive that the run continues.

    Returns
    -------
    Summary

    Raises
    ------
    InputError
        Nothing can be read.
    ArchiveError
        The archive cannot be used; nothing of this run counts.
    ExportError
        The results cannot be written.
    """
    told = progress or Progress()
    counts: dict[str, dict[str, int]] = {}
    seconds: dict[str, float] = {}

    def step(stage: str, *given: Any) -> Any:
        told.started(stage)
        begin = time.perf_counter()
        extra: dict[str, Any] = {"report": _reporter(told, stage)} if stage == "read" else {}
        if stage == "report":
            extra["spent"] = {name: (seconds[name], counts[name]) for name in seconds}
        result = STAGES[stage](*given, **extra)
        seconds[stage] = time.perf_counter() - begin
        counts[stage] = result.counts
        told.finished(stage, seconds[stage], result.counts)
        return result

    warm_up(settings)
    files = ingest.files_seen(inputs)
    job = Job(inputs, out, settings, now or datetime.now(UTC), archive, files)
    with holding(job):
        return Summary(counts, seconds, chain(step, job))


def _reporter(progress: Progress, stage: str) -> Callable[[int, int], None]:
    return lambda done, total: progress.advanced(stage, done, total)
