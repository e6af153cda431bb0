"""The whole chain on the sample: what a run promises, whatever the stages do inside."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import schema
from pipeline.errors import InputError
from pipeline.run import Progress, run
from pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample" / "input"
NOW = datetime(2021, 7, 20, tzinfo=UTC)


def exported(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results")
    run([str(SAMPLE)], out, Settings(), now=NOW)
    return out


def test_every_table_has_its_schema(results: Path) -> None:
    """Each exported Parquet file holds just the columns and types of the contract."""
    for name, wanted in schema.EXPORTS.items():
        assert pq.read_schema(results / f"{name}.parquet").equals(wanted), name


def test_the_three_formats_agree(results: Path) -> None:
    """JSONL and CSV have a row for each row of Parquet."""
    for name in schema.EXPORTS:
        rows = pq.read_table(results / f"{name}.parquet").num_rows
        assert len((results / f"{name}.jsonl").read_bytes().splitlines()) == rows
    titles = pq.read_table(results / "stories.parquet")["title"].to_pylist()
    lines = (results / "stories.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["title"] for line in lines] == titles


def test_every_article_is_in_one_story_and_kept_or_folded(results: Path) -> None:
    """An article is a member once; it is a repost there if, and only if, it is folded."""
    articles = pq.read_table(results / "articles.parquet").to_pylist()
    members = pq.read_table(results / "members.parquet").to_pylist()
    folded = set(pq.read_table(results / "duplicates.parquet")["article_id"].to_pylist())
    story = {row["article_id"]: row["story_id"] for row in members}
    assert len(members) == len(story) == len(articles)
    assert {row["article_id"] for row in members if row["role"] == "repost"} == folded
    assert {row["article_id"] for row in articles if row["kept_id"]} == folded
    for row in articles:
        assert row["story_id"] == story[row["article_id"]]
        assert row["kept_id"] is None or story[row["kept_id"]] == row["story_id"]
        assert row["kept_id"] not in folded


def test_the_order_of_inputs_and_the_threads_change_no_byte(tmp_path: Path, results: Path) -> None:
    """Files named one by one, backwards, on one thread, give the same bytes."""
    files = sorted((str(path) for path in SAMPLE.rglob("*") if path.is_file()), reverse=True)
    run(files, tmp_path, Settings(threads=1), now=NOW)
    assert exported(tmp_path) == exported(results)


def test_inputs_are_not_touched(tmp_path: Path) -> None:
    """A run reads its inputs and leaves them as they were."""
    copy = tmp_path / "input"
    shutil.copytree(SAMPLE, copy)
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    run([str(copy)], tmp_path / "out", Settings(), now=NOW)
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_a_run_over_nothing_readable_fails(tmp_path: Path) -> None:
    """Where no input can be read the run fails, and writes nothing."""
    with pytest.raises(InputError):
        run([str(tmp_path / "absent.jsonl")], tmp_path / "out", Settings(), now=NOW)
    assert not (tmp_path / "out").exists()


def test_progress_hears_of_every_stage_in_order(tmp_path: Path) -> None:
    """Each stage is begun and ended once, and reading tells of its bytes."""
    heard: list[tuple[str, str]] = []

    class Notes(Progress):
        def started(self, stage: str) -> None:
            heard.append(("started", stage))

        def advanced(self, stage: str, done: int, total: int) -> None:
            assert 0 < done <= total
            assert stage == "read"

        def finished(self, stage: str, seconds: float, counts: dict[str, int]) -> None:
            heard.append(("finished", stage))

    summary = run([str(SAMPLE)], tmp_path, Settings(), Notes(), now=NOW)
    stages = ["read", "tokenize", "fold", "group", "export"]
    assert heard == [(what, stage) for stage in stages for what in ("started", "finished")]
    assert list(summary.seconds) == list(summary.counts) == stages
