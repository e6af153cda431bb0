"""Stories against labels, ours and other ways, as the table in the README.

    python -m tests.benchmarks.quality [--write]

Ours runs with its defaults. Every other way gets the one threshold that is best for it on
the mean of all corpora.
"""

import argparse
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import stages, stories
from pipeline.evaluate import bcubed, read_labels
from pipeline.settings import Settings, StorySettings
from tests.benchmarks import baselines
from tests.benchmarks.baselines import Stream
from tests.benchmarks.online_clusters import fields, online_clusters
from tests.test_corpora import cut_to, folded_on

NAMES = {
    "allsides_dev": "years of news",
    "folded": "the same on 20 days",
    "ecbplus": "ECB+, undated",
    "galaxy": "Wikinews sources, undated",
}
THRESHOLDS = [round(0.1 + 0.05 * step, 2) for step in range(13)]
ROOT = Path(__file__).resolve().parents[2]
CORPORA = Path(os.environ.get("STORYFOLD_CORPORA", ROOT.parent / "shared" / "corpora"))
START, END = "<!-- quality -->", "<!-- /quality -->"


class Corpus(NamedTuple):
    """Kept articles by time, how to score a grouping of them, and what ours scores."""

    stream: Stream
    score: Callable[[NDArray[np.int64]], float]
    ours: float


def corpus(name: str) -> Corpus:
    file = "allsides_dev" if name == "folded" else name
    job = stages.Job([str(CORPORA / f"{file}.jsonl.gz")], Path(), Settings(), datetime.now(UTC))
    articles = stages.read(job)
    if name == "folded":
        articles = replace(articles, articles=folded_on(20, articles.articles))
    tokens = stages.tokenize(job, articles)
    folds = stages.fold(job, articles, tokens).folds
    table = articles.articles
    label = read_labels(CORPORA / f"{file}.stories.csv")
    rows, gold = _labelled(table, label)
    (ours,) = stories.sweep(table, tokens.table, folds, Settings().stories, [None])
    days = np.array(table["published"].cast(pa.int64()).to_pylist(), dtype=np.float64) / 86.4e9
    kept = np.setdiff1d(np.arange(len(table)), folds["article"].to_numpy())
    order = kept[np.argsort(days[kept], kind="stable")]
    reposts, leaders = folds["article"].to_numpy(), folds["kept"].to_numpy()

    def score(group: NDArray[np.int64]) -> float:
        story = np.arange(len(table))
        story[order] = group
        story[reposts] = story[leaders]
        return bcubed(gold, story[rows].tolist())[2]

    titles, texts = (table[part].take(pa.array(order)).to_pylist() for part in ("title", "text"))
    stream = Stream([title or "" for title in titles], texts, days[order])
    return Corpus(stream, score, bcubed(gold, ours[rows].tolist())[2])


def story_scores(
    name: str, settings: StorySettings, thresholds: list[float], words: int | None
) -> list[float]:
    """BCubed F1 of ours at each threshold, on a corpus cut to so many words of each text."""
    file = "allsides_dev" if name == "folded" else name
    job = stages.Job([str(CORPORA / f"{file}.jsonl.gz")], Path(), Settings(), datetime.now(UTC))
    articles = stages.read(job)
    table = folded_on(20, articles.articles) if name == "folded" else articles.articles
    articles = replace(articles, articles=table if words is None else cut_to(words, table))
    tokens = stages.tokenize(job, articles)
    folds = stages.fold(job, articles, tokens).folds
    label = read_labels(CORPORA / f"{file}.stories.csv")
    rows, gold = _labelled(articles.articles, label)
    found = stories.sweep(articles.articles, tokens.table, folds, settings, thresholds)
    return [bcubed(gold, story[rows].tolist())[2] for story in found]


def _labelled(table: pa.Table, label: dict[str, str]) -> tuple[list[int], list[str]]:
    """Rows of the articles that share a label, and their labels."""
    sizes = Counter(label.values())
    ids = table["article_id"].to_pylist()
    rows = [row for row, one in enumerate(ids) if one in label and sizes[label[one]] > 1]
    return rows, [label[ids[row]] for row in rows]


def scored(one: Corpus, *, dense: bool) -> dict[str, list[float]]:
    """BCubed F1 of each way at each threshold."""
    days, n = one.stream.days, len(one.stream.days)
    found = baselines.edges(baselines.whole_vectors(one.stream), days, THRESHOLDS[0])
    ways = {
        "TF-IDF, single linkage": baselines.single_linkage,
        "first-story detection": baselines.first_story,
        "DBSCAN": baselines.dbscan,
    }
    scores = {
        name: [one.score(way(found, n, threshold)) for threshold in THRESHOLDS]
        for name, way in ways.items()
    }
    online = "online clusters, nine fields"
    scores[online] = [float("nan")] * len(THRESHOLDS)
    if not dense:  # a hundred times the window, in Python: hours
        groups = online_clusters(fields(one.stream), days, THRESHOLDS)
        scores[online] = [one.score(group) for group in groups]
    return scores


def table() -> str:
    ours, others = [], {}
    for name in NAMES:
        one = corpus(name)
        ours.append(one.ours)
        for way, scores in scored(one, dense=name == "folded").items():
            others.setdefault(way, []).append(scores)
        print(name, f"{one.ours:.4f}", flush=True)  # noqa: T201
    head = [f"| BCubed F1 | {' | '.join(NAMES.values())} |", f"|---|{'---:|' * len(NAMES)}"]
    rows = [_row("storyfold, defaults", ours)]
    for way, scores in others.items():
        by_threshold = np.array(scores)
        best = int(np.argmax(np.nanmean(by_threshold, axis=0)))
        rows.append(_row(f"{way} (at {THRESHOLDS[best]})", by_threshold[:, best].tolist()))
    return "\n".join([*head, *rows])


def _row(name: str, scores: list[float]) -> str:
    cells = ("–" if np.isnan(score) else f"{100 * score:.1f}" for score in scores)
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    write = parser.parse_args().write
    made = table()
    print(made)  # noqa: T201
    if write:
        path = ROOT / "README.md"
        before, _, rest = path.read_text("utf-8").partition(START)
        _, _, after = rest.partition(END)
        path.write_text(f"{before}{START}\n{made}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
