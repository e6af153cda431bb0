"""What Prefect costs: a flow run against the plain command, and the growth of its database.

The database is measured under what grows it day by day: runs of a deployment of `flows.serve`,
which drain an inbox into an archive and write a report.
"""

import concurrent.futures
import contextlib
import multiprocessing
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.flows.live import ONE_THREAD, ROOT, Live, until

_COMMAND = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", "--quiet"]
_FLOW = [sys.executable, "-m", "flows.news"]


class Cost(NamedTuple):
    """One figure."""

    what: str
    value: str


def measure(files: Sequence[Path], repeats: int) -> list[Cost]:
    """Measure all costs on some files."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        names = [str(file) for file in files]
        alone = {key: value for key, value in os.environ.items() if "PREFECT" not in key}
        alone |= ONE_THREAD
        plain = _fastest([*_COMMAND, *names, f"--out={home / 'plain'}"], repeats, alone)
        flow = [*_FLOW, *names, f"--out={home / 'flow'}"]
        homes = [str(home / f"alone-{n}") for n in range(repeats)]
        first = statistics.median(_fastest(flow, 1, alone | {"PREFECT_HOME": own}) for own in homes)
        live = Live(home)
        try:
            served = _fastest(flow, repeats, live.environment)
            until(lambda: _ended(home) >= repeats, "the last run's events are in the database")
            sizes = _sizes(live, files, max(repeats, 3) + 1)
            growth = (sizes[-1] - sizes[0]) / (len(sizes) - 1) / 1000
            tasks = len(live.api("/task_runs/filter", {"limit": 200})) / (len(sizes) + repeats)
        finally:
            live.stop()
    whole, sharded = _sharded(names[0])
    return [
        Cost("the plain command, s", f"{plain:.1f}"),
        Cost("more as a flow run, server running, s", f"{served - plain:.1f}"),
        Cost("more with a temporary server, first run, s", f"{first - plain:.1f}"),
        Cost("task runs a flow run, at most", f"{tasks:.0f}"),
        Cost("growth of Prefect's database a deployed run, right after it, kB", f"{growth:.0f}"),
        Cost("reading in one task, s", f"{whole:.1f}"),
        Cost("reading half in each of two processes at once, s", f"{sharded:.1f}"),
    ]


def _fastest(command: list[str], repeats: int, environment: dict[str, str]) -> float:
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def _sizes(live: Live, files: Sequence[Path], runs: int) -> list[int]:
    """Give the size of the database after each of some runs of a deployment, with reports.

    The first of them makes what all share.
    """
    home, before = live.home, _ended(live.home)
    inbox, archive = home / "inbox", home / "archive"
    inbox.mkdir()
    where = [f"--{name}={home / name}" for name in ("inbox", "archive", "out", "work", "report")]
    live.start("serve", "-m", "flows.serve", "--no-now", "--every=1d", *where)
    until(lambda: "is drained into" in live.log("serve"), "the inbox is served")
    deployment = live.api("/deployments/name/ingest-to-cluster/inbox", method="GET")["id"]
    sizes = []
    for n in range(runs):
        shutil.rmtree(archive, ignore_errors=True)  # so that every run has stories to tell of
        for file in files:
            shutil.copy(file, inbox)
        live.api(f"/deployments/{deployment}/create_flow_run")
        until(lambda n=n: _ended(home) > before + n, "the run's last event is in the database")
        sizes.append(_size(home))
    return sizes


def _size(home: Path) -> int:
    """Bytes of the pages of all tables and indexes, events that are deleted later among them."""
    with _database(home) as database:
        return int(database.execute("SELECT sum(pgsize) FROM dbstat").fetchone()[0])


def _ended(home: Path) -> int:
    """Count the runs whose events are all in the database: it takes them in seconds later."""
    with _database(home) as database:
        counted = "SELECT count(*) FROM events WHERE event = 'prefect.flow-run.Completed'"
        return int(database.execute(counted).fetchone()[0])


def _database(home: Path) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(home / "prefect" / "prefect.db", timeout=60))


def _sharded(name: str) -> tuple[float, float]:
    """Time reading a file whole, and as two halves in two processes at once."""
    with tempfile.TemporaryDirectory() as folder:
        opened = subprocess.run(["zcat", "-f", name], check=True, capture_output=True).stdout
        lines = opened.splitlines(keepends=True)
        halves = [Path(folder) / f"{n}.jsonl" for n in range(2)]
        both = Path(folder) / "both.jsonl"
        both.write_bytes(b"".join(lines))
        for n, half in enumerate(halves):
            half.write_bytes(b"".join(lines[n::2]))
        context = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            list(pool.map(_read, [str(half) for half in halves]))  # start, import, compile
            begin = time.perf_counter()
            list(pool.map(_read, [str(both)]))
            whole = time.perf_counter() - begin
            begin = time.perf_counter()
            list(pool.map(_read, [str(half) for half in halves]))
            return whole, time.perf_counter() - begin


def _read(name: str) -> int:
    from pipeline.settings import Settings
    from pipeline.stages import Job, read

    job = Job([name], Path(), Settings(), datetime.now(UTC))
    return len(read(job).articles)
