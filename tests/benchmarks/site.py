"""How long the report of many stories takes: invented ones, a wire of thousands among them."""

import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import schema
from tests.benchmarks.whole_run import run_process
from tests.export.tables import article, story, table

_WRITE = """
import sys
from pathlib import Path
import pyarrow.parquet as pq
from pipeline import look, report
folder = Path(sys.argv[1])
about = report.About("a benchmark", texts=pq.read_table(folder / "texts.parquet"))
report.write_site(look.read_export(folder), folder / "report", about, int(sys.argv[2]))
"""
_START = datetime(2026, 3, 1, tzinfo=UTC)
_VAST = 3000  # reports on the first story
_TEXT_WORDS = 400


class Cost(NamedTuple):
    """Of a report."""

    processes: int
    stories: int
    pages: int
    megabytes: float
    seconds: float
    largest: int
    """Bytes of the largest page."""


def measure(stories: int, processes: list[int]) -> list[Cost]:
    """Invent an export of so many stories, and write its report with each number of processes."""
    costs = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _invent(folder, stories)
        for many in processes:
            seconds, _ = run_process([sys.executable, "-c", _WRITE, name, str(many)])
            sizes = [path.stat().st_size for path in (folder / "report").rglob("*.html")]
            costs.append(
                Cost(many, stories, len(sizes), sum(sizes) / 1e6, seconds, max(sizes, default=0))
            )
    return costs


def _invent(folder: Path, many: int) -> None:
    chance = random.Random(1)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in schema.EXPORTS}
    texts: list[tuple[str, str]] = []
    vocabulary = _vocabulary(chance)
    for number in range(many):
        size = _VAST if number == 0 else min(1 + int(chance.paretovariate(1.6)), 300)
        reports = list(_reports(chance, vocabulary, number, size))
        for row, fold, text in reports:
            rows["articles"].append(row)
            rows["members"].append({"role": "repost" if fold else "article", **row})
            rows["duplicates"] += fold
            texts.append((row["article_id"], text))
        rows["stories"].append(_told(chance, vocabulary, number, [row for row, _, _ in reports]))
    rows["stories"].sort(key=lambda row: -row["articles"] - row["reposts"])
    for name, known in rows.items():
        pq.write_table(table(name, known), folder / f"{name}.parquet")
    ids, bodies = zip(*texts, strict=True)
    columns = {"article_id": ids, "text": pa.array(bodies, pa.large_string())}
    pq.write_table(pa.table(columns), folder / "texts.parquet")


def _reports(
    chance: random.Random, vocabulary: list[str], number: int, size: int
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], str]]:
    """Give articles on a story, each with its fold and text; every other one is a repost."""
    begin = _START + timedelta(minutes=chance.randint(0, 40_000))
    heads: list[tuple[str, list[str]]] = []
    for at in range(size):
        name = f"s{number}-{at}"
        head = chance.choice(heads) if heads and chance.random() < 0.5 else None
        words = list(head[1]) if head else chance.choices(vocabulary, k=_TEXT_WORDS)
        fold = []
        if head:
            place = chance.randint(0, _TEXT_WORDS - 20)
            words[place : place + 4] = chance.choices(vocabulary, k=3)
            figures = {"jaccard": 0.9, "containment": 0.95, "shared_shingles": 300}
            fold = [{"article_id": name, "kept_id": head[0], "relation": "near", **figures}]
        else:
            heads.append((name, words))
        row = article(
            name,
            story_id=f"s{number}",
            source=f"{chance.choice(vocabulary[:300])}.example",
            title=" ".join(chance.choices(vocabulary, k=9)).capitalize(),
            published=begin + timedelta(minutes=int(chance.expovariate(1 / 600))),
            kept_id=head[0] if head else None,
        )
        yield row, fold, " ".join(words)


def _told(
    chance: random.Random, vocabulary: list[str], number: int, reports: list[dict[str, Any]]
) -> dict[str, Any]:
    moments = [row["published"] for row in reports]
    reposts = sum(row["kept_id"] is not None for row in reports)
    return story(
        number,
        title=reports[0]["title"],
        articles=len(reports) - reposts,
        reposts=reposts,
        sources=len({row["source"] for row in reports}),
        first_published=min(moments),
        last_published=max(moments),
        keywords=chance.choices(vocabulary, k=6),
        representative_id=reports[0]["article_id"],
    )


def _vocabulary(chance: random.Random) -> list[str]:
    """Give 3,000 words, some of which end a sentence."""
    parts = [consonant + vowel for consonant in "bcdfgklmnprstv" for vowel in "aeiou"]
    words = ["".join(chance.choices(parts, k=chance.randint(1, 4))) for _ in range(3000)]
    return [f"{word}." if at % 15 == 14 else word for at, word in enumerate(words)]
