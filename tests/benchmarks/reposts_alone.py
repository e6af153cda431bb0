"""Reposts alone, from file to file: `storyfold dedup`, read and write included."""

import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks.whole_run import run_process


class Throughput(NamedTuple):
    """What `storyfold dedup` took for all articles of some files."""

    articles: int
    seconds: float
    peak_megabytes: float


def measure(inputs: list[Path], repeats: int) -> Throughput:
    """Run the whole process; the median of wall time, after one run that compiles kernels."""
    files = [str(path) for path in inputs]
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "dedup", *files]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "kept.jsonl"
        lists = ["--lists", folder]
        run_process([*command, "--quiet", "--out", str(out), *lists])
        names = [Path(folder) / name for name in ("keep.txt", "drop.txt")]
        articles = sum(len(name.read_text("utf-8").splitlines()) for name in names)
        taken = [run_process([*command, "--quiet", "--out", str(out)]) for _ in range(repeats)]
    return Throughput(articles, median(wall for wall, _ in taken), max(peak for _, peak in taken))
