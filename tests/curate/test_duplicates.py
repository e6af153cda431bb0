"""Reposts as a curator looks at them: filters, delays, borderline pairs, other thresholds."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

from pipeline.curate.duplicates import Filters, borderline, duration, filtered, recut, spread
from pipeline.look import read_export
from pipeline.run import run
from pipeline.settings import DedupSettings, ExportSettings, Settings


def prose(seed: int, n_words: int = 200) -> str:
    return " ".join(random.Random(seed).choices([f"w{n}" for n in range(3000)], k=n_words))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    folder: Path = tmp_path_factory.mktemp("reposts")
    text = prose(1)
    words = text.split()
    texts = [text, text, " ".join(words[:185]), " ".join(words[:90]), prose(2)]
    sources = ["Wire", "Daily", "Evening", "Daily", "Wire"]
    lines = [
        {"id": f"a{n}", "text": one, "source": source, "published": f"2021-03-01T0{n}:00:00Z"}
        for n, (one, source) in enumerate(zip(texts, sources, strict=True))
    ]
    file = folder / "in.jsonl"
    file.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
    settings = Settings(threads=1, export=ExportSettings(formats=("parquet",)))
    run([str(file)], folder / "out", settings)
    return read_export(folder / "out")


def picked(tables: dict[str, pa.Table], **filters: Any) -> list[str]:
    wanted = Filters(**filters)
    found = filtered(tables["duplicates"], tables["articles"], wanted)
    return found["article_id"].to_pylist()


def test_every_repost_tells_its_outlet_and_delay(tables: dict[str, pa.Table]) -> None:
    """The delay counts from the first of the copies."""
    rows = tables["duplicates"].to_pylist()
    assert [(row["source"], row["seconds_behind"]) for row in rows] == [
        ("Daily", 3600),
        ("Evening", 7200),
        ("Daily", 10_800),
    ]
    assert spread(tables["duplicates"]) == {"a0": "2 outlets within 3 hours"}


def test_filters(tables: dict[str, pa.Table]) -> None:
    """Reposts by relation, source, kept article, time and strength."""
    assert picked(tables) == ["a1", "a2", "a3"]
    assert picked(tables, relation="excerpt") == ["a3"]
    assert picked(tables, source="Evening") == ["a2"]
    assert picked(tables, source="Wire") == ["a1", "a2", "a3"]  # of what the wire wrote
    assert picked(tables, kept="a4") == []
    assert picked(tables, since=datetime(2021, 3, 1, 2, tzinfo=UTC)) == ["a2", "a3"]
    assert picked(tables, until=datetime(2021, 3, 1, 2, tzinfo=UTC)) == ["a1"]
    assert picked(tables, above=1.0) == ["a1", "a2", "a3"]


def test_borderline_pairs_come_nearest_first(tables: dict[str, pa.Table]) -> None:
    """Those within the margin of a threshold, on either side."""
    found = borderline(tables["pairs"], DedupSettings(jaccard=0.9, margin=0.1))
    distance = [abs(value) for value in found["distance"].to_pylist()]
    assert distance == sorted(distance)
    assert max(distance) <= 0.1


def test_the_same_thresholds_cut_the_same(tables: dict[str, pa.Table]) -> None:
    """Folding anew from the pairs gives what the run folded."""
    found = recut(tables["articles"], tables["pairs"], DedupSettings())
    assert found.drop_columns("run_id").equals(tables["duplicates"].drop_columns("run_id"))


def test_other_thresholds_cut_otherwise(tables: dict[str, pa.Table]) -> None:
    """A higher Jaccard leaves the cut copy an excerpt; what is kept can be set as well."""
    found = recut(tables["articles"], tables["pairs"], DedupSettings(jaccard=0.95))
    assert found["relation"].to_pylist() == ["exact", "excerpt", "excerpt"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "1 minute"), (61, "2 minutes"), (7200, "2 hours"), (90_000, "2 days")]
)
def test_durations_are_said_in_words(seconds: int, said: str) -> None:
    """In the largest unit that is shorter, rounded up."""
    assert duration(seconds) == said
