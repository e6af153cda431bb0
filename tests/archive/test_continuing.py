"""Stories that go on from run to run."""

import shutil
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from pipeline.archive import open_archive
from pipeline.seen import see
from pipeline.settings import Settings
from tests.archive.runs import article, assert_whole, batch, prose, state

FLOOD = "flood river levee Lindholm evacuated homes sandbags crest rain bridge mayor shelter"
VOTE = "parliament vote budget coalition minister deficit amendment speaker debate session tax"


def report(name: str, topic: str, day: float | None, seed: int = 0) -> dict[str, Any]:
    """Write an article about a topic, with words of its own."""
    words = topic.split()
    text = " ".join(words[(k + seed) % len(words)] for k in range(40)) + " " + prose(seed, 12)
    return article(name, text, day, title=" ".join(words[:4]), source=f"site{seed % 3}")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of a month of other news: without it, no word would be rare."""
    folder = tmp_path_factory.mktemp("month")
    other = (article(f"o{n:03}", prose(1000 + n, 60), n / 10 - 20) for n in range(200))
    batch(folder, other)
    return folder


@pytest.fixture
def tmp_path(month: Path, tmp_path: Path) -> Path:
    """Begin with that archive."""
    shutil.copytree(month, tmp_path, dirs_exist_ok=True)
    return tmp_path


def ours(found: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Stories that are no other news."""
    return [row for row in found["stories"] if not row["representative_id"].startswith("o")]


def stories_of(found: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    return {
        row["article_id"]: row["story_id"]
        for row in found["members"]
        if not row["article_id"].startswith("o")
    }


def folds(found: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    return {row["article_id"]: row["kept_id"] for row in found["duplicates"]}


def events(found: dict[str, list[dict[str, Any]]], run: int) -> list[tuple[str, str]]:
    """Say what a run, the first after the other news being 1, did to stories of ours."""
    names = {row["story_id"] for row in ours(found)}
    rows = [
        row
        for row in found["story_events"]
        if row["run_id"].startswith(f"{run + 1:08d}") and row["story_id"] in names
    ]
    return sorted((row["event"], row["story_id"]) for row in rows)


def test_a_story_keeps_its_id_while_it_grows(tmp_path: Path) -> None:
    """A new event gets an id of its own; both are said in the events."""
    batch(tmp_path, [report("f1", FLOOD, 0, 1), report("f2", FLOOD, 0.2, 2)])
    flood = stories_of(state(tmp_path))["f1"]
    batch(tmp_path, [report("f3", FLOOD, 1, 3), report("v1", VOTE, 1, 4)])
    found = state(tmp_path)
    now = stories_of(found)
    assert now["f1"] == now["f2"] == now["f3"] == flood != now["v1"]
    assert events(found, 1) == [("born", flood)]
    assert events(found, 2) == sorted([("grew", flood), ("born", now["v1"])])
    grown = next(row for row in found["stories"] if row["story_id"] == flood)
    assert (grown["articles"], grown["sources"], grown["status"]) == (3, 3, "open")


def test_a_quiet_story_closes_once(tmp_path: Path) -> None:
    """By the dates of the articles, not by the clock on the wall."""
    batch(tmp_path, [report("f1", FLOOD, 0, 1)])
    flood = stories_of(state(tmp_path))["f1"]
    batch(tmp_path, [report("v1", VOTE, 4.5, 2)])
    assert "closed" not in {event for event, _ in events(state(tmp_path), 2)}
    batch(tmp_path, [report("v2", VOTE, 8, 3)])
    batch(tmp_path, [report("v3", VOTE, 9, 4)])
    found = state(tmp_path)
    assert ("closed", flood) in events(found, 3)
    assert ("closed", flood) not in events(found, 4)
    assert {row["status"] for row in found["stories"] if row["story_id"] == flood} == {"closed"}


def test_the_same_event_a_month_later_is_another_story(tmp_path: Path) -> None:
    """An id is never used again, even for the same words."""
    batch(tmp_path, [report("f1", FLOOD, 0, 1)])
    batch(tmp_path, [report("f2", FLOOD, 40, 2)])
    now = stories_of(state(tmp_path))
    assert now["f1"] != now["f2"]


def test_a_late_article_joins_the_story_of_its_own_time(tmp_path: Path) -> None:
    """Also where that story is closed, which it stays."""
    batch(
        tmp_path, [report("f1", FLOOD, 0, 1), report("f2", FLOOD, 1, 2), report("v1", VOTE, 1, 5)]
    )
    flood = stories_of(state(tmp_path))["f1"]
    batch(tmp_path, [report("g1", FLOOD, 40, 3)])
    batch(tmp_path, [report("f3", FLOOD, 0.5, 4)])
    found = state(tmp_path)
    assert stories_of(found)["f3"] == flood
    row = next(row for row in found["stories"] if row["story_id"] == flood)
    assert (row["articles"], row["status"]) == (3, "closed")
    assert events(found, 3) == [("grew", flood)]


def test_a_repost_of_an_old_article_counts_in_its_story(tmp_path: Path) -> None:
    """A copy that comes weeks later is a repost in the story of the article it repeats."""
    first = report("f1", FLOOD, 0, 1)
    batch(tmp_path, [first])
    batch(tmp_path, [first | {"id": "copy", "published": article("", "", 20)["published"]}])
    found = state(tmp_path)
    assert stories_of(found)["copy"] == stories_of(found)["f1"]
    assert [(row["articles"], row["reposts"]) for row in ours(found)] == [(1, 1)]


def test_an_original_takes_the_place_of_its_copy_in_an_old_story(tmp_path: Path) -> None:
    """The story keeps its id; the copy is a repost there now."""
    copy = report("copy", FLOOD, 20, 1)
    batch(tmp_path, [copy])
    story = stories_of(state(tmp_path))["copy"]
    batch(tmp_path, [copy | {"id": "first", "published": article("", "", 1)["published"]}])
    found = state(tmp_path)
    assert stories_of(found) == {"copy": story, "first": story}
    roles = {row["article_id"]: row["role"] for row in found["members"]}
    roles = {name: role for name, role in roles.items() if not name.startswith("o")}
    assert roles == {"copy": "repost", "first": "article"}


def test_a_repost_follows_its_kept_article_out_of_a_story_that_splits(tmp_path: Path) -> None:
    """However far apart they lie: an active story is recalled whole."""
    kept = report("f1", FLOOD, 4, 1)
    batch(tmp_path, [report("f0", FLOOD, 1, 2), kept])
    batch(tmp_path, [kept | {"id": "copy", "published": article("", "", 34)["published"]}])
    assert len(set(stories_of(state(tmp_path)).values())) == 1
    strict = Settings.model_validate({"threads": 1, "stories": {"threshold": 0.99}})
    batch(tmp_path, [report("v1", VOTE, 0, 3)], settings=strict)
    now = stories_of(state(tmp_path))
    assert now["copy"] == now["f1"] != now["f0"]
    assert_whole(tmp_path)


def test_the_past_can_be_read_as_it_was(tmp_path: Path) -> None:
    """Rows up to an earlier run are the state after it."""
    batch(tmp_path, [report("f1", FLOOD, 0, 1)])
    batch(tmp_path, [report("f2", FLOOD, 0.5, 2)])
    past = open_archive(str(tmp_path / "archive"), Settings())
    flood = stories_of(state(tmp_path))["f1"]
    sizes = []
    for run in past.runs()["run_id"].to_pylist():
        rows = past.read("stories", columns=["articles"], upto=run)
        sizes.append(rows.filter(pc.equal(rows["story_id"], flood))["articles"].to_pylist())
    assert sizes == [[], [1], [2]]


def test_articles_without_a_date(tmp_path: Path) -> None:
    """They lie under the latest day so far, and are compared with what is there."""
    batch(tmp_path, [report("f1", FLOOD, 0, 1)])
    batch(tmp_path, [report("f2", FLOOD, None, 2), report("f1copy", FLOOD, None, 1)])
    found = state(tmp_path)
    assert len(set(stories_of(found).values())) == 1
    assert [row["article_id"] for row in found["duplicates"]] == ["f1copy"]


def test_an_empty_batch_commits_an_empty_run(tmp_path: Path) -> None:
    """A batch of nothing new changes nothing, and is on record."""
    batch(tmp_path, [report("f1", FLOOD, None, 1)])
    before = state(tmp_path)
    batch(tmp_path, [report("f1", FLOOD, None, 1)])
    assert state(tmp_path) == before
    assert len(open_archive(str(tmp_path / "archive"), Settings()).runs()) == 3


def test_a_run_leaves_which_files_it_read(tmp_path: Path) -> None:
    """The files stand in the run's own row, as the run saw them; later states are others."""
    batch(tmp_path, [report("a", FLOOD, 0)])
    first = see(tmp_path / "batch.jsonl")
    batch(tmp_path, [report("b", FLOOD, 1)])
    past = open_archive(str(tmp_path / "archive"), Settings())
    second = see(tmp_path / "batch.jsonl")
    assert past.last_files() == [second]
    assert {first, second} <= past.files_read()


def test_no_fold_hangs_on_an_article_that_is_folded_itself(tmp_path: Path) -> None:
    """However far apart they lie: an undated article repeats one of any time it was seen with."""
    first = report("f1", FLOOD, 0, 1)
    batch(tmp_path, [first, report("v1", VOTE, 54, 2)])
    more = article("more", f"{first['text']} {prose(3, 20)}", None)
    batch(tmp_path, [report("v2", VOTE, 1, 3), more])
    assert folds(state(tmp_path)) == {"f1": "more"}
    batch(tmp_path, [article("most", f"{more['text']} {prose(4, 20)}", None)])
    assert folds(state(tmp_path)) == {"f1": "most", "more": "most"}
    assert_whole(tmp_path)
