"""Scores of exported stories and reposts against labels."""

import csv
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

Results = Path | Mapping[str, "pa.Table"]
"""The folder of a run's results, or export tables by name, as `pipeline.look` reads them."""


@dataclass(frozen=True)
class StoryScores:
    """How well stories match labels; shares from 0 to 1."""

    articles: int
    labelled_stories: int
    missing_articles: int
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    pairwise_f1: float
    ami: float
    ari: float
    exported_stories_of_several: int
    largest_exported_story: int


@dataclass(frozen=True)
class RepostScores:
    """How well folds match labelled reposts; shares from 0 to 1."""

    labelled_reposts: int
    resolved: float
    """Labelled pairs of which at least one is folded."""
    together: float
    """Labelled pairs whose two have one kept article."""
    precision: float
    """Folds of labelled articles that put together what the labels do."""


def bcubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float, float]:
    """Score a grouping of items by BCubed (Bagga & Baldwin 1998).

    Parameters
    ----------
    gold, found : sequences of n labels
        The true group and the found group of each item.

    Returns
    -------
    precision, recall, f1 : float
        Means over items: of the items found with one, how many belong to it; of those that
        belong to it, how many were found.

    Examples
    --------
    >>> bcubed(["a", "a", "b"], [1, 1, 1])
    (0.5555555555555556, 1.0, 0.7142857142857143)
    """
    both = Counter(zip(gold, found, strict=True))
    of_gold, of_found = Counter(gold), Counter(found)
    pairs = list(zip(gold, found, strict=True))
    precision = sum(both[pair] / of_found[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / of_gold[pair[0]] for pair in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def read_labels(labels: Path) -> dict[str, str]:
    """Read the story of each labelled article, from a CSV with the columns id and story."""
    return dict(_read_pairs(labels, "id", "story"))


def score_stories(labels: Path, export: Results) -> StoryScores:
    """Score exported stories against a CSV of labels.

    Parameters
    ----------
    labels : Path
        CSV with the columns ``id`` and ``story``. Labels of a single article are left out.
    export : Path, or dict of str to table
        Folder of a run's results, or its tables.

    Raises
    ------
    InputError
        The labels or the results cannot be read.
    """
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score
    from sklearn.metrics.cluster import pair_confusion_matrix

    label = read_labels(labels)
    story = dict(_exported(export, "members", ("article_id", "story_id")))
    sizes = Counter(label.values())
    ids = [article for article, name in label.items() if sizes[name] > 1]
    if not ids:
        raise InputError(f"{labels}: no two articles share a label; expected stories of several")
    gold = [label[article] for article in ids]
    found = [story.get(article, f"missing {article}") for article in ids]
    precision, recall, f1 = bcubed(gold, found)
    (_, false_pairs), (missed, true_pairs) = pair_confusion_matrix(gold, found).tolist()
    exported = Counter(story.values())
    return StoryScores(
        articles=len(ids),
        labelled_stories=len(set(gold)),
        missing_articles=sum(article not in story for article in ids),
        bcubed_precision=precision,
        bcubed_recall=recall,
        bcubed_f1=f1,
        pairwise_f1=2 * true_pairs / max(2 * true_pairs + false_pairs + missed, 1),
        ami=float(adjusted_mutual_info_score(gold, found)),
        ari=float(adjusted_rand_score(gold, found)),
        exported_stories_of_several=sum(size > 1 for size in exported.values()),
        largest_exported_story=max(exported.values(), default=0),
    )


def score_reposts(labels: Path, export: Results) -> RepostScores:
    """Score exported folds against a CSV of labels.

    Parameters
    ----------
    labels : Path
        CSV with the columns ``article_id`` and ``kept_id``: two articles of one text.
    export : Path, or dict of str to table
        Folder of a run's results, or its tables.

    Raises
    ------
    InputError
        The labels or the results cannot be read.
    """
    pairs = _read_pairs(labels, "article_id", "kept_id")
    kept = dict(_exported(export, "duplicates", ("article_id", "kept_id")))
    if not pairs:
        raise InputError(f"{labels}: no rows; expected pairs of article_id and kept_id")
    group = dict(pairs)
    known = set(group) | set(group.values())
    folds = [(article, leader) for article, leader in kept.items() if {article, leader} <= known]
    right = sum(
        group.get(article, article) == group.get(leader, leader) for article, leader in folds
    )
    return RepostScores(
        labelled_reposts=len(pairs),
        resolved=sum(x in kept or y in kept for x, y in pairs) / len(pairs),
        together=sum(kept.get(x, x) == kept.get(y, y) for x, y in pairs) / len(pairs),
        precision=right / len(folds) if folds else 1.0,
    )


def report(labels: Path | None, export: Results, reposts: Path | None = None) -> str:
    """Score stories, and reposts by relation, where labels are given, as lines of text."""
    from pipeline.evaluate.relations import as_lines, read_pairs, score_relations

    if labels is None and reposts is None:
        raise InputError("no labels to score against; expected a CSV of stories, or --reposts")
    lines = []
    if labels:
        lines += _lines(asdict(score_stories(labels, export)))
    if reposts:
        folds = _exported(export, "duplicates", ("article_id", "kept_id", "relation"))
        lines += as_lines(score_relations(read_pairs(reposts), folds))
    return "\n".join(lines)


def _lines(scores: dict[str, Any]) -> list[str]:
    return [
        f"{name.replace('_', ' '):30s}{value:.4f}"
        if isinstance(value, float)
        else f"{name.replace('_', ' '):30s}{value:,}"
        for name, value in scores.items()
    ]


def _read_pairs(path: Path, first: str, second: str) -> list[tuple[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if not {first, second} <= set(rows.fieldnames or ()):
                raise InputError(
                    f"{path}: got columns {', '.join(rows.fieldnames or ())}; "
                    f"expected {first} and {second}"
                )
            return [(row[first], row[second]) for row in rows]
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}; expected a CSV") from error


def _exported(export: Results, table: str, columns: tuple[str, ...]) -> list[Any]:
    data = _read(export, table, columns) if isinstance(export, Path) else export[table]
    return list(zip(*(data[name].to_pylist() for name in columns), strict=True))


def _read(export: Path, table: str, columns: tuple[str, ...]) -> "pa.Table":
    import pyarrow.parquet as pq

    path = export / f"{table}.parquet"
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected the folder of a run, with Parquet")
    return pq.read_table(path, columns=list(columns))
