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
    with tempfile.TemporaryDirectory() as folder:
        commands = {"storyfold run": [*ours, "--quiet", "--out", f"{folder}/ours"]}
        if against_book:
            book = [sys.executable, by_the_book.__file__, *files]
            commands["by the book"] = [*book, "--out", f"{folder}/book"]
        run_process(commands["storyfold run"])
        return in_turns(commands, repeats)


def in_turns(commands: dict[str, list[str]], repeats: int) -> list[Cost]:
    """Run commands one after the other, so many times; a machine may be slower for a while."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            taken[name].append(run_process(command))
    return [
        Cost(name, median(wall for wall, _ in runs), max(peak for _, peak in runs))
        for name, runs in taken.items()
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
