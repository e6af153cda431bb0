"""Development corpora with labelled stories, read and folded, and how to score a grouping."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import dedup, stages, stories
from pipeline.evaluate import bcubed, read_labels
from pipeline.settings import Settings
from tests.places import CORPORA
from tests.test_corpora import folded_on

NAMES = {
    "allsides_dev": "AllSides, years of news",
    "folded": "the same on 20 days",
    "ecbplus": "ECB+, undated",
    "galaxy": "Wikinews sources, undated",
}


class Labelled(NamedTuple):
    """A corpus as far as grouping, and what people grouped together."""

    articles: pa.Table
    tokens: pa.Table
    folds: pa.Table
    known: stories.Known
    rows: NDArray[np.int64]
    """Labelled articles, those alone in their label too; shape (n,)."""
    gold: NDArray[np.int64]
    """Their labels as numbers, by time, or where there is none by topic; shape (n,)."""


@cache
def labelled(name: str, cut: Callable[[pa.Table], pa.Table] | None = None) -> Labelled:
    """Read a corpus of `NAMES`, its texts cut down by a function of the articles."""
    file = "allsides_dev" if name == "folded" else name
    job = stages.Job([str(CORPORA / f"{file}.jsonl.gz")], Path(), Settings(), datetime.now(UTC))
    cleaned = stages.read(job)
    table = folded_on(20, cleaned.articles) if name == "folded" else cleaned.articles
    cleaned = replace(cleaned, articles=cut(table) if cut else table)
    tokens = stages.tokenize(job, cleaned)
    reposts = stages.fold(job, cleaned, tokens)
    known = stories.Known(dedup.update_rows(reposts.pairs), dedup.roundup_rows(reposts.pairs))
    rows, gold = _labels(cleaned.articles, read_labels(CORPORA / f"{file}.stories.csv"))
    return Labelled(cleaned.articles, tokens.table, reposts.folds, known, rows, gold)


def _labels(table: pa.Table, label: dict[str, str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ids, days = table["article_id"].to_pylist(), table["published"].cast(pa.int64()).to_pylist()
    rows = [row for row, name in enumerate(ids) if name in label]
    first: dict[str, tuple[float, int, str]] = {}
    for row in rows:
        name = label[ids[row]]
        topic = name.partition("_")[0]  # of ECB+, whose topics have numbers
        place = (days[row] or 0, int(topic) if topic.isdigit() else 0, name)
        first[name] = min(place, first.get(name, place))
    number = {name: k for k, name in enumerate(sorted(first, key=first.__getitem__))}
    return np.array(rows), np.array([number[label[ids[row]]] for row in rows])


def f1(
    corpus: Labelled, story: NDArray[np.integer[Any]], counted: NDArray[np.bool_] | None = None
) -> float:
    """BCubed F1 of the stories of labelled articles.

    Parameters
    ----------
    corpus : Labelled
    story : int array, shape (n,)
        Of each labelled article.
    counted : bool array, shape (n,), optional
        Which of them count; by default, as in `storyfold evaluate`, those that share their
        label with another.
    """
    counted = shared(corpus) if counted is None else counted
    return bcubed(corpus.gold[counted].tolist(), story[counted].tolist())[2]


def shared(corpus: Labelled) -> NDArray[np.bool_]:
    """Tell which labelled articles share their label with another."""
    sizes = Counter(corpus.gold.tolist())
    return np.array([sizes[label] > 1 for label in corpus.gold.tolist()], dtype=np.bool_)
