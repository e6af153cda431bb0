"""Scores against labels, worked by hand and by scikit-learn."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.evaluate import bcubed, report, score_reposts, score_stories


def write_export(folder: Path, stories: dict[str, str], folds: dict[str, str]) -> None:
    members = pa.table({"article_id": list(stories), "story_id": list(stories.values())})
    pq.write_table(members, folder / "members.parquet")
    kept = pa.table({"article_id": list(folds), "kept_id": list(folds.values())})
    pq.write_table(
        kept.cast(pa.schema([(n, pa.string()) for n in kept.column_names])),
        folder / "duplicates.parquet",
    )


def test_bcubed_by_hand() -> None:
    """Three items in one group, of which two belong together: 5/9 precision, full recall."""
    precision, recall, f1 = bcubed(["a", "a", "b"], [1, 1, 1])
    assert precision == pytest.approx(5 / 9)
    assert recall == 1
    assert f1 == pytest.approx(2 * (5 / 9) / (5 / 9 + 1))


LABELLING = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12)


@given(LABELLING)
def test_bcubed_precision_and_recall_change_places(pairs: list[tuple[int, int]]) -> None:
    """Found against gold is gold against found the other way round; equals are perfect."""
    gold, found = zip(*pairs, strict=True)
    precision, recall, f1 = bcubed(gold, found)
    assert bcubed(found, gold) == pytest.approx((recall, precision, f1))
    assert bcubed(gold, gold) == (1, 1, 1)


def test_stories_are_scored_over_labels_of_several(tmp_path: Path) -> None:
    """An article alone in its label is left out; a missing one stands alone."""
    from sklearn.metrics import adjusted_rand_score

    (tmp_path / "labels.csv").write_text("id,story\na,x\nb,x\nc,y\nd,y\ne,z\n")
    write_export(tmp_path, {"a": "1", "b": "1", "c": "1", "e": "2"}, {})
    scores = score_stories(tmp_path / "labels.csv", tmp_path)
    assert (scores.articles, scores.labelled_stories, scores.missing_articles) == (4, 2, 1)
    assert scores.bcubed_f1 == pytest.approx(bcubed("xxyy", "111d")[2])
    assert scores.ari == pytest.approx(adjusted_rand_score([0, 0, 1, 1], [0, 0, 0, 1]))
    assert (scores.exported_stories_of_several, scores.largest_exported_story) == (1, 3)


def test_reposts_are_scored_by_pair(tmp_path: Path) -> None:
    """Resolved: one of two is folded. Together: both have one kept article."""
    (tmp_path / "reposts.csv").write_text("article_id,kept_id\nb,a\nc,a\ne,d\n")
    write_export(tmp_path, {"a": "1"}, {"b": "a", "c": "d", "z": "a"})
    scores = score_reposts(tmp_path / "reposts.csv", tmp_path)
    assert scores.resolved == pytest.approx(2 / 3)
    assert scores.together == pytest.approx(1 / 3)
    assert scores.precision == pytest.approx(1 / 2)


def test_wrong_columns_are_explained(tmp_path: Path) -> None:
    """The error says what the file has and what it needs."""
    (tmp_path / "labels.csv").write_text("article,event\na,x\n")
    with pytest.raises(InputError, match="got columns article, event; expected id and story"):
        report(tmp_path / "labels.csv", tmp_path)


def test_a_folder_without_results_is_explained(tmp_path: Path) -> None:
    """The error names the file that is not there."""
    (tmp_path / "labels.csv").write_text("id,story\na,x\nb,x\n")
    with pytest.raises(InputError, match=r"members\.parquet: no such file"):
        report(tmp_path / "labels.csv", tmp_path)
