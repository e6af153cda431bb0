"""Upkeep: compacting, rebuilding, forgetting."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.compute as pc
import pytest

from pipeline import archive, continued
from pipeline.archive import upkeep
from pipeline.errors import ArchiveError
from pipeline.settings import Settings
from tests.archive.runs import article, batch, prose, state, without
from tests.archive.test_continuing import FLOOD, VOTE, report

SETTINGS = Settings(threads=1)
NOW = datetime(2022, 1, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of three runs: two events, a text with copies, and other news."""
    tmp_path = tmp_path_factory.mktemp("made")
    other = (article(f"o{n:03}", prose(1000 + n, 60), n / 20 - 3) for n in range(80))
    batch(tmp_path, [*other, report("f1", FLOOD, 0, 1), report("v1", VOTE, 0, 2)])
    copied = [article("copy1", prose(1), 0.4), article("copy2", prose(1), 0.5)]
    batch(tmp_path, [report("f2", FLOOD, 0.5, 3), article("first", prose(1), 0.3), copied[0]])
    batch(tmp_path, [report("v2", VOTE, 1, 4), report("f3", FLOOD, 1, 5), copied[1]])
    return tmp_path


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Begin with that archive."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "archive").rglob("*") if path.is_file()]


def compacted(folder: Path, keep_days: int) -> dict[str, int]:
    with archive.writing(str(folder / "archive"), SETTINGS) as held:
        return archive.compact(held, keep_days, level=6)


def test_compacting_changes_files_and_no_row(folder: Path) -> None:
    """The state, and every earlier one, is the same in fewer files."""
    before = state(folder)
    counts = compacted(folder, keep_days=0)
    assert counts["files after"] < counts["files before"]
    assert counts["deleted"] > 0
    assert state(folder) == before
    past = archive.open_archive(str(folder / "archive"), SETTINGS)
    runs = past.runs()["run_id"].to_pylist()
    assert [len(past.read("members", upto=run)) for run in runs] == [82, 85, 88]
    batch(folder, [report("f4", FLOOD, 1.2, 6)])
    assert len(state(folder)["articles"]) == len(before["articles"]) + 1


def test_runs_compact_tables_in_which_files_pile_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As soon as one does; the state is that of runs that let them be, and others stay."""
    monkeypatch.setattr(upkeep, "_FILES_A_DAY", 1)
    numbers = {}
    for name, many in (("tidied", 4), ("left", 500)):
        monkeypatch.setattr(upkeep, "_MANY_FILES", many)
        for n in range(8):
            batch(tmp_path / name, [article(f"a{n}", prose(n), n / 20)])
        past = archive.open_archive(str(tmp_path / name / "archive"), SETTINGS)
        numbers[name] = {table: len(past.files(table)) for table in ("articles", "runs", "rejects")}
    assert numbers["left"] == {"articles": 8, "runs": 8, "rejects": 0}
    assert numbers["tidied"] == {"articles": 3, "runs": 3, "rejects": 0}
    assert state(tmp_path / "tidied") == state(tmp_path / "left")


def test_a_run_counts_though_its_files_cannot_be_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so, and the next run joins them."""

    def full(*_given: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(upkeep, "_FILES_A_DAY", 1)
    monkeypatch.setattr(upkeep, "_MANY_FILES", 0)
    batch(tmp_path, [article("a0", prose(0))])
    with monkeypatch.context() as patched:
        patched.setattr(upkeep, "_compact", full)
        batch(tmp_path, [article("a1", prose(1))])
    assert "small files are not joined: [Errno 28] No space left" in caplog.text
    past = archive.open_archive(str(tmp_path / "archive"), SETTINGS)
    assert (len(past.runs()), len(past.files("articles"))) == (2, 2)
    batch(tmp_path, [article("a2", prose(2))])
    past = archive.open_archive(str(tmp_path / "archive"), SETTINGS)
    assert (len(past.runs()), len(past.files("articles"))) == (3, 1)


def test_compacting_keeps_recent_files(folder: Path) -> None:
    """A reader that has just opened the archive finds its files for a week."""
    assert compacted(folder, keep_days=7)["deleted"] == 0


def test_rebuilding_under_the_same_settings_changes_no_story(folder: Path) -> None:
    """The ids stay, with their members."""
    before = state(folder)
    counts = continued.rebuild(str(folder / "archive"), SETTINGS, None, None, NOW)
    assert counts["recalled"] == 88
    after = state(folder)
    assert without(after["members"], "similarity") == without(before["members"], "similarity")
    assert [row["story_id"] for row in after["stories"]] == [
        row["story_id"] for row in before["stories"]
    ]


def test_rebuilding_under_other_settings_carries_ids_over_and_records_splits(folder: Path) -> None:
    """Where no two articles are near enough, each but one leaves its story."""
    strict = Settings.model_validate({"threads": 1, "stories": {"threshold": 0.99}})
    before = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    since = date(2021, 3, 1)
    continued.rebuild(str(folder / "archive"), strict, since, None, NOW)
    after = state(folder)
    now = {row["article_id"]: row["story_id"] for row in after["members"]}
    assert len({now[name] for name in ("f1", "f2", "f3")}) == 3
    assert before["f1"] in {now[name] for name in ("f1", "f2", "f3")}
    splits = [row for row in after["story_events"] if row["event"] == "split"]
    assert {row["other_id"] for row in splits} >= {before["f1"], before["v1"]}
    assert now["copy1"] == now["first"]


def test_a_merged_story_is_found_under_its_elder(folder: Path) -> None:
    """After a split and a rebuild that joins them again, every id resolves."""
    root = str(folder / "archive")
    strict = Settings.model_validate({"threads": 1, "stories": {"threshold": 0.99}})
    whole = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    continued.rebuild(root, strict, None, None, NOW)
    apart = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    continued.rebuild(root, SETTINGS, None, None, NOW)
    joined = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    past = archive.open_archive(root, SETTINGS)
    assert {past.resolve(apart[name]) for name in ("f1", "f2", "f3")} == {joined["f1"]}
    assert joined["f1"] in {whole["f1"], *(apart[name] for name in ("f1", "f2", "f3"))}


def test_stories_that_merge_one_after_another_resolve_to_the_last(folder: Path) -> None:
    """The third into the second, the second into the first: every id leads to it, for ever."""
    root = str(folder / "archive")
    strict = Settings.model_validate({"threads": 1, "stories": {"threshold": 0.99}})
    days = {"c": 10.8, "b": 11.2, "a": 11.4}
    apart = [report(name, FLOOD, day, int(10 * day)) for name, day in days.items()]
    batch(folder, apart, settings=strict)
    first = {row["article_id"]: row["story_id"] for row in state(folder)["members"]}
    assert len({first[name] for name in days}) == 3
    continued.rebuild(root, SETTINGS, date(2021, 3, 12), None, NOW)
    second, third = sorted([first["a"], first["b"]])  # both were born on one day
    assert resolved(folder, first) == {"a": second, "b": second, "c": first["c"]}
    loose = Settings.model_validate({"threads": 1, "stories": {"threshold": 0.05}})
    continued.rebuild(root, loose, date(2021, 3, 11), None, NOW)
    assert set(resolved(folder, first).values()) == {first["c"]}
    batch(folder, [report("d", FLOOD, 30, 10)])
    continued.forget(root, SETTINGS, ["b"], NOW)
    compacted(folder, keep_days=0)
    assert set(resolved(folder, first).values()) == {first["c"]}
    past = archive.open_archive(root, SETTINGS)
    for name in days:
        found = continued.story_tables(past, first[name])
        assert found is not None
        assert found["members"]["article_id"].to_pylist() == ["a", "c"]
    events = state(folder)["story_events"]
    merged = {row["story_id"]: row["other_id"] for row in events if row["event"] == "merged"}
    assert (merged[third], merged[second]) == (second, first["c"])


def resolved(folder: Path, story: dict[str, str]) -> dict[str, str]:
    """Say where the stories of a, b and c have gone."""
    past = archive.open_archive(str(folder / "archive"), SETTINGS)
    return {name: past.resolve(story[name]) for name in "abc"}


def test_forgetting_leaves_no_trace(folder: Path) -> None:
    """Neither id nor words stand in any file; what hung on the article is told without it."""
    root = str(folder / "archive")
    past = archive.open_archive(root, SETTINGS)
    text = past.read("articles", columns=["text"])
    words = text.filter(pc.equal(text["article_id"], "first"))["text"][0].as_py().split()[:3]
    assert words[0]
    counts = continued.forget(root, SETTINGS, ["first", "f1"], NOW)
    assert counts["articles"] == 2
    found = state(folder)
    names = {row["article_id"] for row in found["articles"]}
    assert not names & {"first", "f1"}
    assert len(names) == 86
    assert [(row["article_id"], row["kept_id"]) for row in found["duplicates"]] == [
        ("copy2", "copy1")
    ]
    flood = {row["story_id"] for row in found["members"] if row["article_id"] in ("f2", "f3")}
    stories = [row for row in found["stories"] if row["story_id"] in flood]
    assert [row["articles"] for row in stories] == [2]
    assert {row["representative_id"] for row in found["stories"]} <= names
    import pyarrow.parquet as pq

    for file in files(folder):
        if file.suffix == ".json":
            assert b"'first'" not in file.read_bytes()
        elif file.suffix == ".parquet" and "_delta_log" not in file.parts:
            for column in pq.read_table(file, partitioning=None).columns:
                assert not {"first", "f1"} & {*column.to_pylist()} if column.type == "string" else 1


def test_forgetting_the_only_article_of_a_story_ends_the_story(folder: Path) -> None:
    """Nothing is told of it any more."""
    before = state(folder)
    story = next(row["story_id"] for row in before["members"] if row["article_id"] == "o000")
    continued.forget(str(folder / "archive"), SETTINGS, ["o000"], NOW)
    assert story not in {row["story_id"] for row in state(folder)["stories"]}


def test_an_unknown_article_cannot_be_forgotten(folder: Path) -> None:
    """The error names it; nothing is changed."""
    before = state(folder)
    with pytest.raises(ArchiveError, match="has no article nobody"):
        continued.forget(str(folder / "archive"), SETTINGS, ["f1", "nobody"], NOW)
    assert state(folder) == before
