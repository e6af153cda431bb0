"""compose.yaml without Docker: Postgres, the server, what is deployed, the worker."""

import base64
import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from pipeline.archive import open_archive
from pipeline.settings import Settings
from tests.flows.composed import Composed, postgres_programs
from tests.flows.live import ROOT, until

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

AUTH = "admin:a secret"


@pytest.fixture(scope="module")
def composed() -> Iterator[Composed]:
    """Start what `docker compose up` starts, in its order, up to the worker."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no Postgres here (Debian: apt-get install postgresql)")
    started = Composed(programs, {"STORYFOLD_AUTH": AUTH, "POSTGRES_PASSWORD": "another-secret"})
    try:
        started.start_postgres()
        server = started.start("server")
        until(lambda: server.poll() is not None or started.is_healthy("server"), "it is healthy")
        assert server.poll() is None, started.log("server")
        deployed = started.run("deploy")
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        started.start("worker")
        yield started
    finally:
        started.stop()


def call(composed: Composed, path: str, asked: Any = None, method: str = "POST") -> Any:
    """Call the server with its name and password."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{composed.port}/api{path}",
        data=None if method == "GET" else json.dumps(asked or {}).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Basic {base64.b64encode(AUTH.encode()).decode()}",
        },
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def test_a_schedule_fires_and_its_run_drains_the_inbox(composed: Composed) -> None:
    """The worker runs what is due; results lie in the folder that is shared with the host."""
    data = composed.home / "data"
    until((data / "inbox").is_dir, "the worker makes the inbox")
    for file in (ROOT / "data" / "sample" / "input").glob("*.jsonl"):
        shutil.copy(file, data / "inbox")
    found = call(composed, "/deployments/name/ingest-to-cluster/inbox", method="GET")
    often = {"schedule": {"interval": 20, "anchor_date": "2020-01-01T00:00:00Z"}}
    schedule = f"/deployments/{found['id']}/schedules/{found['schedules'][0]['id']}"
    call(composed, schedule, often, "PATCH")

    def drained() -> bool:
        asked = {"deployments": {"id": {"any_": [found["id"]]}}, "sort": "START_TIME_ASC"}
        runs = call(composed, "/flow_runs/filter", asked)
        states = {run["state_name"]: run["state"]["message"] for run in runs}
        assert not {"Failed", "Crashed"} & set(states), (states, composed.log("worker"))
        return any(
            run["auto_scheduled"]
            and run["state_name"] == "Completed"
            and "articles read" in run["state"]["message"]
            for run in runs
        )

    until(drained, "a scheduled run completes")
    assert len(open_archive(str(data / "archive"), Settings()).runs()) == 1
    assert (data / "exports" / "stories.csv").is_file()
    assert (data / "report" / "index.html").is_file()


def test_the_server_keeps_everything_in_postgres(composed: Composed) -> None:
    """What was deployed is there, and in no file of the server's."""
    assert composed.count("deployment") == 2
    assert composed.count("automation") >= 2
    assert not list(composed.folder.glob("server-home/**/*.db"))


def test_a_wrong_password_is_refused(composed: Composed) -> None:
    """Without the password, or with another, neither the API nor our commands get anywhere."""
    url = f"http://127.0.0.1:{composed.port}/api/flow_runs/count"
    wrong = base64.b64encode(b"admin:guess").decode()
    for headers in ({}, {"Authorization": f"Basic {wrong}"}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url, b"{}", headers), timeout=60)
        refused.value.close()
        assert refused.value.code == 401
    again = ["python", "-m", "flows.automations"]
    turned = composed.run("deploy", *again, PREFECT_API_AUTH_STRING="admin:guess")
    assert turned.returncode == 1
    assert turned.stderr.startswith("storyfold: the Prefect server at ")
    assert "PREFECT_API_AUTH_STRING" in turned.stderr
    assert turned.stderr.count("\n") == 1
    assert composed.run("deploy", *again).returncode == 0


def test_nothing_is_reached_from_other_machines() -> None:
    """Every port that is published is published on loopback."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"].values()
    published = [port for service in services for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
