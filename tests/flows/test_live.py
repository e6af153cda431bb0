"""Scheduled runs on a real Prefect server; runs, workers and the server are killed."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.archive import open_archive
from pipeline.errors import ArchiveError
from pipeline.settings import Settings
from tests.archive.runs import article, assert_whole, prose
from tests.flows.live import Live, kill, run_processes, until

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Start a server for all tests of this file."""
    started = Live(tmp_path_factory.mktemp("live"))
    yield started
    started.stop()


class Desk:
    """An inbox, its archive, and the files that were put in."""

    def __init__(self, live: Live, folder: Path) -> None:
        self.live, self.folder, self.name = live, folder, folder.name.replace("_", "-")
        self.inbox, self.archive = folder / "inbox", folder / "archive"
        self.inbox.mkdir()
        self.put_in: list[str] = []

    def put(self, n_articles: int = 40) -> str:
        """Put a file into the inbox, as it should be done: whole, by a rename."""
        name = f"{len(self.put_in):02}.jsonl"
        first = 1000 * len(self.put_in)
        rows = [article(f"a{first + n}", prose(first + n)) for n in range(n_articles)]
        (self.folder / name).write_text("\n".join(map(json.dumps, rows)), "utf-8")
        (self.folder / name).rename(self.inbox / name)
        self.put_in.append(name)
        return name

    def serve(self, *options: str, every: str = "10s", name: str = "") -> subprocess.Popen[bytes]:
        """Serve the inbox."""
        where = [
            f"--{key}={self.folder / key}" for key in ("inbox", "archive", "out", "work", "report")
        ]
        name = name or self.name
        module = ["-m", "flows.serve", f"--name={name}", f"--every={every}"]
        return self.live.start(name, *module, *where, *options)

    def read(self) -> Counter[str]:
        """Count in how many committed runs each file was read."""
        try:
            runs = open_archive(str(self.archive), Settings()).runs()
        except ArchiveError:
            return Counter()
        lists = [json.loads(files) for files in runs["files"].to_pylist()]
        return Counter(Path(file[0]).name for files in lists for file in files)

    def at_work(self) -> bool:
        """Tell whether a run is between its first stage and its end."""
        return any((self.folder / "work").glob("*/read"))

    def assert_read_once(self) -> None:
        """Assert that every file was read in exactly one run, and every article is there once."""
        assert self.read() == Counter(self.put_in)
        articles = open_archive(str(self.archive), Settings()).read("articles", columns=["run_id"])
        assert len(set(articles["article_id"].to_pylist())) == 40 * len(self.put_in)
        assert_whole(self.folder)


@pytest.fixture
def desk(live: Live, tmp_path: Path) -> Desk:
    return Desk(live, tmp_path)


def scheduled(runs: list[dict[str, Any]], state: str) -> list[dict[str, Any]]:
    return [run for run in runs if run["auto_scheduled"] and run["state_name"] == state]


def test_a_schedule_fires_and_drains_the_inbox(desk: Desk) -> None:
    """Three scheduled runs and more complete; each file is read once, in the run it came to."""
    desk.put()
    serving = desk.serve("--no-now")
    for n in range(3):
        until(lambda n=n: len(desk.read()) > n, f"file {n} is read")
        desk.put()
    until(lambda: len(desk.read()) == 4, "all files are read")
    until(
        lambda: len(scheduled(desk.live.runs(desk.name), "Completed")) >= 3, "three runs complete"
    )
    assert set(desk.live.states(desk.name)) <= {
        *("Completed", "Cancelled", "Scheduled", "Pending", "Running", "Submitting", "Late")
    }
    serving.terminate()
    serving.wait()
    desk.assert_read_once()


def test_a_killed_run_is_finished_by_the_next(desk: Desk) -> None:
    """Killed between two stages, the work is taken up where it stopped, and done once."""
    serving = desk.serve()
    until(lambda: "Completed" in desk.live.states(desk.name), "the inbox is served")
    desk.put()
    until(desk.at_work, "a run is at work")
    for process in run_processes(serving):
        process.kill()
    assert not desk.read()
    until(lambda: "Crashed" in desk.live.states(desk.name), "the run is known to have crashed")
    until(desk.read, "another run ends the work")
    assert "read: done already, by an earlier attempt" in desk.live.log(desk.name)
    serving.terminate()
    serving.wait()
    desk.assert_read_once()


def test_a_machine_that_goes_down_loses_nothing(desk: Desk) -> None:
    """Worker and run are killed, schedules are missed; silence shows, and one run catches up."""
    from flows.automations import put, zombies

    _at(desk.live, lambda: put(zombies(timedelta(seconds=45))))
    serving = desk.serve(every="15s")
    until(lambda: "Completed" in desk.live.states(desk.name), "the inbox is served")
    desk.put()
    until(desk.at_work, "a run is at work")
    doomed = run_processes(serving)
    kill(serving)
    for process in doomed:
        process.kill()
    desk.put()
    missed = ("Late", "Cancelled")
    until(lambda: sum(map(desk.live.states(desk.name).count, missed)) >= 2, "schedules are missed")
    until(lambda: "Crashed" in desk.live.states(desk.name), "the silent run is marked as crashed")
    serving = desk.serve(every="15s")
    until(lambda: len(desk.read()) == 2, "what had come meanwhile is read")
    until(lambda: "Late" not in desk.live.states(desk.name), "no missed run is left over")
    serving.terminate()
    serving.wait()
    desk.assert_read_once()


def test_a_killed_worker_and_a_killed_server_lose_nothing(desk: Desk) -> None:
    """A run whose worker or server is gone ends, or is continued: the work is done once."""
    serving = desk.serve()
    until(lambda: "Completed" in desk.live.states(desk.name), "the inbox is served")
    desk.put()
    until(desk.at_work, "a run is at work")
    orphans = run_processes(serving)
    kill(serving)
    psutil.wait_procs(orphans, timeout=120)
    serving = desk.serve()
    until(lambda: len(desk.read()) == 1, "the work of the killed worker is done")
    desk.put()
    until(desk.at_work, "a run is at work")
    kill(desk.live.server)
    desk.live.start_server()
    until(lambda: len(desk.read()) == 2, "the work under the killed server is done")
    before = desk.live.states(desk.name).count("Completed")
    desk.put()
    if serving.poll() is not None:
        serving = desk.serve()
    until(lambda: len(desk.read()) == 3, "runs go on")
    until(lambda: desk.live.states(desk.name).count("Completed") > before, "and complete")
    serving.terminate()
    serving.wait()
    desk.assert_read_once()


def test_two_schedules_share_one_inbox(desk: Desk) -> None:
    """Overlapping schedules on one archive read each file once; none of their runs fails."""
    names = [f"{desk.name}-{n}" for n in range(2)]
    serving = [desk.serve(name=name, every="20s") for name in names]
    for n in range(3):
        desk.put()
        until(lambda n=n: len(desk.read()) > n, f"file {n} is read")
    for name in names:
        until(lambda name=name: "Completed" in desk.live.states(name), f"runs of {name} complete")
        assert not {"Failed", "Crashed"} & set(desk.live.states(name))
    for process in serving:
        process.terminate()
        process.wait()
    desk.assert_read_once()


def test_an_event_starts_a_run_at_once(desk: Desk) -> None:
    """Whoever fills the inbox can say so; the run tells of its stories in events."""
    serving = desk.serve("--no-now", every="1d")
    until(lambda: "is drained into" in desk.live.log(desk.name), "the inbox is served")
    sample = Path(__file__).resolve().parents[2] / "data" / "sample" / "input"
    shutil.copytree(sample, desk.inbox, dirs_exist_ok=True)
    resource = f"storyfold.inbox.{desk.name}"
    emit = ["-m", "prefect", "events", "emit", "storyfold.inbox.arrived", "--resource-id"]

    def told() -> bool:
        desk.live.command(*emit, resource)  # an event before the trigger is loaded is not seen
        return bool([one for one in desk.live.runs(desk.name) if not one["auto_scheduled"]])

    until(told, "the event starts a run")
    until(desk.read, "the files are read")
    until(lambda: "Completed" in desk.live.states(desk.name), "the run completes")
    asked = {"filter": {"event": {"prefix": ["storyfold.story."]}}, "limit": 50}
    born = until(lambda: desk.live.api("/events/filter", asked)["events"], "events are there")
    assert {one["event"] for one in born} <= {"storyfold.story.born", "storyfold.story.spread"}
    assert all(one["payload"]["sources"] >= 3 for one in born)
    assert all(one["resource"]["prefect.resource.name"] for one in born)
    runs = {f"prefect.flow-run.{run['id']}" for run in desk.live.runs(desk.name)}
    assert {role["prefect.resource.id"] for one in born for role in one["related"]} <= runs
    serving.terminate()
    serving.wait()


def test_a_work_pool_runs_what_prefect_yaml_describes(desk: Desk, tmp_path: Path) -> None:
    """Deployed from the file, a run by a process worker drains the inbox; nothing is pickled."""
    live, root = desk.live, Path(__file__).resolve().parents[2]
    home = tmp_path / "home"
    home.mkdir()
    for name in ("prefect.yaml", "pyproject.toml", "flows", "pipeline"):
        (home / name).symlink_to(root / name)
    live.environment["STORYFOLD_HOME"] = str(home)
    live.command("-m", "prefect", "work-pool", "create", "--type=process", "storyfold")
    live.command("-m", "prefect", "--no-prompt", "deploy", "--all")
    (home / "data" / "inbox").mkdir(parents=True)
    desk.put()
    shutil.move(desk.inbox / "00.jsonl", home / "data" / "inbox")
    worker = live.start("worker", "-m", "prefect", "worker", "start", "--pool=storyfold")
    found = live.api("/deployments/name/ingest-to-cluster/inbox", method="GET")
    assert found["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert found["schedules"][0]["schedule"]["cron"] == "*/15 * * * *"
    live.api(f"/deployments/{found['id']}/create_flow_run")
    until(lambda: "Completed" in live.states("inbox"), "the run completes")
    assert len(open_archive(str(home / "data" / "archive"), Settings()).runs()) == 1
    worker.terminate()
    worker.wait()
    stored = [path for path in (live.home / "prefect").rglob("storage/*") if path.is_file()]
    assert stored == []


def _at(live: Live, verb: Any) -> Any:
    """Call our code as a client of the server."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: live.environment["PREFECT_API_URL"]}):
        return verb()
