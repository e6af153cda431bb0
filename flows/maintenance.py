"""The flow ``look-after``: clears runs that will never run, and compacts the archive."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from prefect import State, flow, get_client, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.states import Cancelled, Completed
from pydantic import Field

from pipeline import archive as archives
from pipeline.counts import told
from pipeline.settings import Settings

FLOWS = ["ingest-to-cluster", "look-after"]
"""Our flows, by name: runs of others on the same server are none of our business."""
_WAITING = ["Pending", "Late"]
_PAGE = 200

Minutes = Annotated[int, Field(ge=1)]


@flow(
    name="look-after",
    description="Clears flow runs that will never run, and compacts the archive.",
    persist_result=False,
    result_serializer="json",
)
def look_after(
    archive: str | None = None,
    stale_minutes: Minutes = 60,
    settings: Settings = Settings(),  # noqa: B008 - frozen
) -> State[dict[str, int]]:
    """Clear runs that wait in vain, and join the archive's small files.

    Args:
        archive: Folder or URL of the archive to compact; left as it is where none is given.
        stale_minutes: Runs that have been Pending or Late for so many minutes are cancelled.
        settings: Those of the archive's runs.
    """
    found = {"stale runs cancelled": len(clear_stale(stale_minutes))}
    if archive:
        found |= compact(archive, settings)
    return Completed(message=told(found), data=found)


@task(name="clear stale runs", cache_policy=NO_CACHE, persist_result=False)
def clear_stale(minutes: float) -> list[str]:
    """Cancel runs of our flows that have waited too long; what they would have read still waits.

    Parameters
    ----------
    minutes : float
        Since the run was to start, or was last heard of.

    Returns
    -------
    list of str
        Name of each, and what became of it.
    """
    cancelled = cancel_stale(minutes)
    for name in cancelled:
        get_run_logger().info("cancelled %s", name)
    return cancelled


def cancel_stale(minutes: float, deployment: UUID | None = None) -> list[str]:
    """Cancel stale runs, of one deployment or of all; needs no flow run around it."""
    before = datetime.now(UTC) - timedelta(minutes=minutes)
    cancelled = []
    with get_client(sync_client=True) as client:
        for run in _waiting(client, deployment):
            late = run.state.name == "Late"
            since = run.expected_start_time if late else run.state.timestamp
            if since < before:
                message = f"{run.state.name} since {since:%Y-%m-%d %H:%M} UTC: cleared"
                client.set_flow_run_state(run.id, Cancelled(message=message), force=True)
                cancelled.append(f"{run.name}: {message}")
    return cancelled


def _waiting(client: SyncPrefectClient, deployment: UUID | None) -> list[Any]:
    which = FlowRunFilter(
        state=FlowRunFilterState(name=FlowRunFilterStateName(any_=_WAITING)),
        deployment_id=deployment and FlowRunFilterDeploymentId(any_=[deployment]),
    )
    found: list[Any] = []
    while True:
        page = client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=FLOWS)),
            flow_run_filter=which,
            limit=_PAGE,
            offset=len(found),
        )
        found += page
        if len(page) < _PAGE:
            return found


@task(name="compact the archive", cache_policy=NO_CACHE, persist_result=False)
def compact(archive: str, settings: Settings) -> dict[str, int]:
    """Join the archive's small files and delete those that were replaced long ago."""
    keep, level = settings.archive.keep_days, settings.archive.compression
    with archives.writing(archive, settings) as held:
        return archives.compact(held, keep, level)
