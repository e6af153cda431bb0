"""Small runs on an archive, for tests: invented articles in, the archive's state out."""

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from pipeline import schema, stories
from pipeline.archive import open_archive
from pipeline.continued import span_tables
from pipeline.run import Summary, run
from pipeline.settings import Settings

NOW = datetime(2022, 1, 1, tzinfo=UTC)
DAY = datetime(2021, 3, 1, tzinfo=UTC)
WORDS = [f"w{n}" for n in range(4000)]


def prose(seed: int, n_words: int = 120) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=n_words))


def article(name: str, text: str, day: float | None = 0.0, **others: Any) -> dict[str, Any]:
    published = None if day is None else (DAY + timedelta(days=day)).isoformat()
    known = {"title": "A headline", "language": "en", "published": published}
    return {"id": name, "text": text} | known | others


def batch(folder: Path, articles: Iterable[dict[str, Any]], **others: Any) -> Summary:
    """Run over some articles, on the archive in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in articles)
    (folder / "batch.jsonl").write_bytes(lines)
    settings = others.pop("settings", Settings(threads=1))
    inputs = [str(folder / "batch.jsonl")]
    return run(inputs, folder / "out", settings, now=NOW, archive=str(folder / "archive"))


def state(folder: Path, settings: Settings | None = None) -> dict[str, list[dict[str, Any]]]:
    """Give every export table of the whole archive, as rows."""
    past = open_archive(str(folder / "archive"), settings or Settings())
    return {name: table.to_pylist() for name, table in span_tables(past, None, None).items()}


def without(rows: Sequence[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{name: row[name] for name in row if name not in names} for row in rows]


def each_alone(
    articles: pa.Table, _tokens: pa.Table, folds: pa.Table, *_others: Any
) -> stories.Grouping:
    """Stand in for `stories.group` where only reposts are of interest: a story an article."""
    n = len(articles)
    kept = np.arange(n)
    kept[folds["article"].to_numpy()] = folds["kept"].to_numpy()
    heads, story = np.unique(kept, return_inverse=True)
    picked = articles.take(pa.array(heads))
    columns = {
        name: pa.nulls(len(heads), schema.STORIES.field(name).type) for name in schema.STORIES.names
    }
    columns |= {"story_id": picked["article_id"], "representative_id": picked["article_id"]}
    order = np.argsort(story, kind="stable")
    memberships = pa.table(
        [
            pa.array(story[order].astype(np.int32)),
            pa.array(order.astype(np.int32)),
            pa.array(np.where(kept != np.arange(n), "repost", "article")[order], pa.string()),
            pa.array(np.ones(n)),
        ],
        schema=schema.MEMBERSHIPS,
    )
    return stories.Grouping(pa.table(columns, schema=schema.STORIES), memberships, {})


Grouper = Callable[..., stories.Grouping]
