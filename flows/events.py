"""Events about stories: what automations of the Prefect server wait for."""

from typing import Any

import pyarrow as pa
from prefect import runtime
from prefect.events import Event, RelatedResource, Resource
from pydantic import BaseModel, ConfigDict, Field

from flows.reporting import tell_events

GREW, BORN, SPREAD = "storyfold.story.grew", "storyfold.story.born", "storyfold.story.spread"
ARRIVED = "storyfold.inbox.arrived"
_COUNTED = ("articles", "reposts", "sources")


class EventSettings(BaseModel):
    """Which stories an archive's runs send events about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spread_sources: int = Field(
        10, ge=2, description="A story spreads when it passes so many sources ..."
    )
    spread_hours: float = Field(1.0, gt=0, le=168, description="... within so many hours.")
    min_sources: int = Field(
        3, ge=1, description="Stories of fewer sources send no event when they are born or grow."
    )
    most: int = Field(
        3, ge=0, le=1000, description="Born and grown stories that send events in one run."
    )


def send(growth: pa.Table, settings: EventSettings, archive: str) -> dict[str, int]:
    """Send events about what a run added to stories.

    ``storyfold.story.born`` and ``storyfold.story.grew`` are sent for those that gained most;
    ``storyfold.story.spread`` for every story that passes the sources in an hour.

    Parameters
    ----------
    growth : table of `continued.growth`
    settings : EventSettings
    archive : str
        Where the stories are.

    Returns
    -------
    dict of str to int
        Events that were sent, and that were not because there were too many.
    """
    stories = growth.to_pylist()
    seen = [story for story in stories if story["sources"] >= settings.min_sources]
    events = [
        _event(GREW if story["event"] == "grew" else BORN, story, archive)
        for story in seen[: settings.most]
    ]
    left_out = len(seen) - len(events)
    events += [
        _event(SPREAD, story, archive)
        for story in stories
        if _spreads(story, settings.spread_sources)
    ]
    if events:
        tell_events(events)
    return {"sent": len(events), "left out": left_out}


def _spreads(story: dict[str, Any], sources: int) -> bool:
    return bool(story["fresh_sources"] >= sources > story["fresh_sources_before"])


def _event(event: str, story: dict[str, Any], archive: str) -> Event:
    last = story["last_published"]
    payload = {name: story[name] for name in _COUNTED}
    payload |= {f"{name}_before": story[f"{name}_before"] for name in _COUNTED}
    payload["fresh_sources"] = story["fresh_sources"]
    about = {
        "prefect.resource.id": f"storyfold.story.{story['story_id']}",
        "prefect.resource.name": (story["title"] or story["story_id"])[:200],
        "storyfold.archive": archive,
    }
    return Event(
        event=event,
        resource=Resource(about),
        related=_run(),
        payload={**payload, "last_published": last and last.isoformat()},
    )


def _run() -> list[RelatedResource]:
    """Name the flow run that an event is of; none where there is none."""
    if not (run := runtime.flow_run.id):
        return []
    about = {"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}
    return [RelatedResource(about)]
