"""What a run is asked to do, and how its stages are called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from pipeline.seen import FileSeen
from pipeline.settings import Settings


@dataclass(frozen=True)
class Job:
    """What a run is asked to do."""

    inputs: Sequence[str]
    """Files, folders, globs; ``-`` for standard input."""
    out: Path
    """Folder of the export."""
    settings: Settings
    now: datetime
    """Time against which a date is absurd."""
    archive: str | None = None
    """Folder or URL of the archive that the run continues."""
    files: Sequence[FileSeen] = ()
    """Files behind the inputs, as they were before they were read."""


@dataclass(frozen=True)
class Tokens:
    """Token hashes of every article."""

    table: pa.Table
    """Of schema.TOKENS."""
    counts: dict[str, int]


@dataclass(frozen=True)
class Exported:
    """Files written."""

    files: list[str]
    """Paths, sorted."""
    largest: pa.Table
    """The largest stories, of schema.STORIES: what a summary shows."""
    counts: dict[str, int]


@dataclass(frozen=True)
class Reported:
    """The report, written."""

    folder: str
    counts: dict[str, int]


Spent = Mapping[str, tuple[float, Mapping[str, int]]]
"""Seconds and counts of each stage so far."""

Report = Callable[[int, int], None]
"""Told of bytes read, and bytes in all (0 where unknown)."""


class Step(Protocol):
    """Runs one stage: given its name, the job and earlier results, gives its result."""

    def __call__(self, stage: str, *inputs: Any) -> Any:
        """Run ``stage``."""


def largest(stories: pa.Table, n: int = 10) -> pa.Table:
    """Give the n largest stories of a table of schema.STORIES."""
    return stories.sort_by([("articles", "descending"), ("story_id", "ascending")])[:n]
