"""Scores of folds by relation, against a user's own pairs."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.evaluate import report
from pipeline.evaluate.relations import as_lines, read_pairs, score_relations

FOLDS = [("b", "a", "near"), ("d", "a", "near"), ("f", "e", "excerpt"), ("x", "y", "exact")]


def labels(folder: Path, *rows: str) -> Path:
    path = folder / "pairs.csv"
    path.write_text("article_id,other_id,relation\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def test_recall_and_precision_by_relation(tmp_path: Path) -> None:
    """A pair counts by its label, a fold by its own relation; unlabelled folds are not judged."""
    path = labels(tmp_path, "a,b,near", "a,d,update", "e,f,near", "g,h,excerpt", "b,d,")
    scores = {row.relation: row for row in score_relations(read_pairs(path), FOLDS)}
    near, excerpt, copies = scores["near"], scores["excerpt"], scores["all"]
    assert (near.labelled, near.resolved, near.together) == (2, 1.0, 1.0)
    assert (near.folds, near.precision) == (2, 0.5)
    assert (excerpt.labelled, excerpt.resolved, excerpt.precision) == (1, 0.0, 1.0)
    assert (copies.labelled, copies.resolved, copies.folds) == (4, 0.75, 3)
    assert scores["exact"].precision is None
    assert (scores["update"].labelled, scores["update"].together) == (1, 1.0)
    assert as_lines([near])[1].split() == ["near", "2", "1.0000", "1.0000", "2", "0.5000"]


def test_pairs_alone_can_be_scored(tmp_path: Path) -> None:
    """Labels of stories are not needed to score reposts."""
    names = ("article_id", "kept_id", "relation")
    table = pa.table(dict(zip(names, zip(*FOLDS, strict=True), strict=True)))
    pq.write_table(table, tmp_path / "duplicates.parquet")
    told = report(None, tmp_path, labels(tmp_path, "a,b,near"))
    assert told.splitlines()[-1].split() == ["all", "1", "1.0000", "1.0000", "1", "1.0000"]
    with pytest.raises(InputError, match="no labels"):
        report(None, tmp_path)


def test_other_columns_are_an_error(tmp_path: Path) -> None:
    """The message names what was expected."""
    path = tmp_path / "pairs.csv"
    path.write_text("one,two\na,b\n", "utf-8")
    with pytest.raises(InputError, match="article_id and kept_id"):
        read_pairs(path)
