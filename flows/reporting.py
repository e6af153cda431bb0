"""What is told to the Prefect server: it must not stop the work if the server is away."""

import functools
import time
from collections.abc import Callable
from typing import ParamSpec, cast
from uuid import UUID

import httpx
import pyarrow as pa
from prefect import get_client, get_run_logger, runtime
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.summary import Done, growth_rows, largest_rows, markdown

P = ParamSpec("P")
_SECONDS_BETWEEN_UPDATES = 2.0


def _unless_away(tell: Callable[P, None]) -> Callable[P, None]:
    """Turn the server's absence into a line of the log."""

    @functools.wraps(tell)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            tell(*args, **kwargs)
        except httpx.HTTPError as error:
            get_run_logger().warning("the server was not told (%s): %s", tell.__name__, error)

    return told


@_unless_away
def name_run(name: str) -> None:
    """Say what the flow run turned out to be about."""
    with get_client(sync_client=True) as client:
        client.update_flow_run(runtime.flow_run.id, name=name)


class Bar:
    """A progress artifact: the stages done, and how far the one at work has come."""

    def __init__(self, stages: list[str]) -> None:
        self._stages = stages
        self._updated = 0.0
        self._id: UUID | None = None
        self._create()

    @_unless_away
    def _create(self) -> None:
        made = create_progress_artifact(0.0, key="progress", description=self._stages[0])
        self._id = cast(UUID, made)  # no coroutine: this is no coroutine either

    def advance(self, stage: str, done: int, total: int) -> None:
        """Note how far a stage has come; told to the server every few seconds at most."""
        if time.monotonic() - self._updated > _SECONDS_BETWEEN_UPDATES:
            self._update(stage, min(done / total, 1.0) if total else 0.0)

    def finish(self, stage: str) -> None:
        """Note that a stage is done."""
        last = stage == self._stages[-1]
        if last or time.monotonic() - self._updated > _SECONDS_BETWEEN_UPDATES:
            self._update(stage, 1.0)

    @_unless_away
    def _update(self, stage: str, share: float) -> None:
        self._updated = time.monotonic()
        if self._id is not None:
            done = 100 * (self._stages.index(stage) + share) / len(self._stages)
            update_progress_artifact(self._id, round(done, 1), description=stage)


@_unless_away
def publish(done: Done, largest: pa.Table, growth: pa.Table | None, report: str | None) -> None:
    """Publish a run's summary, its largest and fastest-growing stories, and its report.

    Parameters
    ----------
    done : Done
    largest : table of schema.STORIES
    growth : table of `continued.growth`, or None
        None where there is no archive.
    report : str or None
        URL of the report.
    """
    create_markdown_artifact(
        markdown(done), key="run-summary", description="What the run read, folded and found"
    )
    create_table_artifact(
        largest_rows(largest), key="largest-stories", description="The stories that most tell"
    )
    if growth is not None:
        create_table_artifact(
            growth_rows(growth), key="fastest-growing", description="What the run added to stories"
        )
    if report is not None:
        create_link_artifact(
            report, link_text=report, key="report", description="Stories as pages, to read"
        )
