"""Events about stories: which are sent, and what they say."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from pipeline.continued.growth import GROWTH

if TYPE_CHECKING:
    from prefect.events import Event

pytestmark = pytest.mark.filterwarnings("default")

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def story(name: str, sources: int, fresh: int = 0, before: int = 0) -> dict[str, Any]:
    counts = {"articles": sources, "reposts": 0, "sources": sources, "fresh_sources": fresh}
    earlier = {f"{key}_before": 0 for key in counts} | {"fresh_sources_before": before}
    event = "grew" if before else "born"
    about = {"story_id": name, "event": event, "title": f"On {name}", "last_published": NOW}
    return {**about, **counts, **earlier}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Catch what would go to the server: names of events with their resources, and payloads."""
    found: list[tuple[str, dict[str, Any]]] = []

    def catch(events: "Sequence[Event]") -> None:
        for event in events:
            assert event.resource["prefect.resource.name"].startswith("On ")
            found.append((f"{event.event} {event.resource.id}", event.payload))

    monkeypatch.setattr("flows.events.tell_events", catch)
    return found


def test_stories_of_few_sources_send_nothing(sent: list[tuple[str, dict[str, Any]]]) -> None:
    """Born and grown stories are told apart; payloads bear counts before and after."""
    from flows.events import EventSettings, send

    rows = [story("a", 5, before=1), story("b", 3), story("c", 2)]
    growth = pa.Table.from_pylist(rows, GROWTH)
    assert send(growth, EventSettings(), "archive") == {"sent": 2, "left out": 0}
    assert [name for name, _ in sent] == [
        "storyfold.story.grew storyfold.story.a",
        "storyfold.story.born storyfold.story.b",
    ]
    assert sent[0][1]["sources"] == 5
    assert sent[0][1]["sources_before"] == 0


def test_too_many_are_counted(sent: list[tuple[str, dict[str, Any]]]) -> None:
    """No more than asked for are sent, those that gained most; the rest are counted."""
    from flows.events import EventSettings, send

    growth = pa.Table.from_pylist([story(str(n), 9 - n) for n in range(5)], GROWTH)
    assert send(growth, EventSettings(most=2), "archive") == {"sent": 2, "left out": 3}
    assert [name[-1] for name, _ in sent] == ["0", "1"]


def test_a_story_spreads_once(sent: list[tuple[str, dict[str, Any]]]) -> None:
    """Passing the sources in the hours is an event; having passed them before is none."""
    from flows.events import EventSettings, send

    rows = [story("a", 12, fresh=10, before=9), story("b", 12, fresh=12, before=10)]
    rows += [story("c", 12, fresh=9, before=1)]
    send(pa.Table.from_pylist(rows, GROWTH), EventSettings(most=0), "archive")
    assert [name for name, _ in sent] == ["storyfold.story.spread storyfold.story.a"]
