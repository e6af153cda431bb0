"""Whole processes from files to files: `storyfold run` against the script by the book."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks import by_the_book


class Cost(NamedTuple):
    """What whole processes of one command took."""

    name: str
    seconds: float
    peak_megabytes: float


def measure(inputs: list[Path], repeats: int, *, against_book: bool = True) -> list[Cost]:
    """Run both in turns; medians of wall time, and the largest peak of memory.

    `storyfold run` is run once beforehand, so that its kernels are compiled.
    """
    files = [str(path) for path in inputs]
    ours = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", *files]
    commands = {"storyfold run": [*ours, "--quiet"]}
    if against_book:
        commands["by the book"] = [sys.executable, by_the_book.__file__, *files]
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        run_process([*commands["storyfold run"], "--out", f"{folder}/warm"])
        for turn in range(repeats):
            for number, (name, command) in enumerate(commands.items()):
                costs[name].append(run_process([*command, "--out", f"{folder}/{number}-{turn}"]))
    return [
        Cost(name, median(wall for wall, _ in taken), max(peak for _, peak in taken))
        for name, taken in costs.items()
    ]


def run_process(command: list[str]) -> tuple[float, float]:
    """Give wall seconds and peak resident megabytes of one process."""
    begin = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return seconds, kilobytes / 1024
