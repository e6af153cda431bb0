"""Reposts alone, from file to file: `storyfold dedup` against text-dedup, read and write included.

text-dedup needs an environment of its own, for it brings datasets and PySpark: the benchmark is
told a Python that has it.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.by_the_book import read
from tests.benchmarks.whole_run import Cost, in_turns, run_process

_TEXT_DEDUP = ["--ngram", "5", "--num_perm", "128", "--threshold", "0.7", "--hash_func", "xxh3"]
"""Shingles and threshold as ours; of its hashes the faster, half as many as it takes by default."""


class Measured(NamedTuple):
    """What whole processes took for all articles of some files."""

    articles: int
    costs: list[Cost]


def measure(inputs: list[Path], repeats: int, text_dedup: Path | None) -> Measured:
    """Run both in turns; medians of wall time, after one run of ours that compiles kernels.

    Parameters
    ----------
    inputs : list of Path
        JSONL files with ids and texts.
    repeats : int
    text_dedup : Path, optional
        A Python that has text-dedup 0.4, to run it as well: on as many processes as there are
        cores, and from one plain file that holds nothing but texts. Its peak of memory is that
        of the first of its processes.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", "dedup"]
        ours = [*command, *map(str, inputs), "--quiet", "--out", str(folder / "kept.jsonl")]
        run_process([*ours, "--lists", place])
        lists = [(folder / name).read_text("utf-8") for name in ("keep.txt", "drop.txt")]
        commands = {"storyfold dedup": ours}
        if text_dedup:
            commands["text-dedup"] = _text_dedup(text_dedup, inputs, folder)
        costs = in_turns(commands, repeats)
    return Measured(sum(len(ids.splitlines()) for ids in lists), costs)


def _text_dedup(python: Path, inputs: list[Path], folder: Path) -> list[str]:
    """Give its command, once its input is written."""
    texts = folder / "texts.jsonl"
    with texts.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"text": one["text"]}) + "\n" for one in read(inputs))
    places = ["--data_files", str(texts), "--cache_dir", f"{folder}/cache", "--clean_cache"]
    command = [str(python), "-m", "text_dedup.minhash", "--path", "json", "--split", "train"]
    cores = str(len(os.sched_getaffinity(0)))
    written = ["--column", "text", "--output", f"{folder}/theirs", "--num_proc", cores]
    return ["env", "HF_DATASETS_OFFLINE=1", *command, *places, *written, *_TEXT_DEDUP]
