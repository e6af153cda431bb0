"""A batch into a large archive, as a plain command: its cost should stay that of the window.

The archive is grown from one corpus. Each copy of it after the first has every Latin letter
moved on by one in the alphabet, so that the copies share no word and yet are like real news
in length, repetition and density; their dates are spread evenly over the days.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any, NamedTuple

import orjson

from tests.benchmarks.by_the_book import read
from tests.benchmarks.whole_run import Cost, run_process

START = datetime(2024, 1, 1, tzinfo=UTC)
STEP_DAYS = 5  # the archive grows by so many days a run


class Grown(NamedTuple):
    """What it cost to add one batch."""

    costs: list[Cost]
    """Of the batch into the grown archive, then into one of the last ten days alone."""
    bytes_an_article: float


def measure(corpus: Path, articles: int, days: int, batch: int) -> Grown:
    """Grow an archive of so many articles over so many days, then add a batch of the next day."""
    records = [one for one in read([corpus]) if one["text"].isascii() or len(one["text"]) > 500]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = _articles(records, articles, days)
        whole, late = folder / "whole", folder / "late"
        a_day = articles // days
        for first in range(0, days, STEP_DAYS):
            block = [next(made) for _ in range(a_day * STEP_DAYS)]
            _add(folder, block, whole)
            if first >= days - 2 * STEP_DAYS:
                _add(folder, block, late)
        size = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
        fresh = [_moved(records[n % len(records)], 20, days + n / batch, n) for n in range(batch)]
        costs = [
            Cost(f"{batch:,} into {name}", *_add(folder, fresh, archive))
            for name, archive in ((f"{articles:,} over {days} days", whole), ("ten days", late))
        ]
        return Grown(costs, size / (a_day * days))


def _articles(records: list[dict[str, Any]], articles: int, days: int) -> Iterator[dict[str, Any]]:
    """Give articles in the order of their dates."""
    copies = -(-articles // len(records))
    for n in range(articles):
        record, copy = records[n // copies], n % copies
        yield _moved(record, copy, days * n / articles, n)


def _moved(record: dict[str, Any], by: int, day: float, number: int) -> dict[str, Any]:
    """Copy a record with its letters moved on, under a new id and date."""
    moved = {
        ord(letter): alphabet[(at + by) % 26]
        for alphabet in (ascii_lowercase, ascii_uppercase)
        for at, letter in enumerate(alphabet)
    }
    return {
        "id": f"{by:02}-{number:07}-{record['id']}",
        "title": (record.get("title") or "").translate(moved),
        "text": record["text"].translate(moved),
        "source": record.get("source"),
        "url": f"https://example.org/{by}/{record['id']}",
        "language": "en",
        "published": (START + timedelta(days=day)).isoformat(),
    }


def _add(folder: Path, articles: list[dict[str, Any]], archive: Path) -> tuple[float, float]:
    """Run over articles as a plain command; give wall seconds and peak megabytes."""
    file = folder / "batch.jsonl"
    with file.open("wb") as lines:
        lines.writelines(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in articles)
    command = [
        sys.executable,
        "-c",
        "from pipeline.cli import main; main()",
        "run",
        "--quiet",
        str(file),
    ]
    cost = run_process([*command, "--archive", str(archive), "--out", str(folder / "out")])
    shutil.rmtree(folder / "out")
    return cost
