"""That memory stays flat while a large input is read: its peak at one size and at many times it."""

import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.whole_run import run_process

_READ = """
import sys
from datetime import UTC, datetime
from pipeline import clean, extract, ingest
from pipeline.settings import Settings
settings, records = Settings(), 0
with extract.Extractor(settings.ingest) as extractor:
    for batch in ingest.read([sys.argv[1]], settings.ingest):
        pages = extractor.extract(batch.records)
        clean.clean(pages.records, datetime.now(UTC))
        records += len(batch.records)
assert records == int(sys.argv[2]), records
"""
_WORDS = ("the", "ferry", "left", "harbour", "at", "noon", "and", "nobody", "on", "quay", "waved")


class Peak(NamedTuple):
    """Memory that reading took."""

    gigabytes: float
    seconds: float
    peak_megabytes: float


def measure(sizes: list[float]) -> list[Peak]:
    """Read generated JSONL of each size in gigabytes, and clean it block by block."""
    peaks = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "in.jsonl"
            records = _write_lines(file, int(size * 1e9))
            command = [sys.executable, "-c", _READ, str(file), str(records)]
            peaks.append(Peak(size, *run_process(command)))
    return peaks


def _write_lines(file: Path, size: int) -> int:
    """Write articles of about 4 kB, each with other words, until the file is full."""
    records = 0
    with file.open("wb") as out:
        while out.tell() < size:
            seed = os.urandom(600)
            text = " ".join(_WORDS[byte % len(_WORDS)] + str(byte) for byte in seed)
            out.write(b'{"id": "%d", "text": "%b"}\n' % (records, text.encode()))
            records += 1
    return records
