"""Scores against labels, worked by hand and by scikit-learn."""

import re
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import InputError
from pipeline.evaluate import bcubed, report, score_reposts, score_stories
from tests.archive.runs import article, batch, prose


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


@given(LABELLING)
def test_bcubed_is_the_mean_over_items(pairs: list[tuple[int, int]]) -> None:
    """Item by item: what of its found group is its own, what of its own was found with it."""
    shares = []
    for gold, found in pairs:
        own = [one == gold for one, _ in pairs]
        near = [other == found for _, other in pairs]
        both = sum(a and b for a, b in zip(own, near, strict=True))
        shares.append((both / sum(near), both / sum(own)))
    precision, recall = (sum(part) / len(shares) for part in zip(*shares, strict=True))
    f1 = 2 * precision * recall / (precision + recall)
    assert bcubed(*zip(*pairs, strict=True)) == pytest.approx((precision, recall, f1))


# of 15 articles, four stories of two at least, so that every label is shared
GROUPS = st.lists(st.integers(0, 4), min_size=15, max_size=15)


@given(GROUPS)
def test_figures_are_those_of_scikit_learn(groups: list[int]) -> None:
    """Pairwise F1, AMI and ARI are what scikit-learn's metrics give for the same labels."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, f1_score

    gold = [row % 4 for row in range(15)]
    with TemporaryDirectory() as name:
        labels = Path(name) / "labels.csv"
        labels.write_text("id,story\n" + "".join(f"a{n},{g}\n" for n, g in enumerate(gold)))
        ids = [f"a{n}" for n in range(15)]
        members = pa.table({"article_id": ids, "story_id": [f"s{g}" for g in groups]})
        scores = score_stories(labels, {"members": members})
    assert scores.ami == pytest.approx(adjusted_mutual_info_score(gold, groups))
    assert scores.ari == pytest.approx(adjusted_rand_score(gold, groups))
    together = [(gold[a] == gold[b], groups[a] == groups[b]) for a, b in combinations(range(15), 2)]
    pairwise = f1_score(*zip(*together, strict=True), zero_division=0.0)
    assert scores.pairwise_f1 == pytest.approx(pairwise)


def test_an_archive_is_scored_as_its_export_is(tmp_path: Path) -> None:
    """`--archive` scores what `storyfold export` of all of it would write."""
    batch(tmp_path, [article(f"a{n}", prose(n // 2), n / 9) for n in range(8)])
    (tmp_path / "labels.csv").write_text(
        "id,story\n" + "".join(f"a{n},{n // 2}\n" for n in range(8))
    )
    (tmp_path / "reposts.csv").write_text("article_id,kept_id\na1,a0\na2,a0\n")
    given = ["evaluate", str(tmp_path / "labels.csv"), "--reposts", str(tmp_path / "reposts.csv")]
    found = CliRunner().invoke(app, [*given, "--archive", str(tmp_path / "archive")])
    assert found.exit_code == 0, found.output
    CliRunner().invoke(
        app, ["export", "--archive", str(tmp_path / "archive"), "--out", str(tmp_path / "all")]
    )
    exported = CliRunner().invoke(app, [*given, "--export", str(tmp_path / "all")])
    assert found.output == exported.output
    assert "bcubed f1                     1.0000" in found.output
    assert re.search(r"all +2 +0\.5000", found.output)


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
