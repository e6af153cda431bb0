"""Reading results: from the folder of a run, and from an archive."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import archive, continued, schema
from pipeline.errors import ArchiveError, InputError
from pipeline.look import read_archive, read_export, read_story, story_view
from pipeline.settings import Settings
from tests.archive.runs import NOW, article, batch, prose

SETTINGS = Settings(threads=1)
STRICT = Settings.model_validate({"threads": 1, "stories": {"threshold": 0.99}})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of two runs, in which a story has been split and joined again."""
    folder = tmp_path_factory.mktemp("archive")
    flood = "The flood at Alder mill rose overnight and closed the Alder bridge to carts. "
    one = [article(f"f{n}", flood + prose(n, 30), n / 24, source=f"o{n}.example") for n in (1, 2)]
    noise = [article(f"n{n}", prose(100 + n), 0) for n in range(8)]
    batch(folder, [*one, *noise])
    batch(folder, [article("copy", flood + prose(1, 30), 1, source="copy.example")])
    continued.rebuild(str(folder / "archive"), STRICT, None, None, NOW)
    continued.rebuild(str(folder / "archive"), SETTINGS, None, None, NOW)
    return folder


def test_an_export_is_read_as_it_was_written(folder: Path) -> None:
    """Every table, with its schema."""
    found = read_export(folder / "out")
    assert {name: table.schema for name, table in found.items()} == schema.EXPORTS
    assert found["stories"].equals(pq.read_table(folder / "out" / "stories.parquet"))


def test_an_export_of_an_earlier_version_is_read(tmp_path: Path, folder: Path) -> None:
    """Columns and tables that it lacks are null and empty."""
    stories = pq.read_table(folder / "out" / "stories.parquet").drop_columns(["keywords"])
    pq.write_table(stories, tmp_path / "stories.parquet")
    found = read_export(tmp_path)
    assert found["stories"]["keywords"].null_count == len(stories) > 0
    assert not len(found["members"])


def test_a_folder_without_results_is_explained(tmp_path: Path) -> None:
    """The error says what was expected there."""
    with pytest.raises(InputError, match=r"no stories\.parquet in it; expected the folder"):
        read_export(tmp_path)


def test_a_damaged_file_is_explained(tmp_path: Path, folder: Path) -> None:
    """The error names the file."""
    (tmp_path / "stories.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match=r"stories\.parquet: cannot be read as the table stories"):
        read_export(tmp_path)


def test_a_story_of_an_archive_is_what_the_whole_archive_tells(folder: Path) -> None:
    """Read alone, it has the same members, reposts, outlets and events; nothing of others."""
    root = str(folder / "archive")
    whole = read_archive(root, SETTINGS)
    for story_id in whole["stories"]["story_id"].to_pylist():
        alone = read_story(root, SETTINGS, story_id)
        assert set(alone["members"]["story_id"].to_pylist()) == {story_id}
        mine, view = story_view(alone, story_id), story_view(whole, story_id)
        assert mine.story == view.story
        for name in ("members", "outlets", "growth", "events", "links"):
            assert getattr(mine, name).equals(getattr(view, name)), name


def test_an_archive_resolves_a_story_that_became_part_of_another(folder: Path) -> None:
    """Asked for the younger id, it gives the elder story, with the members of both."""
    root = str(folder / "archive")
    past = archive.open_archive(root, SETTINGS)
    events = past.read("story_events").to_pylist()
    merged = [row for row in events if row["event"] == "merged"]
    assert merged
    for row in merged:
        found = read_story(root, SETTINGS, row["story_id"])
        assert found["stories"]["story_id"].to_pylist() == [past.resolve(row["story_id"])]
        assert {"f1", "f2", "copy"} == set(found["members"]["article_id"].to_pylist())
        assert story_view(found, row["story_id"]).story["reposts"] == 1


def test_an_unknown_story_or_archive_is_explained(folder: Path, tmp_path: Path) -> None:
    """The errors say what is not there, and what to do."""
    with pytest.raises(InputError, match="no story nothing in"):
        read_story(str(folder / "archive"), SETTINGS, "nothing")
    with pytest.raises(ArchiveError, match="no archive at"):
        read_story(str(tmp_path / "none"), SETTINGS, "nothing")
