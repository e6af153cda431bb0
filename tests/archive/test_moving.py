"""A page that comes again with another text and another date: it moves to its new day."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import archive, continued
from pipeline.archive import store
from pipeline.settings import Settings
from tests.archive.runs import DAY, NOW, article, assert_whole, batch, prose, state
from tests.archive.test_continuing import FLOOD, VOTE, report
from tests.archive.test_readers import example
from tests.archive.test_upkeep import compacted

SETTINGS = Settings(threads=1)
TABLES = ("articles", "fingerprints", "members")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive with an event, another forty days later, and a page with a copy."""
    folder = tmp_path_factory.mktemp("made")
    old = [report(f"f{n}", FLOOD, n / 4, n) for n in range(3)]
    copied = [article("page", prose(1), 0.5), article("copy", prose(1), 0.6)]
    batch(folder, [*old, *copied, *(article(f"o{n}", prose(50 + n), n / 3) for n in range(9))])
    new = [report(f"v{n}", VOTE, 40 + n / 4, 20 + n) for n in range(3)]
    batch(folder, [*new, *(article(f"p{n:02}", prose(80 + n), 40 + n / 30) for n in range(30))])
    return folder


@pytest.fixture(params=[16, 1])
def folder(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    """Begin with that archive, with and without a copy of its recent rows."""
    monkeypatch.setattr(store, "_MANY_FILES", request.param)
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def opened(folder: Path) -> archive.Archive:
    return archive.open_archive(str(folder / "archive"), SETTINGS)


def lying(folder: Path, day: float) -> list[set[str]]:
    """Give the articles that each table has under a day, read alone."""
    at = (DAY + timedelta(days=day)).date()
    return [set(opened(folder).read(name, [(at, at)])["article_id"].to_pylist()) for name in TABLES]


def rows(folder: Path, name: str, article_id: str) -> list[dict[str, Any]]:
    return [row for row in state(folder)[name] if row["article_id"] == article_id]


@pytest.mark.parametrize("day", [12, 40.5, 300, -90])
def test_it_lies_under_its_new_day_alone(folder: Path, day: float) -> None:
    """Near or far, later or earlier; it is there once, and nothing else is lost."""
    before = {row["article_id"] for row in state(folder)["articles"]}
    done = batch(folder, [article("f1", prose(2), day)])
    assert (done.counts["recall"]["new"], done.counts["recall"]["revised"]) == (0, 1)
    assert all("f1" not in ids for ids in lying(folder, 0))
    assert all("f1" in ids for ids in lying(folder, day))
    assert {row["article_id"] for row in state(folder)["articles"]} == before
    (moved,) = rows(folder, "articles", "f1")
    assert moved["published"] == DAY + timedelta(days=day)
    assert_whole(folder)


def test_it_joins_the_story_of_its_new_day_and_leaves_that_of_the_old(folder: Path) -> None:
    """What is left of the old story keeps its id."""
    old = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    assert old["f0"] == old["f1"] == old["f2"]
    batch(folder, [report("f1", VOTE, 40.6, 30)])
    now = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    assert now["f0"] == now["f2"] == old["f0"]
    assert now["f1"] == now["v0"] == old["v0"]
    assert_whole(folder)


def test_its_copies_go_or_come_with_it(folder: Path) -> None:
    """A copy of its earlier form is kept, or folds into it again where it moves as well."""
    assert [row["kept_id"] for row in rows(folder, "duplicates", "copy")] == ["page"]
    batch(folder, [article("page", prose(2), 20)])
    assert not state(folder)["duplicates"]
    batch(folder, [article("copy", prose(2), 21)])
    assert [row["kept_id"] for row in rows(folder, "duplicates", "copy")] == ["page"]
    pair = [(row["article_id"], row["other_id"]) for row in state(folder)["pairs"]]
    assert pair == [("copy", "page")]
    assert_whole(folder)
    batch(folder, [article("copy", f"{prose(2)} more", 22)])
    assert [row["kept_id"] for row in rows(folder, "duplicates", "page")] == ["copy"]
    at = (DAY + timedelta(days=21)).date()
    assert not len(opened(folder).read("duplicates", [(at, at)])["kept_id"].drop_null())
    assert_whole(folder)


def test_later_copies_find_it_there(folder: Path) -> None:
    """Beyond the window of its old day."""
    batch(folder, [article("page", prose(2), 25)])
    batch(folder, [article("late", prose(2), 50)])
    assert [row["kept_id"] for row in rows(folder, "duplicates", "late")] == ["page"]
    assert_whole(folder)


def test_a_story_of_it_alone_goes_with_it(folder: Path) -> None:
    """Under the same id; and back again."""
    (before,) = rows(folder, "members", "o3")
    for day in (9, 1):
        batch(folder, [article("o3", prose(60 + day), day)])
        (now,) = rows(folder, "members", "o3")
        assert now["story_id"] == before["story_id"]
        assert all("o3" in ids for ids in lying(folder, day))
        assert_whole(folder)


def test_earlier_states_have_it_where_it_was(folder: Path) -> None:
    """And the run that moves it is one run."""
    past = opened(folder)
    before, last = past.read("members").to_pylist(), past.last_run
    batch(folder, [article("f1", prose(2), 12)])
    assert len(opened(folder).runs()) == 3
    then = opened(folder).read("members", upto=last).to_pylist()
    assert sorted(map(str, then)) == sorted(map(str, before))


def test_other_readers_see_it_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the README's recipe, where it is now, with its story."""
    batch(folder, [article("f1", prose(2), 12)])
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(example("import polars"), names)
    seen = names["table"]("members", "article_id").collect().to_dicts()
    ours = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    assert {row["article_id"]: row["story_id"] for row in seen} == ours
    (moved,) = [row["day"] for row in seen if row["article_id"] == "f1"]
    assert moved == date(2021, 3, 13)


def test_upkeep_knows_that_it_moved(folder: Path) -> None:
    """Compacting changes nothing; forgetting leaves no row of it under either day."""
    batch(folder, [article("f1", prose(2), 12)])
    before = state(folder)
    compacted(folder, keep_days=0)
    assert state(folder) == before
    continued.forget(str(folder / "archive"), SETTINGS, ["f1"], NOW)
    for name in ("articles", "fingerprints", "members", "pairs", "duplicates"):
        left = opened(folder).read(name, history=True)["article_id"].to_pylist()
        assert "f1" not in left
    assert_whole(folder, forgotten=True)
