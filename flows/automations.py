"""The automations that watch over our flows, made or brought up to date by one command.

python -m flows.automations [--notify BLOCK]
"""

import sys
from datetime import timedelta
from typing import Annotated, cast

import typer
from prefect import get_client
from prefect.blocks.core import Block
from prefect.client.schemas.objects import StateType
from prefect.events import DoNothing, EventTrigger, Posture
from prefect.events.actions import ActionTypes, ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import AutomationCore

from flows.events import SPREAD
from flows.maintenance import FLOWS
from flows.server import at_server

_HEARTBEAT = "prefect.flow-run.heartbeat"
_ENDED = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed")}
_OURS = {"prefect.resource.role": "flow", "prefect.resource.name": FLOWS}


def zombies(silent: timedelta) -> AutomationCore:
    """Mark a run of ours as crashed when its heartbeat stops and it has not ended.

    Its process was killed, or its machine went down, and nobody was left to say so. What it
    had done is taken up by the next run.

    Parameters
    ----------
    silent : timedelta
        Three heartbeats or more.
    """
    return AutomationCore(
        name="storyfold: a run fell silent",
        description="Marks a run as crashed when its heartbeat stops.",
        trigger=EventTrigger(
            after={_HEARTBEAT},
            expect={_HEARTBEAT, *_ENDED},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=silent,
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                message=f"no heartbeat for {silent.total_seconds():.0f} s: its process is gone",
            )
        ],
    )


def spreading(notify: ActionTypes) -> AutomationCore:
    """Alert when a story passes the sources in an hour that the flow's ``events`` set.

    Parameters
    ----------
    notify : action
        What to do then.
    """
    return AutomationCore(
        name="storyfold: a story spreads",
        description="Alerts when many sources take up one story in a short time.",
        trigger=EventTrigger(
            expect={SPREAD},
            match={"prefect.resource.id": ["storyfold.story.*"]},
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[notify],
    )


def notification(block: str) -> SendNotification:
    """Send a notification through a block.

    Parameters
    ----------
    block : str
        Type and name, such as ``slack-webhook/newsroom``.

    Raises
    ------
    ValueError
        There is no such block.
    """
    found = cast(Block, Block.load(block))
    return SendNotification(
        block_document_id=found._block_document_id,  # noqa: SLF001 - Prefect has no other name
        subject="{{ event.payload.fresh_sources }} sources: {{ event.resource.name }}",
        body=(
            "{{ event.resource.name }}\n\n{{ event.payload.sources }} sources in all, "
            "{{ event.payload.articles }} articles and {{ event.payload.reposts }} reposts; "
            "last report {{ event.payload.last_published }}."
        ),
    )


def put(automation: AutomationCore) -> str:
    """Make an automation, or bring the one of its name up to date.

    Returns
    -------
    str
        ``made``, ``brought up to date`` or ``as it was``.
    """
    with get_client(sync_client=True) as client:
        known = client.read_automations_by_name(automation.name)
        if not known:
            client.create_automation(automation)
            return "made"
        first, *twins = known
        for twin in twins:
            client.delete_automation(twin.id)
        if first.model_dump(exclude={"id", "enabled"}) == automation.model_dump(
            exclude={"enabled"}
        ):
            return "as it was"
        automation = automation.model_copy(update={"enabled": first.enabled})
        client.update_automation(first.id, automation)
        return "brought up to date"


def main(
    notify: Annotated[
        str | None,
        typer.Option(metavar="BLOCK", help="Notification block, like slack-webhook/newsroom."),
    ] = None,
    silent: Annotated[
        int, typer.Option(min=90, help="Seconds without a heartbeat after which a run is dead.")
    ] = 90,
) -> None:
    """Make the automations: silent runs are marked as crashed, spreading stories alert."""
    with at_server():
        try:
            action = notification(notify) if notify else DoNothing()
        except ValueError as error:
            print(f"storyfold: --notify: {error}; expected TYPE/NAME of a block", file=sys.stderr)
            sys.exit(1)
        for automation in (zombies(timedelta(seconds=silent)), spreading(action)):
            print(f"{automation.name}: {put(automation)}")


if __name__ == "__main__":
    typer.run(main)
