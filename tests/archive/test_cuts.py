"""Reposts do not depend on how the stream of articles was cut into batches."""

import random
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import stories
from pipeline.archive import store
from tests.archive.runs import (
    DAY,
    article,
    assert_whole,
    batch,
    each_alone,
    prose,
    state,
    without,
)
from tests.archive.test_upkeep import compacted


@pytest.fixture(scope="module", autouse=True)
def _each_alone() -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stories, "group", each_alone)
        yield


_CIRCUMSTANCES = {
    "title": ["Flood in the valley", "Market closes higher", "Minister resigns", "Cup final"],
    "source": ["Reuters", "Daily", "Evening"],
    "original_url": [None, "https://town.example/1"],
}


def copies(draw: random.Random, days: int) -> list[dict[str, Any]]:
    """Articles that overlap in every degree: cuts, joins, copies, short ones, updates.

    They come over some days, under various headlines, of various sources.
    """
    bases = [prose(draw.randrange(10**6), draw.randrange(30, 160)).split() for _ in range(4)]
    articles = []
    for number in range(22):
        words = list(draw.choice(bases))
        if draw.random() < 0.7:
            start = draw.randrange(len(words) // 2)
            words = words[start : start + draw.randrange(8, 160)]
        if draw.random() < 0.3:
            words += draw.choice(bases)[: draw.randrange(60)]
        for place in range(5, len(words), 20):
            words[place] = str(draw.randrange(3) if draw.random() < 0.3 else place)
        day = round(draw.random() * days, 2)
        known = {name: draw.choice(values) for name, values in _CIRCUMSTANCES.items()}
        articles.append(article(f"a{number:02}", " ".join(words), day, **known))
    return articles


def reposts(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    found = state(folder)
    return without(found["duplicates"], "run_id"), found["pairs"]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([5, 25, 70]), st.booleans())
def test_many_cuts(draw: random.Random, days: int, in_order: bool) -> None:
    """The law below, tried longer."""
    assert_any_cut_gives_the_same(draw, days, in_order)


@settings(max_examples=4, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False), st.sampled_from([5, 25, 70]), st.booleans())
def test_any_cut_gives_the_reposts_of_one_batch(
    draw: random.Random, days: int, in_order: bool
) -> None:
    """In batches by date, or in any order, the folds and pairs are those of one batch."""
    assert_any_cut_gives_the_same(draw, days, in_order)


def assert_any_cut_gives_the_same(draw: random.Random, days: int, in_order: bool) -> None:
    articles = copies(draw, days)
    stream = sorted(articles, key=lambda one: one["published"])
    if not in_order:
        draw.shuffle(stream)
    cuts = sorted(draw.sample(range(1, len(stream)), 4))
    with tempfile.TemporaryDirectory() as folder:
        batch(Path(folder) / "whole", articles)
        for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
            batch(Path(folder) / "cut", stream[start:stop])
        whole, cut = reposts(Path(folder) / "whole"), reposts(Path(folder) / "cut")
    assert whole == cut


def test_an_original_that_arrives_after_its_copies_is_kept(tmp_path: Path) -> None:
    """The copies of earlier runs fold into it; the first of them is no longer kept."""
    text = prose(1)
    batch(tmp_path, [article("copy1", text, 2), article("copy2", text, 3)])
    assert [row["kept_id"] for row in state(tmp_path)["duplicates"]] == ["copy1"]
    batch(tmp_path, [article("original", text, 1)])
    found = {row["article_id"]: row["kept_id"] for row in state(tmp_path)["duplicates"]}
    assert found == {"copy1": "original", "copy2": "original"}


def test_a_repost_is_found_at_the_edge_of_the_window_and_not_beyond(tmp_path: Path) -> None:
    """Thirty days apart is a repost, thirty-one is not: as in one batch."""
    text = prose(2)
    batch(tmp_path, [article("first", text, 0)])
    batch(tmp_path, [article("edge", text, 30)])
    batch(tmp_path, [article("late", text, 60.5)])
    found = {row["article_id"]: row["kept_id"] for row in state(tmp_path)["duplicates"]}
    assert found == {"edge": "first"}


def test_a_page_that_comes_again_is_skipped(tmp_path: Path) -> None:
    """The same id with the same text leaves no trace in the state."""
    batch(tmp_path, [article("a", prose(3)), article("b", prose(4))])
    before = state(tmp_path)
    again = batch(tmp_path, [article("a", prose(3), 9)])
    assert again.counts["recall"] == {"new": 0, "revised": 0, "known": 1, "recalled": 0}
    assert state(tmp_path) == before


def test_a_changed_page_is_a_revision(tmp_path: Path) -> None:
    """The same id with another text replaces the earlier one, and its folds and pairs."""
    batch(tmp_path, [article("a", prose(5)), article("b", prose(5), 0.1)])
    assert state(tmp_path)["duplicates"]
    changed = batch(tmp_path, [article("b", prose(6), 0.1)])
    assert changed.counts["recall"]["revised"] == 1
    found = state(tmp_path)
    assert (found["duplicates"], found["pairs"]) == ([], [])
    assert [row["article_id"] for row in found["articles"]] == ["a", "b"]
    assert {row["role"] for row in found["members"]} == {"article"}


def test_a_revision_ends_a_fold_into_an_article_of_another_day(tmp_path: Path) -> None:
    """Even if nothing else of its day is recalled."""
    text = prose(7)
    batch(tmp_path, [article("part", text, 0)])
    batch(tmp_path, [article("whole", f"{text} {prose(8, 40)}", 9)])
    assert [row["kept_id"] for row in state(tmp_path)["duplicates"]] == ["whole"]
    batch(tmp_path, [article("part", prose(9), 0)])
    found = state(tmp_path)
    assert (found["duplicates"], found["pairs"]) == ([], [])
    assert_whole(tmp_path)


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("day", [70, None])
def test_a_page_that_comes_again_much_later_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: float | None, indexed: bool
) -> None:
    """However far its new date is from the old: the same text is skipped, another is a revision."""
    monkeypatch.setattr(store, "_MANY_FILES", 1 if indexed else 10**6)
    batch(tmp_path, [article("a", prose(10)), article("b", prose(11)), article("c", prose(12), 1)])
    batch(tmp_path, [article("d", prose(13), 70)])
    batch(tmp_path, [article("e", prose(14), 71)])
    before = state(tmp_path)
    again = batch(tmp_path, [article("a", prose(10), day)])
    assert again.counts["recall"] == {"new": 0, "revised": 0, "known": 1, "recalled": 0}
    assert state(tmp_path) == before
    changed = batch(tmp_path, [article("b", prose(15), day), article("b2", prose(15), 72)])
    assert (changed.counts["recall"]["new"], changed.counts["recall"]["revised"]) == (1, 1)
    assert_whole(tmp_path)
    found = {row["article_id"]: row["published"] for row in state(tmp_path)["articles"]}
    assert sorted(found) == ["a", "b", "b2", "c", "d", "e"]
    assert found["b"] == (None if day is None else DAY + timedelta(days=day))
    assert (tmp_path / "archive" / "_recent" / "whereabouts.arrow").exists() == indexed


def test_a_page_is_known_when_its_files_were_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of files that are no more is of no harm."""
    monkeypatch.setattr(store, "_MANY_FILES", 1)
    for n in range(3):
        batch(tmp_path, [article(f"a{n}", prose(20 + n), n / 10)])
    compacted(tmp_path, keep_days=0)
    again = batch(tmp_path, [article("a1", prose(21), 80), article("new", prose(29), 80)])
    assert again.counts["recall"] == {"new": 1, "revised": 0, "known": 1, "recalled": 0}
    assert_whole(tmp_path)
