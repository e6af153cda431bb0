"""What watches over the runs: the maintenance flow and the automations."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytestmark = pytest.mark.filterwarnings("default")


def test_stale_runs_are_cleared_and_others_left(harness: None) -> None:
    """Late and Pending runs of our flows are cancelled; fresh ones and others' are not."""
    from prefect import flow, get_client
    from prefect.states import Pending, Scheduled

    from flows.maintenance import cancel_stale, look_after

    @flow
    def of_others() -> None:
        """Stand for a flow of somebody else."""

    old = datetime.now(UTC) - timedelta(hours=5)
    late = Scheduled(name="Late", scheduled_time=old)
    with get_client(sync_client=True) as client:
        made = {
            "late": client.create_flow_run(look_after, state=late),
            "pending": client.create_flow_run(look_after, state=Pending()),
            "others": client.create_flow_run(of_others, state=late),
        }
        state = look_after(stale_minutes=60, return_state=True)
        states = [client.read_flow_run(run.id).state.name for run in made.values()]
        assert states == ["Cancelled", "Pending", "Late"]
        assert state.result() == {"stale runs cancelled": 1}
        assert len(cancel_stale(0)) == 1
        states = [client.read_flow_run(run.id).state.name for run in made.values()]
        assert states == ["Cancelled", "Cancelled", "Late"]


def test_the_archive_is_compacted(harness: None, tmp_path: Path) -> None:
    """Upkeep joins small files and changes nothing that is read."""
    from flows.maintenance import look_after
    from pipeline.archive import open_archive
    from pipeline.settings import Settings
    from tests.archive.runs import article, batch, prose, state

    for n in range(3):
        batch(tmp_path, [article(f"a{n}", prose(n))])
    before = state(tmp_path)
    counts = look_after(archive=str(tmp_path / "archive"))
    assert counts["files after"] < counts["files before"]
    assert state(tmp_path) == before
    assert len(open_archive(str(tmp_path / "archive"), Settings()).runs()) == 3


def test_automations_are_made_once(harness: None) -> None:
    """The command can be run again: what is there is left, or brought up to date."""
    from prefect import get_client
    from prefect.events import DoNothing

    from flows.automations import put, spreading, zombies

    with get_client(sync_client=True) as client:
        first = [put(zombies(timedelta(seconds=90))), put(spreading(DoNothing()))]
        again = [put(zombies(timedelta(seconds=90))), put(spreading(DoNothing()))]
        changed = put(zombies(timedelta(seconds=180)))
        found = [one for one in client.read_automations() if one.name.startswith("storyfold: ")]
    assert (first, again, changed) == (["made"] * 2, ["as it was"] * 2, "brought up to date")
    assert len(found) == 2
    assert {one.trigger.within for one in found} == {timedelta(seconds=180), timedelta(0)}


def test_an_interval_is_read_or_refused() -> None:
    """Spans are a number and a unit."""
    from flows.serve import interval
    from pipeline.errors import SettingsError

    assert interval("15m") == timedelta(minutes=15)
    assert interval("2h") == timedelta(hours=2)
    for text in ("15", "m", "0s", "1s", "15 m", "-5m"):
        with pytest.raises(SettingsError, match="--every"):
            interval(text)
