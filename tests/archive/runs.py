"""Small runs on an archive, for tests: invented articles in, the archive's state out."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
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


def write_batch(folder: Path, articles: Iterable[dict[str, Any]]) -> Path:
    """Write some articles to a file in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in articles)
    (folder / "batch.jsonl").write_bytes(lines)
    return folder / "batch.jsonl"


def batch(folder: Path, articles: Iterable[dict[str, Any]], **others: Any) -> Summary:
    """Run over some articles, on the archive in the folder."""
    inputs = [str(write_batch(folder, articles))]
    settings = others.pop("settings", Settings(threads=1))
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
    columns |= dict.fromkeys(("story_id", "title", "representative_id"), picked["article_id"])
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
    profiles = pa.table([pa.nulls(len(heads), pa.binary())], schema=schema.PROFILES)
    told = pa.table(columns, schema=schema.STORIES)
    return stories.Grouping(told, memberships, profiles, {})


def assert_whole(folder: Path, *, forgotten: bool = False) -> None:
    """Hold what is true of every state, whatever the runs were.

    Of a story whose every article was forgotten nothing is told but its events.
    """
    past = open_archive(str(folder / "archive"), Settings())
    members = past.read("members").to_pylist()
    story_of = {row["article_id"]: row["story_id"] for row in members}
    known = {row["story_id"]: row for row in past.read("stories").to_pylist()}
    alive = {name: row for name, row in known.items() if row["status"] != "merged"}
    assert set(story_of) == set(past.read("articles")["article_id"].to_pylist())
    assert set(alive) == set(story_of.values())
    roles = Counter((row["story_id"], row["role"]) for row in members)
    kept = {(row["article_id"], row["story_id"]) for row in members if row["role"] == "article"}
    for name, row in alive.items():
        assert (row["articles"], row["reposts"]) == (roles[name, "article"], roles[name, "repost"])
        assert (row["representative_id"], name) in kept
        assert row["articles"] >= 1
    folds = {row["article_id"]: row["kept_id"] for row in past.read("duplicates").to_pylist()}
    folds = {article: kept for article, kept in folds.items() if kept}
    assert set(folds) == {row["article_id"] for row in members if row["role"] == "repost"}
    for article_id, kept_id in folds.items():
        assert kept_id not in folds
        assert story_of[article_id] == story_of[kept_id]
    for name in set(known) - set(alive):
        assert past.resolve(name) in alive
    began = Counter(
        row["story_id"]
        for row in past.read("story_events").to_pylist()
        if row["event"] in ("born", "split")
    )
    assert set(began) >= set(known) if forgotten else set(began) == set(known)
    assert set(began.values()) == {1}  # no id is used twice
