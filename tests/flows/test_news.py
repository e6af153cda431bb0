"""The flow ingest-to-cluster, in Prefect's own test harness."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.run import run
from pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample" / "input"
STAGES = ["read", "tokenize", "fold", "group", "export"]

pytestmark = pytest.mark.filterwarnings("default")  # prefect's imports warn of their own


@pytest.fixture(scope="session")
def harness() -> Iterator[None]:
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    with (
        prefect_test_harness(server_startup_timeout=90),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield


@pytest.fixture(scope="module")
def flow_results(harness: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from flows.news import ingest_to_cluster

    out = tmp_path_factory.mktemp("flow")
    files = ingest_to_cluster([str(SAMPLE)], str(out))
    assert sorted(files) == sorted(str(path) for path in out.iterdir())
    return out


def test_the_flow_gives_the_files_of_the_command(flow_results: Path, tmp_path: Path) -> None:
    """The same inputs and settings give the same bytes with and without Prefect."""
    run([str(SAMPLE)], tmp_path, Settings())
    flow_files = {path.name: path.read_bytes() for path in flow_results.iterdir()}
    assert flow_files == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_each_stage_is_a_task_run(flow_results: Path) -> None:
    """The server knows one completed task run a stage, named by it."""
    from prefect import get_client

    with get_client(sync_client=True) as client:
        runs = client.read_task_runs()
    assert {task_run.name for task_run in runs} == set(STAGES)
    assert {task_run.state_name for task_run in runs} == {"Completed"}


def test_the_artifacts_tell_of_the_run(flow_results: Path) -> None:
    """A summary names each stage; a table shows the largest stories, largest first."""
    import json

    from prefect import get_client

    with get_client(sync_client=True) as client:
        found = {
            artifact["key"]: artifact["data"]
            for artifact in client.request("POST", "/artifacts/filter", json={}).json()
        }
    for stage in STAGES:
        assert f"| {stage} |" in found["run-summary"]
    stories = json.loads(found["largest-stories"])
    sizes = [story["articles"] for story in stories]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 2


def test_a_failure_reaches_the_caller(harness: None, tmp_path: Path) -> None:
    """Inputs that cannot be read fail the flow run with the pipeline's own error."""
    from flows.news import ingest_to_cluster
    from pipeline.errors import InputError

    with pytest.raises(InputError, match="absent"):
        ingest_to_cluster([str(tmp_path / "absent.jsonl")], str(tmp_path / "out"))


def test_a_result_survives_the_way_to_disk(tmp_path: Path) -> None:
    """What a stage gives is read back equal."""
    import pyarrow as pa

    from flows.handoff import load, save
    from pipeline import schema
    from pipeline.stages import Tokens

    table = pa.table({"title": [[1, 2], []], "text": [[3], [2**64 - 1]]}, schema=schema.TOKENS)
    save(Tokens(table, {"tokens": 4}), tmp_path / "tokenize")
    assert load("tokenize", tmp_path / "tokenize") == Tokens(table, {"tokens": 4})


def test_the_flow_continues_an_archive(harness: None, tmp_path: Path) -> None:
    """A flow run on an archive leaves the export of a plain run on one."""
    from flows.news import ingest_to_cluster

    wire = str(SAMPLE / "wire.jsonl")
    ingest_to_cluster([wire], str(tmp_path / "a"), archive=str(tmp_path / "flow"))
    run([wire], tmp_path / "b", Settings(), archive=str(tmp_path / "plain"))
    flow_files = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert flow_files == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
