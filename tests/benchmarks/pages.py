"""How fast pages of HTML are read from a web archive, extraction included."""

import gzip
import json
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.whole_run import run_process

_READ = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.settings import IngestSettings, Settings
from pipeline.stages import Job, read
settings = Settings(ingest=IngestSettings(fast_extract=sys.argv[2] == "fast"))
found = read(Job([sys.argv[1]], Path(), settings, datetime.now(UTC)))
assert found.counts["read"] == int(sys.argv[3]), found.counts
"""


class Speed(NamedTuple):
    """What reading one archive took."""

    name: str
    seconds: float
    peak_megabytes: float
    pages: int


def measure(corpus: Path, pages: int) -> list[Speed]:
    """Read a WARC of so many pages, made of a corpus with ``html``, by both extractors."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pages.warc.gz"
        _write_archive(corpus, archive, pages)
        speeds = []
        for name, how in (("trafilatura", "precise"), ("--fast-extract", "fast")):
            command = [sys.executable, "-c", _READ, str(archive), how, str(pages)]
            seconds, peak = run_process(command)
            speeds.append(Speed(name, seconds, peak, pages))
    return speeds


def _write_archive(corpus: Path, archive: Path, pages: int) -> None:
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        bodies = [json.loads(line)["html"].encode() for line in lines]
    with archive.open("wb") as file:
        for number in range(pages):
            file.write(gzip.compress(_record(number, bodies[number % len(bodies)]), 6))


def _record(number: int, body: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2024-03-05T06:07:08Z\r\n"
        f"WARC-Target-URI: https://site{number % 50}.example/{number}\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"
