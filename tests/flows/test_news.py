"""The flow ingest-to-cluster, in Prefect's own test harness."""

import functools
import inspect
import json
import logging
import pickle
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from pipeline import stages
from pipeline.archive import open_archive, writing
from pipeline.run import run
from pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample" / "input"
WIRE = SAMPLE / "wire.jsonl"
STAGES = ["read", "tokenize", "fold", "group", "export"]
TASKS = {"read", "fold", "group", "export"}
ONE_THREAD = Settings(threads=1)
AT_ONCE = Settings(threads=1, inbox={"quiet_seconds": 0})

pytestmark = pytest.mark.filterwarnings("default")  # prefect's imports warn of their own


def started(folder: Path, *inputs: str, **others: Any) -> Any:
    """Run the flow with its folders in one place; give its final state."""
    from flows.news import ingest_to_cluster

    asked = {"out": str(folder / "out"), "work": str(folder / "work"), "settings": ONE_THREAD}
    return ingest_to_cluster(list(inputs), **{**asked, **others}, return_state=True)


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def breaking(stage: str, monkeypatch: pytest.MonkeyPatch, *, after: bool = False) -> None:
    """Let a stage fail: before it did its work, or after."""
    whole = stages.STAGES[stage]

    @functools.wraps(whole)
    def broken(*given: Any, **others: Any) -> Any:
        if after:
            whole(*given, **others)
        raise RuntimeError(f"{stage} broke")

    monkeypatch.setitem(stages.STAGES, stage, broken)


@pytest.fixture(scope="module")
def flow_results(harness: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flow")
    patch = pytest.MonkeyPatch()
    for verb in ("dumps", "loads"):
        patch.setattr(f"pickle.{verb}", _not_by_flows(getattr(pickle, verb)))
        patch.setattr(f"cloudpickle.{verb}", _not_by_flows(getattr(cloudpickle, verb)))
    try:
        state = started(folder, str(SAMPLE), report=str(folder / "report"))
    finally:
        patch.undo()
    files = state.result()
    assert sorted(files) == sorted(str(path) for path in (folder / "out").iterdir())
    assert list((folder / "work").iterdir()) == []
    return folder / "out"


def _not_by_flows(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Let numba have its cache of compiled code, and nobody else."""

    def guarded(*args: Any, **others: Any) -> Any:
        caller = inspect.stack(0)[1].frame.f_globals["__name__"]
        if not caller.startswith("numba."):
            raise pickle.PicklingError(f"a run pickles nothing, but {caller} would")
        return verb(*args, **others)

    return guarded


def test_the_flow_gives_the_files_of_the_command(flow_results: Path, tmp_path: Path) -> None:
    """The same inputs and settings give the same bytes with and without Prefect, or pickle."""
    run([str(SAMPLE)], tmp_path, Settings())
    assert written(flow_results) == written(tmp_path)


def test_stages_are_task_runs(flow_results: Path) -> None:
    """The server knows the tasks by their names, running, then completed; the run by its files."""
    from prefect import get_client

    with get_client(sync_client=True) as client:
        flow_run = next(
            one for one in client.read_flow_runs() if one.name.startswith("estuary-001.txt and ")
        )
        runs = [one for one in client.read_task_runs() if one.flow_run_id == flow_run.id]
        states = [one.name for run in runs for one in client.read_task_run_states(run.id)]
    assert sorted(task_run.name for task_run in runs) == sorted(TASKS)
    assert Counter(states) == {"Running": len(TASKS), "Completed": len(TASKS)}
    assert {task_run.state_name for task_run in runs} == {"Completed"}
    assert "articles read" in flow_run.state.message


def test_the_artifacts_tell_of_the_run(flow_results: Path) -> None:
    """The summary counts what was read, rejected, folded and found; the largest story is first."""
    from prefect import get_client

    with get_client(sync_client=True) as client:
        found = {
            artifact["key"] or artifact["description"]: artifact["data"]
            for artifact in client.request("POST", "/artifacts/filter", json={}).json()
        }
    rejects = (flow_results / "rejects.jsonl").read_text("utf-8").splitlines()
    duplicates = (flow_results / "duplicates.jsonl").read_text("utf-8").splitlines()
    for reason in {json.loads(line)["reason"] for line in rejects}:
        assert f"| {reason} |" in found["run-summary"]
    near = sum(json.loads(line)["relation"] == "near" for line in duplicates)
    assert f"| near | {near} |" in found["run-summary"]
    for stage in STAGES:
        assert f"| {stage} |" in found["run-summary"]
    assert found["export"] == 100
    page = flow_results.parent / "report" / "index.html"
    assert f"({page.as_uri()})" in found["run-summary"]
    assert page.is_file()
    stories = json.loads(found["The largest stories"])
    sizes = [story["articles"] for story in stories]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 2


def test_a_failure_reaches_the_caller(harness: None, tmp_path: Path) -> None:
    """Inputs that cannot be read fail the run with the pipeline's own error, at once."""
    from pipeline.errors import InputError

    with pytest.raises(InputError, match="absent"):
        started(tmp_path, str(tmp_path / "absent.jsonl")).result()
    with pytest.raises(InputError, match="expected inputs to read, or an inbox"):
        started(tmp_path).result()
    with pytest.raises(InputError, match="without an archive"):
        started(tmp_path, inbox=str(tmp_path)).result()


def test_every_stage_has_a_task() -> None:
    """Whatever a job's stages, the tasks run them all, in the order of the chain."""
    from flows.tasks import TASKS, plan

    assert [stage for part in TASKS.values() for stage in part] == list(stages.STAGES)
    now = datetime.now(UTC)
    for archive in (None, "archive"):
        job = stages.Job(["a.jsonl"], Path(), ONE_THREAD, now, archive)
        planned = {stage: takes for _, part in plan(job) for stage, takes in part.items()}
        assert list(planned) == stages.stages_of(job)
        assert planned["fold"] == ["recall" if archive else "read", "tokenize"]


def test_reading_is_tried_again(
    harness: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system that fails twice costs two retries, not the run."""
    from flows import tasks

    whole, tries = stages.STAGES["read"], []

    @functools.wraps(whole)
    def shaky(*given: Any, **others: Any) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise OSError(5, "Input/output error")
        return whole(*given, **others)

    monkeypatch.setitem(stages.STAGES, "read", shaky)
    monkeypatch.setattr(tasks, "_BACKOFF_SECONDS", [0.0, 0.0, 0.0])
    assert started(tmp_path, str(WIRE)).is_completed()
    assert len(tries) == 3


def test_the_flow_continues_an_archive(harness: None, tmp_path: Path) -> None:
    """A flow run on an archive leaves the export of a plain run on one."""
    started(tmp_path, str(WIRE), archive=str(tmp_path / "flow"))
    run([str(WIRE)], tmp_path / "b", Settings(), archive=str(tmp_path / "plain"))
    assert written(tmp_path / "out") == written(tmp_path / "b")


def test_a_crashed_run_is_continued(
    harness: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stages that ended are not run again; the results are those of an undisturbed run."""
    with monkeypatch.context() as patch:
        breaking("group", patch)
        assert started(tmp_path, str(WIRE)).is_failed()
    with monkeypatch.context() as patch:
        for stage in ("read", "tokenize", "fold"):
            breaking(stage, patch)
        assert started(tmp_path, str(WIRE)).is_completed()
    run([str(WIRE)], tmp_path / "plain", ONE_THREAD)
    assert written(tmp_path / "out") == written(tmp_path / "plain")
    assert list((tmp_path / "work").iterdir()) == []


def test_a_run_that_dies_upon_its_commit_is_finished(
    harness: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the archive's commit and the end nothing is lost, and nothing is done twice."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / WIRE.name).write_bytes(WIRE.read_bytes())
    asked = {"inbox": str(inbox), "archive": str(tmp_path / "archive"), "settings": AT_ONCE}
    with monkeypatch.context() as patch:
        breaking("commit", patch, after=True)
        assert started(tmp_path, **asked).is_failed()
    assert started(tmp_path, **asked).is_completed()
    run([str(WIRE)], tmp_path / "plain", ONE_THREAD, archive=str(tmp_path / "other"))
    assert len(open_archive(str(tmp_path / "archive"), Settings()).runs()) == 1
    without_rejects = written(tmp_path / "plain")
    assert set(written(tmp_path / "out")) == set(without_rejects)
    assert written(tmp_path / "out")["stories.csv"] == without_rejects["stories.csv"]
    assert started(tmp_path, **asked).message == f"nothing new in {inbox}"


def test_a_held_archive_turns_a_run_away(harness: None, tmp_path: Path) -> None:
    """The archive's own lock holds whatever Prefect lets start; the inbox is left as it was."""
    inbox, archive = tmp_path / "inbox", str(tmp_path / "archive")
    inbox.mkdir()
    (inbox / WIRE.name).write_bytes(WIRE.read_bytes())
    asked = {"archive": archive, "settings": AT_ONCE}
    with writing(archive, Settings(), make=True):
        turned = started(tmp_path, inbox=str(inbox), **asked)
        assert turned.is_cancelled()
        assert "waits for the next run" in turned.message
        assert started(tmp_path, str(WIRE), **asked).is_failed()
    assert started(tmp_path, inbox=str(inbox), **asked).is_completed()
    assert len(open_archive(archive, Settings()).runs()) == 1


def test_lines_of_the_pipeline_are_logged_with_the_run(harness: None, tmp_path: Path) -> None:
    """What the pipeline's own loggers say stands in the log of the run."""
    import time

    from prefect import get_client
    from prefect.logging.handlers import APILogHandler

    logger = logging.getLogger("pipeline")
    handler = APILogHandler()
    torn = tmp_path / "torn.csv.gz"
    torn.write_bytes(b"no gzip at all")
    logger.addHandler(handler)  # as PREFECT_LOGGING_EXTRA_LOGGERS does when Prefect starts
    try:
        state = started(tmp_path, str(WIRE), str(torn))
    finally:
        logger.removeHandler(handler)
    until = time.monotonic() + 60
    asked = {"logs": {"flow_run_id": {"any_": [str(state.state_details.flow_run_id)]}}}
    with get_client(sync_client=True) as client:
        while time.monotonic() < until:
            lines = client.request("POST", "/logs/filter", json=asked).json()
            if any(line["name"].startswith("pipeline.") for line in lines):
                break
            time.sleep(0.2)
    ours = [line for line in lines if line["name"] == "pipeline.ingest.reader"]
    assert ours, lines
    assert str(torn) in ours[0]["message"]


def test_a_result_survives_the_way_to_disk(tmp_path: Path) -> None:
    """What a stage gives is read back equal, with its manifest; a damaged one is no result."""
    import pyarrow as pa

    from flows.handoff import finished, load, save
    from pipeline import schema
    from pipeline.stages import Tokens

    table = pa.table({"title": [[1, 2], []], "text": [[3], [2**64 - 1]]}, schema=schema.TOKENS)
    manifest = save(Tokens(table, {"tokens": 4}), "tokenize", tmp_path, 0.5)
    assert load("tokenize", tmp_path / "tokenize") == Tokens(table, {"tokens": 4})
    assert finished("tokenize", tmp_path) == manifest
    (tmp_path / "tokenize" / "table.arrow").write_bytes(b"")
    assert finished("tokenize", tmp_path) is None


def test_the_form_explains_and_bounds_every_parameter() -> None:
    """Prefect's form is made from the flow's schema: nothing lacks a description."""
    from flows.maintenance import look_after
    from flows.news import ingest_to_cluster

    for flow in (ingest_to_cluster, look_after):
        shown = flow.parameters.model_dump()
        for name, field in shown["properties"].items():
            assert field.get("description") or "$ref" in field, name
    models = ingest_to_cluster.parameters.model_dump()["definitions"]
    bounded = models["DedupSettings"]["properties"]["jaccard"]
    assert (bounded["exclusiveMinimum"], bounded["maximum"]) == (0.0, 1.0)
    for name, model in models.items():
        for field, about in model["properties"].items():
            assert about.get("description") or "$ref" in about, f"{name}.{field}"


def test_a_bad_value_is_refused(harness: None, tmp_path: Path) -> None:
    """A parameter beyond its bounds fails the run before anything is read."""
    state = started(tmp_path, str(WIRE), settings={"dedup": {"jaccard": 7}})
    assert state.is_failed()
    assert "jaccard" in state.message
    assert not (tmp_path / "out").exists()
