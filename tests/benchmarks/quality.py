"""Stories against labels, ours and other ways, as the table in the README.

    python -m tests.benchmarks.quality [--write]

Ours runs with its defaults. Every other way gets the one threshold that is best for it on
the mean of all corpora.
"""

import argparse

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import stories
from pipeline.settings import Settings
from tests.benchmarks import baselines
from tests.benchmarks.baselines import Stream
from tests.benchmarks.labelled import NAMES, Labelled, f1, labelled
from tests.benchmarks.online_clusters import fields, online_clusters
from tests.places import ROOT

THRESHOLDS = [round(0.1 + 0.05 * step, 2) for step in range(13)]
START, END = "<!-- quality -->", "<!-- /quality -->"


def ours(corpus: Labelled) -> float:
    """BCubed F1 of `pipeline.stories` with its defaults."""
    (story,) = stories.sweep(*corpus[:3], Settings().stories, [None], known=corpus.known)
    return f1(corpus, story[corpus.rows])


def others(corpus: Labelled) -> dict[str, list[float]]:
    """BCubed F1 of each other way at each threshold."""
    table, folds = corpus.articles, corpus.folds
    days = np.array(table["published"].cast(pa.int64()).to_pylist(), dtype=np.float64) / 86.4e9
    reposts, leaders = folds["article"].to_numpy(), folds["kept"].to_numpy()
    kept = np.setdiff1d(np.arange(len(table)), reposts)
    order = kept[np.argsort(days[kept], kind="stable")]
    titles, texts = (table[part].take(pa.array(order)).to_pylist() for part in ("title", "text"))
    stream = Stream([title or "" for title in titles], texts, days[order])

    def score(group: NDArray[np.int64]) -> float:
        story = np.arange(len(table))
        story[order] = group
        story[reposts] = story[leaders]
        return f1(corpus, story[corpus.rows])

    found = baselines.edges(baselines.whole_vectors(stream), stream.days, THRESHOLDS[0])
    ways = {
        "TF-IDF, single linkage": baselines.single_linkage,
        "first-story detection": baselines.first_story,
        "DBSCAN": baselines.dbscan,
    }
    scores = {
        name: [score(way(found, len(order), threshold)) for threshold in THRESHOLDS]
        for name, way in ways.items()
    }
    groups = online_clusters(fields(stream), stream.days, THRESHOLDS)
    scores["online clusters, nine fields"] = [score(group) for group in groups]
    return scores


def table() -> str:
    """Score all on all corpora."""
    mine, theirs = [], {}
    for name in NAMES:
        corpus = labelled(name)
        mine.append(ours(corpus))
        for way, scores in others(corpus).items():
            theirs.setdefault(way, []).append(scores)
        print(name, f"{mine[-1]:.4f}", flush=True)  # noqa: T201
    head = [f"| BCubed F1 | {' | '.join(NAMES.values())} |", f"|---|{'---:|' * len(NAMES)}"]
    rows = [_row("storyfold, defaults", mine)]
    for way, scores in theirs.items():
        by_threshold = np.array(scores)
        best = int(np.argmax(by_threshold.mean(axis=0)))
        rows.append(_row(f"{way} (at {THRESHOLDS[best]})", by_threshold[:, best].tolist()))
    return "\n".join([*head, *rows])


def _row(name: str, scores: list[float]) -> str:
    return f"| {name} | {' | '.join(f'{100 * score:.1f}' for score in scores)} |"


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
