"""What Prefect costs: a flow run against the plain command, and the growth of its database."""

import concurrent.futures
import contextlib
import multiprocessing
import os
import sqlite3
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
        alone |= {**ONE_THREAD, "PREFECT_HOME": str(home / "alone")}
        plain = _fastest([*_COMMAND, *names, f"--out={home / 'plain'}"], repeats, alone)
        first = _fastest([*_FLOW, *names, f"--out={home / 'first'}"], 1, alone)
        live = Live(home)
        try:
            flow = [*_FLOW, *names, f"--out={home / 'flow'}"]
            sizes = []
            runs = max(repeats, 3) + 1
            for n in range(runs):  # into new archives, so that every run has stories to tell of
                _fastest([*flow, f"--archive={home / str(n)}"], 1, live.environment)
                until(lambda n=n: _ended(home) > n, "the run's last event is in the database")
                sizes.append(_size(home))
            growth = (sizes[-1] - sizes[0]) / (runs - 1) / 1000  # the first makes what all share
            served = _fastest(flow, repeats, live.environment)
            tasks = len(live.api("/task_runs/filter", {"limit": 200})) / (runs + repeats)
        finally:
            live.stop()
    whole, sharded = _sharded(names[0])
    return [
        Cost("the plain command, s", f"{plain:.1f}"),
        Cost("more as a flow run, server running, s", f"{served - plain:.1f}"),
        Cost("more with a temporary server, first run, s", f"{first - plain:.1f}"),
        Cost("task runs a flow run, at most", f"{tasks:.0f}"),
        Cost("growth of Prefect's database a run, right after it, kB", f"{growth:.0f}"),
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
