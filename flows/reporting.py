"""What is told to the Prefect server: it must not stop the work if the server is away."""

import functools
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

import httpx
import pyarrow as pa
from prefect import get_client, get_run_logger, runtime
from prefect.client.schemas.actions import ArtifactCreate
from prefect.events import Event

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
        self._id: str | None = None
        self._create()

    @_unless_away
    def _create(self) -> None:
        self._id = _make("progress", None, 0.0, self._stages[0])

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
            _change(self._id, data=round(done, 1), description=stage)


@_unless_away
def publish(done: Done, largest: pa.Table, growth: pa.Table | None, report: str | None) -> None:
    """Publish a run's summary, with a link to its report, its largest and fastest-growing stories.

    Parameters
    ----------
    done : Done
    largest : table of schema.STORIES
    growth : table of `continued.growth`, or None
        None where there is no archive.
    report : str or None
        URL of the report.
    """
    summary = _make("markdown", "run-summary", "", "What the run read, folded and found")
    _change(summary, data=markdown(done, report))  # unlike what is made so, without an event
    _make("table", None, _rows(largest_rows(largest)), "The largest stories")
    if growth is not None:
        _make("table", None, _rows(growth_rows(growth)), "The fastest-growing stories")


@_unless_away
def tell_events(events: Sequence[Event]) -> None:
    """Send events as they are, in one request.

    `prefect.events.emit_event` would relate each of them to the run's flow and deployment too,
    which the run names already: a third of what an event leaves in the server's database.
    """
    told = [event.model_dump(mode="json") for event in events]
    get_client(sync_client=True).request("POST", "/events", json=told)


def _rows(rows: list[dict[str, Any]]) -> str:
    """Give rows as the data of a table artifact, short: the database keeps all of it."""
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _make(kind: str, key: str | None, data: Any, description: str) -> str:
    """Create an artifact of the run, and none of the events that `prefect.artifacts` also sends.

    The server sends one of its own, with all data, for every artifact that is made under a key,
    to be found among those of all runs.
    """
    asked = ArtifactCreate(
        type=kind, key=key, data=data, description=description, flow_run_id=runtime.flow_run.id
    )
    client = get_client(sync_client=True)  # the run's own, open as long as it
    answer = client.request(
        "POST", "/artifacts/", json=asked.model_dump(mode="json", exclude_unset=True)
    )
    made: str = answer.json()["id"]
    return made


def _change(artifact: str, **changed: Any) -> None:
    get_client(sync_client=True).request(
        "PATCH", "/artifacts/{id}", path_params={"id": artifact}, json=changed
    )
