"""The services of compose.yaml, started by hand: its commands, environment and health checks.

Containers become folders and processes, their host names and ports loopback ones.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.flows.live import ONE_THREAD, PATIENCE, ROOT, until


def postgres_programs() -> Path | None:
    """Folder of Postgres's programs, which Debian keeps off the path; None if there are none."""
    found = [Path(on_path).parent] if (on_path := shutil.which("initdb")) else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found else None


class Composed:
    """What `docker compose up` would start, service by service."""

    def __init__(self, programs: Path, values: dict[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="storyfold-compose-"))
        self._programs = programs
        self.postgres_port, self.port = _free_ports()
        self.home = self.folder / "storyfold"
        self._lay_out_image()
        self._places = {
            "@postgres:5432": f"@127.0.0.1:{self.postgres_port}",
            "server:4200": f"127.0.0.1:{self.port}",
            "127.0.0.1:4200": f"127.0.0.1:{self.port}",
            "0.0.0.0": "127.0.0.1",
            "/storyfold": str(self.home),
        }
        text = (ROOT / "compose.yaml").read_text("utf-8")
        text = re.sub(r"\$\{(\w+)(:\?[^}]*)?\}", lambda named: values[named[1]], text)
        self.services: dict[str, dict[str, Any]] = yaml.safe_load(text)["services"]
        self._started: list[subprocess.Popen[bytes]] = []

    def start_postgres(self) -> None:
        """Start Postgres as its image does: with the user, password and database of the file."""
        named = self.services["postgres"]["environment"]
        data, password = self.folder / "postgres", self.folder / "password"
        password.write_text(named["POSTGRES_PASSWORD"], "utf-8")
        owner: dict[str, Any] = {}
        if os.geteuid() == 0:  # Postgres refuses to run as root
            owner = {"user": "postgres", "group": "postgres"}
            for path in (self.folder, password):
                shutil.chown(path, **owner)
        make = ["initdb", f"--pgdata={data}", f"--username={named['POSTGRES_USER']}"]
        make += [f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8"]
        self._postgres(make, **owner)
        serve = ["postgres", "-D", str(data), "-p", str(self.postgres_port)]
        serve += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        self._start("postgres", [str(self._programs / serve[0]), *serve[1:]], {}, **owner)
        until(lambda: self.is_healthy("postgres"), "Postgres is ready")
        self._postgres(["createdb", f"--username={named['POSTGRES_USER']}", named["POSTGRES_DB"]])

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Start a service; its output goes to a file."""
        return self._start(name, self._command(name), self.environment(name))

    def run(self, name: str, *command: str, **other: str) -> subprocess.CompletedProcess[str]:
        """Run a service's command, or another in its place, to its end."""
        return subprocess.run(
            command or self._command(name),
            cwd=self.home,
            env=self.environment(name) | other,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def is_healthy(self, name: str) -> bool:
        """Run the health check of a service."""
        kind, *words = self.services[name]["healthcheck"]["test"]
        words = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        return self.run(name, *map(self._placed, words)).returncode == 0

    def count(self, table: str) -> int:
        """Count the rows of one of Prefect's tables, in Postgres itself."""
        return int(
            self._postgres(["psql", "-U", "prefect", "-Atc", f"SELECT count(*) FROM {table}"])
        )

    def environment(self, name: str) -> dict[str, str]:
        """Give what a service's processes find in their environment."""
        given = self.services[name].get("environment", {})
        own = self.folder / f"{name}-home"
        own.mkdir(exist_ok=True)
        paths = [str(Path(sys.executable).parent), str(self._programs), os.environ["PATH"]]
        return ONE_THREAD | {
            "HOME": str(own),
            "PATH": os.pathsep.join(paths),
            "PREFECT_SERVER_API_PORT": str(self.port),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            **self._to_postgres(),
            **{key: self._placed(value) for key, value in given.items()},
        }

    def log(self, name: str) -> str:
        """Give what a service has printed."""
        return (self.folder / f"{name}.log").read_text("utf-8", errors="replace")

    def stop(self) -> None:
        """Stop all services, the latest first."""
        for process in reversed(self._started):
            process.terminate()  # as Docker does
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder)

    def _lay_out_image(self) -> None:
        """Put into the working folder what the Dockerfile puts there."""
        self.home.mkdir()
        for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines():
            verb, *names = line.split()
            if verb == "COPY":
                for name in names[:-1]:
                    (self.home / name).symlink_to(ROOT / name)

    def _command(self, name: str) -> list[str]:
        return [self._placed(word) for word in shlex.split(self.services[name]["command"])]

    def _placed(self, text: str) -> str:
        for container, here in self._places.items():
            text = text.replace(container, here)
        return text

    def _to_postgres(self) -> dict[str, str]:
        password = self.services["postgres"]["environment"]["POSTGRES_PASSWORD"]
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.postgres_port),
            "PGPASSWORD": password,
        }

    def _postgres(self, command: list[str], **owner: Any) -> str:
        done = subprocess.run(
            [str(self._programs / command[0]), *command[1:]],
            env={**os.environ, **self._to_postgres()},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **owner,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _start(
        self, name: str, command: list[str], environment: dict[str, str], **owner: Any
    ) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self.home,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **owner,
            )
        self._started.append(process)
        return process


def _free_ports() -> list[int]:
    with socket.socket() as first, socket.socket() as second:
        for probe in (first, second):
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in (first, second)]
