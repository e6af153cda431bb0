"""Schedules on one machine: an inbox is drained into an archive, again and again.

python -m flows.serve --inbox DIR --archive DIR --every 15m
"""

import asyncio
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

import typer
from prefect import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.events import DeploymentEventTrigger
from prefect.exceptions import TerminationSignal
from prefect.runner import Runner
from prefect.schedules import Cron, Interval
from prefect.types.entrypoint import EntrypointType

from flows.events import ARRIVED
from flows.maintenance import cancel_stale, look_after
from flows.news import ingest_to_cluster
from flows.server import at_server
from pipeline.config import load_settings
from pipeline.errors import SettingsError, StoryfoldError
from pipeline.settings import Settings

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)  # fixed, so that a restart moves no run
_ONE_AT_A_TIME = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
)


def interval(text: str) -> timedelta:
    """Read a span of time such as ``15m``, ``90s``, ``2h`` or ``1d``.

    Raises
    ------
    SettingsError
        It is none, or under five seconds.
    """
    match = re.fullmatch(r"(\d+)([smhd])", text)
    span = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta(0)
    if span < timedelta(seconds=5):
        raise SettingsError(
            f"--every: got {text!r}; expected a number and s, m, h or d, like 15m, from 5s on"
        )
    return span


def deployments(
    name: str, every: timedelta, parameters: dict[str, Any], settings: Settings
) -> list[RunnerDeployment]:
    """Describe the scheduled flows: one that drains the inbox, one that looks after it all.

    Parameters
    ----------
    name : str
        Of both deployments, and in ``storyfold.inbox.NAME``, the resource of the event that
        starts a run at once.
    every : timedelta
        Between runs.
    parameters : dict
        Of `ingest_to_cluster`.
    settings : Settings
        Of the pipeline.
    """
    told = settings.model_dump(mode="json")
    arrived = DeploymentEventTrigger(
        name=f"storyfold: files arrived in inbox {name}",
        expect={ARRIVED},
        match={"prefect.resource.id": f"storyfold.inbox.{name}"},
    )
    drain = RunnerDeployment.from_flow(
        ingest_to_cluster,
        name,
        schedule=Interval(every, anchor_date=_ANCHOR, timezone="UTC"),
        triggers=[arrived],
        parameters={**parameters, "settings": told},
        concurrency_limit=_ONE_AT_A_TIME,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    upkeep = RunnerDeployment.from_flow(
        look_after,
        name,
        schedule=Cron("40 3 * * *", timezone="UTC"),
        parameters={"archive": parameters["archive"], "settings": told},
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return [drain, upkeep]


def main(
    inbox: Annotated[Path, typer.Option(help="Folder into which others put files.")],
    archive: Annotated[str, typer.Option(help="Folder or URL of the archive.")],
    every: Annotated[str, typer.Option(help="Time between runs, like 15m.")] = "15m",
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("data/exports"),
    work: Annotated[Path, typer.Option(help="Folder of unfinished jobs.")] = Path("data/work"),
    name: Annotated[str, typer.Option(help="Of the deployments: one for each inbox.")] = "inbox",
    report: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("data/report"),
    report_url: Annotated[
        str | None, typer.Option(help="Address under which the report is served.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings; by default storyfold.toml, if it is here.")
    ] = None,
    now: Annotated[bool, typer.Option(help="Also run once at once.")] = True,
) -> None:
    """Serve the schedules until stopped: a run every so often, upkeep every night."""
    try:
        span, settings = interval(every), load_settings(config, {})
        if not inbox.is_dir():
            raise SettingsError(f"--inbox: no folder at {inbox}; expected the one to drain")
    except StoryfoldError as error:
        print(f"storyfold: {error}", file=sys.stderr)
        sys.exit(1)
    parameters = {
        "inbox": str(inbox.absolute()),
        "archive": archive if "://" in archive else str(Path(archive).absolute()),
        "out": str(out.absolute()),
        "work": str(work.absolute()),
        "report": str(report.absolute()),
        "report_url": report_url,
    }
    with at_server():
        runner = Runner(name=f"storyfold-{name}")
        drain, upkeep = deployments(name, span, parameters, settings)
        deployed = cast(UUID, runner.add_deployment(drain))
        runner.add_deployment(upkeep)
        cancel_stale(0, deployed)  # what was missed is still in the inbox: one run reads it all
        if now:
            with get_client(sync_client=True) as client:
                client.create_flow_run_from_deployment(deployed)
        print(
            f"storyfold: {inbox} is drained into {archive} every {every}, and now if files wait. "
            f"`prefect events emit {ARRIVED} --resource-id storyfold.inbox.{name}` starts a run."
        )
        try:
            asyncio.run(runner.start())
        except (KeyboardInterrupt, TerminationSignal):
            print("storyfold: stopped; the schedule is paused until it is served again")


if __name__ == "__main__":
    typer.run(main)
