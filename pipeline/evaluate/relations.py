"""Recall and precision of folds by relation, against pairs that people labelled."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError

_COPIES = ("exact", "near", "excerpt")
_ANY = "any"


@dataclass(frozen=True)
class RelationScores:
    """How well folds of one relation match the labels; shares from 0 to 1, None of nothing."""

    relation: str
    labelled: int
    """Pairs labelled so."""
    resolved: float | None
    """Of these, pairs of which at least one is folded."""
    together: float | None
    """Of these, pairs that have one kept article."""
    folds: int
    """Exported folds of this relation between two articles that are labelled with each other."""
    precision: float | None
    """Of these, folds of articles that are labelled copies."""


@dataclass(frozen=True)
class LabelledPair:
    """Two articles, and what a person says they are."""

    one: str
    other: str
    relation: str
    """exact, near or excerpt; ``any`` where it is a copy of unsaid kind; else no copy."""

    @property
    def copy(self) -> bool:
        """Whether one is a copy of the other."""
        return self.relation in (*_COPIES, _ANY)


def read_pairs(path: Path) -> list[LabelledPair]:
    """Read labelled pairs from a CSV.

    Parameters
    ----------
    path : Path
        With the columns ``article_id`` and ``kept_id`` or ``other_id``, and, if wanted,
        ``relation``: exact, near, excerpt, empty for any of them, or another word (none,
        update, template) for two articles of which neither is a copy.

    Raises
    ------
    InputError
        The file cannot be read or has other columns.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            names = list(rows.fieldnames or ())
            other = "kept_id" if "kept_id" in names else "other_id"
            if not {"article_id", other} <= set(names):
                raise InputError(
                    f"{path}: got columns {', '.join(names)}; "
                    "expected article_id and kept_id (or other_id), and perhaps relation"
                )
            return [
                LabelledPair(row["article_id"], row[other], (row.get("relation") or _ANY).strip())
                for row in rows
            ]
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}; expected a CSV") from error


def score_relations(
    pairs: list[LabelledPair], folds: Iterable[tuple[str, str, str]]
) -> list[RelationScores]:
    """Score folds against labelled pairs, for each relation and for all.

    Parameters
    ----------
    pairs : list of LabelledPair
    folds : iterable of (article_id, kept_id, relation)
        As exported.

    Returns
    -------
    list of RelationScores
        Of exact, near, excerpt, other labels, then of all copies. The precision of a relation
        is that of the folds exported so, whatever kind of copy the label names.
    """
    exported = list(folds)
    kept = {article: leader for article, leader, _ in exported}
    copy = {frozenset((pair.one, pair.other)): pair.copy for pair in pairs}
    judged = [
        (relation, copy[frozenset((article, leader))])
        for article, leader, relation in exported
        if frozenset((article, leader)) in copy
    ]
    names = [*_COPIES, *sorted({pair.relation for pair in pairs} - {*_COPIES})]
    labelled = {name: [pair for pair in pairs if pair.relation == name] for name in names}
    labelled["all"] = [pair for pair in pairs if pair.copy]
    return [_scores(name, of_it, judged, kept) for name, of_it in labelled.items()]


def _scores(
    name: str,
    pairs: list[LabelledPair],
    judged: list[tuple[str, bool]],
    kept: dict[str, str],
) -> RelationScores:
    right = [good for relation, good in judged if name in (relation, "all")]
    return RelationScores(
        relation=name,
        labelled=len(pairs),
        resolved=_mean(pair.one in kept or pair.other in kept for pair in pairs),
        together=_mean(
            kept.get(pair.one, pair.one) == kept.get(pair.other, pair.other) for pair in pairs
        ),
        folds=len(right),
        precision=_mean(right),
    )


def _mean(values: Iterable[bool]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def as_lines(scores: list[RelationScores]) -> list[str]:
    """Write scores as a table."""
    return [
        "relation     labelled  resolved  together   folds  precision",
        *(
            f"{row.relation:12}{row.labelled:>9,}{_share(row.resolved):>10}"
            f"{_share(row.together):>10}{row.folds:>8,}{_share(row.precision):>11}"
            for row in scores
        ),
    ]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
