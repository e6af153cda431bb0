"""Forgetting an article: no trace of it is left on the disk."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline import archive, continued
from pipeline.archive import upkeep
from pipeline.settings import Settings
from tests.archive.runs import article, assert_whole, batch, prose, state
from tests.archive.test_continuing import FLOOD, report

SETTINGS = Settings(threads=1)
STRICT = Settings.model_validate({"threads": 1, "stories": {"threshold": 0.99}})
NOW = datetime(2022, 1, 2, tzinfo=UTC)
MARKS = ["gonefile", "gonesite", "gonepage", "goneheadline", "gonetext", "gonelater", "gonewriter"]
"""Words that stand in the article that is forgotten, or in an earlier form of it, alone."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive in which a marked article was told, revised, joined, split and copied."""
    tmp_path = tmp_path_factory.mktemp("made")
    other = [article(f"o{n:03}", prose(1000 + n, 60), n / 20 - 3) for n in range(60)]
    marked = report("gonefile", FLOOD, 0, 1) | {
        "title": "goneheadline Lindholm",
        "source": "gonesite",
        "url": "https://news.example/gonepage",
        "byline": "gonewriter",
    }
    batch(tmp_path, [*other, marked | {"text": f"gonetext gonetext {marked['text']}"}])
    batch(tmp_path, [report("f2", FLOOD, 0.5, 2)])
    root = str(tmp_path / "archive")
    continued.rebuild(root, STRICT, None, None, NOW)
    continued.rebuild(root, SETTINGS, None, None, NOW)
    batch(tmp_path, [marked | {"text": f"gonelater gonelater {prose(7)}"}])
    batch(tmp_path, [article("copy", f"{prose(7)}", 0.6), report("f3", FLOOD, 0.7, 3)])
    assert set(MARKS) <= {mark for mark in MARKS if found(tmp_path, mark)}
    return tmp_path


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Begin with that archive."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def found(folder: Path, mark: str) -> list[str]:
    """Name the files of the archive in which a mark stands, compressed or not."""
    files = (path for path in (folder / "archive").rglob("*") if path.is_file())
    return [str(path.relative_to(folder)) for path in files if mark in everything(path)]


def everything(path: Path) -> str:
    """Give all that a file holds: its bytes, and of Parquet also statistics and values."""
    held = path.read_bytes().decode("latin-1")
    if path.suffix == ".parquet":
        parquet = pq.ParquetFile(path)
        groups = [parquet.metadata.row_group(n).to_dict() for n in range(parquet.num_row_groups)]
        held += f"{groups}{parquet.read().to_pylist()}"
    return held


def test_no_file_holds_a_trace(folder: Path) -> None:
    """Neither id, address, writer, headline nor words, in no version, statistics or log."""
    continued.forget(str(folder / "archive"), SETTINGS, ["gonefile"], NOW)
    assert {mark: found(folder, mark) for mark in MARKS} == {mark: [] for mark in MARKS}
    assert_whole(folder, forgotten=True)
    assert len(state(folder)["articles"]) == 63


@pytest.mark.parametrize(
    "stop", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (0, 2, 3, 4, 5))]
)
def test_what_was_begun_can_be_finished(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """Wherever forgetting is broken off, doing it again leaves no trace."""
    replace, done = upkeep.files.replace_files, 0

    def dies(*arguments: Any) -> None:
        nonlocal done
        if done == stop:
            raise KeyboardInterrupt
        done += 1
        replace(*arguments)

    root = str(folder / "archive")
    monkeypatch.setattr(upkeep.files, "replace_files", dies)
    with pytest.raises(KeyboardInterrupt):
        continued.forget(root, SETTINGS, ["gonefile"], NOW)
    monkeypatch.undo()
    continued.forget(root, SETTINGS, ["gonefile"], NOW)
    assert {mark: found(folder, mark) for mark in MARKS} == {mark: [] for mark in MARKS}
    assert_whole(folder, forgotten=True)


def test_a_merged_story_still_resolves(folder: Path) -> None:
    """Its id leads to the story that it became part of, and tells nothing more."""
    past = archive.open_archive(str(folder / "archive"), SETTINGS)
    merged = [row["story_id"] for row in past.read("stories").to_pylist() if not row["title"]]
    assert merged
    heirs = {name: past.resolve(name) for name in merged}
    continued.forget(str(folder / "archive"), SETTINGS, ["gonefile"], NOW)
    past = archive.open_archive(str(folder / "archive"), SETTINGS)
    alive = {row["story_id"] for row in state(folder)["stories"]}
    assert {name: past.resolve(name) for name in merged} == heirs
    assert all(continued.story_tables(past, name) for name in merged if heirs[name] in alive)


def test_a_story_that_an_article_once_was_in_goes_on(folder: Path) -> None:
    """It is told anew: of its earlier rows, which told of the article, none is left."""
    root = str(folder / "archive")
    fellows = [report(name, FLOOD, 0.8, seed) for seed, name in enumerate(("f4", "f5", "f6"))]
    moves = report("moves", FLOOD, 0.9, 7) | {"byline": "oncewriter"}
    batch(folder, [*fellows, moves])
    before = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    assert before["moves"] == before["f4"]
    batch(folder, [article("moves", prose(8), 0.9)])
    moved = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    assert moved["moves"] != moved["f4"] == before["f4"]
    assert found(folder, "oncewriter")
    continued.forget(root, SETTINGS, ["moves"], NOW)
    assert_whole(folder, forgotten=True)
    now = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    assert now["f4"] == before["f4"]
    assert found(folder, "oncewriter") == []


def test_no_story_says_words_of_an_article_that_was_only_grouped_with_its_own(
    folder: Path,
) -> None:
    """An article of a closed story stays there, and says nothing of the story beside it."""
    root = str(folder / "archive")
    topic = "tremor Zaragoza cathedral"
    marked = [report(name, topic, 10, seed) for seed, name in enumerate("xy")]
    batch(folder, [one | {"text": f"{'gonequake ' * 9}{one['text']}"} for one in marked])
    batch(folder, [article("later", prose(9), 15.3)])  # and their story is closed
    beside = report("n", topic, 10.9, 2)
    batch(folder, [beside], settings=STRICT)
    batch(folder, [beside | {"id": "again"}])  # touches its story while it is near theirs
    story = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    assert story["again"] == story["n"] != story["x"] == story["y"]
    keywords = {row["story_id"]: " ".join(row["keywords"]) for row in state(folder)["stories"]}
    assert "gonequake" in keywords[story["x"]]
    assert "gonequake" not in keywords[story["n"]]
    continued.forget(root, SETTINGS, ["x", "y"], NOW)
    assert found(folder, "gonequake") == []
    assert_whole(folder, forgotten=True)
