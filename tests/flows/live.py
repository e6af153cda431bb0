"""A real Prefect server, what it schedules, and the means to kill any of it."""

import http
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "STORYFOLD_THREADS": "1"}
PATIENCE = 420.0
"""Seconds after which a condition is given up: generous, for machines are busy."""


def until(condition: Callable[[], Any], why: str, seconds: float = PATIENCE) -> Any:
    """Wait for a condition to hold; give its value."""
    end = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {why}")
        time.sleep(0.1)


class Live:
    """A server of its own on loopback, and processes that talk to it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
        self.environment = kept | {
            **ONE_THREAD,
            "PREFECT_HOME": str(home / "prefect"),
            "PREFECT_API_URL": f"{self.url}/api",
            "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "5",
            "STORYFOLD_INBOX__QUIET_SECONDS": "0.5",
        }
        self._started: list[subprocess.Popen[bytes]] = []
        self.server = self.start_server()

    def start_server(self) -> subprocess.Popen[bytes]:
        """Start the server, and wait for it."""
        options = ["--host", "127.0.0.1", "--port", str(self.port)]
        server = self.start("server", "-m", "prefect", "server", "start", *options)
        until(lambda: server.poll() is not None or self._answers(), "the server answers")
        assert server.poll() is None, self.log("server")
        self.server = server
        return server

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a Python process in the project's folder; its output goes to a file."""
        with self._log_file(name).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def command(self, *arguments: str) -> str:
        """Run a command to its end; give what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def log(self, name: str) -> str:
        """Give what the process of a name has printed so far."""
        return self._log_file(name).read_text("utf-8", errors="replace")

    def api(self, path: str, asked: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Call the server; again, as Prefect's own client would, while it is too busy to answer."""
        request = urllib.request.Request(
            f"{self.url}/api{path}",
            data=json.dumps(asked or {}).encode() if method != "GET" else None,
            headers={"Content-Type": "application/json"},
            method=method,
        )
        return until(lambda: _answer(request), "the server has time")[0]

    def runs(self, deployment: str) -> list[dict[str, Any]]:
        """Give the runs of `ingest-to-cluster` by a deployment, in the order of their start."""
        asked = {
            "deployments": {"name": {"any_": [deployment]}},
            "flows": {"name": {"any_": ["ingest-to-cluster"]}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        return self.api("/flow_runs/filter", asked)

    def states(self, deployment: str) -> list[str]:
        """Give the names of these runs' states."""
        return [run["state_name"] for run in self.runs(deployment)]

    def stop(self) -> None:
        """Stop everything that was started and is still there."""
        for process in sorted(self._started, key=lambda one: one is self.server):  # it last
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                kill(process)

    def _answers(self) -> bool:
        try:
            return bool(self.api("/health", method="GET"))
        except (urllib.error.URLError, OSError):
            return False

    def _log_file(self, name: str) -> Path:
        return self.home / f"{name}.log"


def _answer(request: urllib.request.Request) -> list[Any]:
    """Give the one answer to a call, or none where the server asks to be called again."""
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return [json.loads(answer.read() or b"null")]
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.SERVICE_UNAVAILABLE:
            raise
        error.close()
        return []


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, and nothing that it started."""
    process.kill()
    process.wait()


def run_processes(parent: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Find the flow runs that a runner or worker has started."""
    return [
        child
        for child in psutil.Process(parent.pid).children(recursive=True)
        if "prefect." in " ".join(child.cmdline())
    ]
