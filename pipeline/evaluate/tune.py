"""The story threshold that fits a user's own labels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from pipeline import stages, stories
from pipeline.errors import InputError
from pipeline.evaluate.scores import bcubed, read_labels
from pipeline.job import Job
from pipeline.settings import Settings

THRESHOLDS = tuple(round(0.03 + 0.005 * step, 3) for step in range(55))
"""Thresholds that are tried."""
_NEAR = 0.002
"""Scores so close are equal: of these, the threshold in the middle is the safest."""


@dataclass(frozen=True)
class Trial:
    """Scores of the labelled articles under one threshold."""

    threshold: float
    precision: float
    recall: float
    f1: float
    largest: int
    """Articles and reposts in the largest story of all."""


def tune(
    inputs: Sequence[str],
    labels: Path,
    settings: Settings,
    thresholds: Sequence[float] = THRESHOLDS,
) -> list[Trial]:
    """Score every threshold by BCubed on labelled articles of the inputs.

    Parameters
    ----------
    inputs : sequence of str
        The articles, those without a label among them: they make up the stream that the
        labelled ones are found in.
    labels : Path
        CSV with the columns ``id`` and ``story``.
    settings : Settings
        All but the threshold of stories.
    thresholds : sequence of float

    Returns
    -------
    list of Trial
        In the order of the thresholds.

    Raises
    ------
    InputError
        The inputs or labels cannot be read, or no two articles of the inputs share a label.
    """
    label = read_labels(labels)
    job = Job(inputs, Path(), settings, datetime.now(UTC))
    articles = stages.read(job)
    tokens = stages.tokenize(job, articles)
    reposts = stages.fold(job, articles, tokens)
    ids = articles.articles["article_id"].to_pylist()
    sizes = Counter(label[name] for name in ids if name in label)
    rows = [row for row, name in enumerate(ids) if sizes.get(label.get(name, ""), 0) > 1]
    if not rows:
        raise InputError(
            f"{labels}: no two articles of the inputs share a label; expected the ids of articles"
        )
    gold = [label[ids[row]] for row in rows]
    found = stories.sweep(
        articles.articles,
        tokens.table,
        reposts.folds,
        settings.stories,
        thresholds,
        settings.threads,
    )
    return [
        Trial(threshold, *bcubed(gold, story[rows].tolist()), int(np.bincount(story).max()))
        for threshold, story in zip(thresholds, found, strict=True)
    ]


def best(trials: Sequence[Trial]) -> Trial:
    """Choose the trial with the best F1; of several as good, the one in the middle."""
    top = max(trial.f1 for trial in trials)
    good = [trial for trial in trials if trial.f1 >= top - _NEAR]
    return good[(len(good) - 1) // 2]


def settings_text(chosen: Trial, labels: Path) -> str:
    """Give the settings file that says so."""
    return (
        f"# from storyfold tune {labels.name}: BCubed F1 {chosen.f1:.4f}\n"
        f"[stories]\nthreshold = {chosen.threshold}\n"
    )
