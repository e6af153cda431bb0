"""A server for one run, where none is named."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.run import run
from pipeline.settings import Settings
from tests.flows.live import PATIENCE, ROOT, until

WIRE = ROOT / "data" / "sample" / "input" / "wire.jsonl"

pytestmark = pytest.mark.filterwarnings("default")


def as_command(home: Path, *arguments: str, **named: str) -> subprocess.CompletedProcess[str]:
    """Run the flow by its command, with nothing of Prefect configured but what is named."""
    kept = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
    return subprocess.run(
        [sys.executable, "-m", "flows.news", *arguments],
        cwd=ROOT,
        env=kept | {"PREFECT_HOME": str(home), **named},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_server_that_cannot_start_is_an_error_that_says_why(tmp_path: Path) -> None:
    """One line says what happened and what to do; nothing is written."""
    nowhere = {"PREFECT_API_DATABASE_CONNECTION_URL": "sqlite+aiosqlite:////nowhere/at/all.db"}
    done = as_command(tmp_path / "home", str(WIRE), f"--out={tmp_path / 'out'}", **nowhere)
    assert done.returncode == 1
    assert done.stderr.startswith("storyfold: no temporary Prefect server: it ended with code ")
    assert "unable to open database file" in done.stderr
    assert "PREFECT_API_URL" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_server_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting has an end, and the error says how long it was."""
    from flows.temporary import NoServerError, Server

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    server = Server()
    try:
        with pytest.raises(NoServerError, match="no answer in 0 s"):
            server.wait(0.001)
    finally:
        server.stop()
        until(server.has_ended, "it notices that it is not needed")


def test_a_server_that_is_not_needed_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started early, it ends by itself where settings name another."""
    from flows.temporary import NoServerError, Server

    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    server = Server()
    try:
        with pytest.raises(NoServerError, match="ended with code 0"):
            server.wait()
    finally:
        server.stop()
    assert not (tmp_path / "prefect.db").exists()


@pytest.mark.slow
def test_a_run_without_a_server_is_remembered(tmp_path: Path) -> None:
    """It gives the files of the command; the next server knows the run, its tasks and its log."""
    done = as_command(tmp_path / "home", str(WIRE), f"--out={tmp_path / 'out'}")
    assert done.returncode == 0, done.stderr
    assert "http://" not in done.stderr
    run([str(WIRE)], tmp_path / "plain", Settings())
    for file in (tmp_path / "plain").iterdir():
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes()
    with closing(sqlite3.connect(tmp_path / "home" / "prefect.db")) as database:
        assert database.execute("SELECT state_name FROM flow_run").fetchall() == [("Completed",)]
        tasks = database.execute("SELECT name FROM task_run WHERE state_name = 'Completed'")
        assert {name for (name,) in tasks} == {"read", "fold", "group", "export"}
        said = [line for (line,) in database.execute("SELECT message FROM log")]
        events = {name for (name,) in database.execute("SELECT event FROM events")}
    assert any(line.startswith("export: ") for line in said)
    assert any("Finished in state" in line for line in said)
    assert "prefect.flow-run.Completed" in events
