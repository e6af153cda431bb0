"""An archive in an object store is as good as one in a folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import archive, continued
from pipeline.errors import ArchiveError
from pipeline.run import run
from pipeline.settings import Settings
from tests.archive.object_store import object_store
from tests.archive.runs import NOW, article, batch, prose, state, write_batch

FIRST = [article("a", prose(1)), article("b", prose(2), 0.5)]
SECOND = [article("c", prose(3), 1), article("a2", prose(1), 1), article("b", prose(4), 0.5)]
BUCKET = "s3://news/world"


@pytest.fixture
def store() -> Iterator[Settings]:
    """Give settings by which an empty store is reached."""
    with object_store() as options:
        known = {"threads": 1, "archive": {"storage_options": options}}
        yield Settings.model_validate(known)


def bring(folder: Path, store: Settings, articles: list[dict[str, Any]]) -> None:
    inputs = [str(write_batch(folder, articles))]
    run(inputs, folder / "out", store, now=NOW, archive=BUCKET)


def held(store: Settings) -> dict[str, list[dict[str, Any]]]:
    past = archive.open_archive(BUCKET, store)
    return {
        name: table.to_pylist() for name, table in continued.span_tables(past, None, None).items()
    }


@pytest.mark.slow
def test_runs_upkeep_and_reading(tmp_path: Path, store: Settings) -> None:
    """The same runs leave the same state as in a folder; so do compacting and forgetting."""
    for articles in (FIRST, SECOND):
        bring(tmp_path / "there", store, articles)
        batch(tmp_path / "here", articles)
    assert without_input(held(store)) == without_input(state(tmp_path / "here"))
    with archive.writing(BUCKET, store) as open_there:
        archive.compact(open_there, 0, 6)
    assert without_input(held(store)) == without_input(state(tmp_path / "here"))
    continued.forget(BUCKET, store, ["a"], NOW)
    continued.forget(str(tmp_path / "here" / "archive"), Settings(threads=1), ["a"], NOW)
    assert without_input(held(store)) == without_input(state(tmp_path / "here"))
    assert [row["article_id"] for row in held(store)["articles"]] == ["a2", "b", "c"]


@pytest.mark.slow
def test_of_two_runs_at_once_one_counts(tmp_path: Path, store: Settings) -> None:
    """Nobody holds a lock there: the one that commits last is refused."""
    bring(tmp_path, store, FIRST)
    one, other = (archive.open_archive(BUCKET, store) for _ in range(2))
    about = {"kind": "run", "began": NOW, "clock": one.clock, "settings": "{}", "files": "[]"}
    first = one.next_run("1" * 12)
    with one.committing(first, about):
        pass
    with (
        pytest.raises(ArchiveError, match="another run was committed"),
        other.committing(other.next_run("2" * 12), about),
    ):
        pass
    assert archive.open_archive(BUCKET, store).last_run == first


def test_a_store_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    """In one line, and soon."""
    with object_store() as options:
        gone = options | {"max_retries": "0", "connect_timeout": "1s"}
    settings = Settings.model_validate({"archive": {"storage_options": gone}})
    with pytest.raises(ArchiveError, match=r"archive at s3://news/world: .+") as error:
        archive.open_archive(BUCKET, settings)
    assert "\n" not in str(error.value)


def without_input(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Leave out what bears the names of the runs' files."""
    return {name: rows for name, rows in tables.items() if name != "rejects"}
