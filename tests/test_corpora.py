"""Floors of quality on real news, with the default settings."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipeline import schema, stages
from pipeline.clean import Cleaned
from pipeline.evaluate import StoryScores, score_stories
from pipeline.settings import ExportSettings, Settings

pytestmark = pytest.mark.corpus

_DAY = 24 * 3600 * 1_000_000
_MARCH_2024 = 19_800
_DAY_OF_1970 = 719_163  # counted from the year 1, as datetime does


def scores(articles: Cleaned, job: stages.Job, labels: Path) -> StoryScores:
    """Score what the chain makes of articles that are read already."""

    def step(stage: str, *inputs: Any) -> Any:
        return articles if stage == "read" else stages.STAGES[stage](*inputs)

    stages.chain(step, job)
    return score_stories(labels, job.out)


def job_of(corpus: Path, out: Path) -> stages.Job:
    settings = Settings(export=ExportSettings(formats=("parquet",)))
    return stages.Job([str(corpus)], out, settings, datetime.now(UTC))


def folded_on(days: int, articles: pa.Table) -> pa.Table:
    """Put years of articles onto a few days: the same texts at a hundred times the density."""
    day = pc.divide(articles["published"].cast(pa.int64()), _DAY).to_numpy()
    day = (day + _DAY_OF_1970) % days
    dates = pa.array((day + _MARCH_2024) * _DAY).cast(pa.timestamp("us", tz="UTC"))
    return schema.with_columns(articles, published=dates)


@pytest.mark.slow
def test_stories_of_a_dated_stream(corpora: Path, tmp_path: Path) -> None:
    """Years of news, and the same on twenty days, are grouped as people grouped them."""
    job = job_of(corpora / "allsides_dev.jsonl.gz", tmp_path)
    labels = corpora / "allsides_dev.stories.csv"
    articles = stages.read(job)
    sparse = scores(articles, job, labels)
    assert sparse.missing_articles == 0
    assert sparse.bcubed_f1 > 0.93
    assert sparse.largest_exported_story < 40
    dense = scores(replace(articles, articles=folded_on(20, articles.articles)), job, labels)
    assert dense.bcubed_f1 > 0.90
    assert dense.largest_exported_story < 40


@pytest.mark.parametrize(("name", "floor"), [("ecbplus", 0.93), ("galaxy", 0.85)])
def test_stories_without_dates(corpora: Path, tmp_path: Path, name: str, floor: float) -> None:
    """Events are told apart by words alone, also two of one kind."""
    job = job_of(corpora / f"{name}.jsonl.gz", tmp_path)
    found = scores(stages.read(job), job, corpora / f"{name}.stories.csv")
    assert found.missing_articles == 0
    assert found.bcubed_f1 > floor
    assert found.largest_exported_story < 60


def cut_to(words: int, articles: pa.Table) -> pa.Table:
    """Leave the headline and the first words of each text."""
    texts = [" ".join(text.split()[:words]) for text in articles["text"].to_pylist()]
    return schema.with_columns(articles, text=pa.array(texts, articles["text"].type))


@pytest.mark.parametrize(("words", "floor"), [(60, 0.90), (0, 0.88)])
def test_stories_of_excerpts_and_of_headlines(
    corpora: Path, tmp_path: Path, words: int, floor: float
) -> None:
    """Where only first paragraphs or headlines are at hand, these make stories too."""
    job = job_of(corpora / "allsides_dev.jsonl.gz", tmp_path)
    articles = stages.read(job)
    cut = replace(articles, articles=cut_to(words, articles.articles))
    found = scores(cut, job, corpora / "allsides_dev.stories.csv")
    assert found.bcubed_f1 > floor
    assert found.largest_exported_story < 60
