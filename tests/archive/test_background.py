"""Earlier articles that only tell which terms are common."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import archive, stories
from pipeline.continued import background as module
from pipeline.continued.background import background
from pipeline.settings import Settings
from tests.archive.runs import DAY, article, batch, prose


@pytest.fixture
def past(tmp_path: Path) -> archive.Archive:
    """Give an archive of an article a day for ten days, and of a repost on the eighth."""
    days = [article(f"a{n}", prose(n), n, language="de" if n == 6 else "en") for n in range(10)]
    batch(tmp_path, [*days, article("copy", prose(2), 7.5)])
    return archive.open_archive(str(tmp_path / "archive"), Settings())


def texts_found(past: archive.Archive, own: list[str], last: int) -> list[int]:
    """Give the first token of the text of each article found."""
    ids = pa.table({"article_id": pa.array(own, pa.string())})
    found = background(past, ids, archive.day_of(DAY + timedelta(days=last)), 1)
    assert found is None or found.schema == stories.BACKGROUND
    return [] if found is None else [text[0] for text in found["text"].to_pylist()]


def test_the_latest_articles_before_are_found(
    past: archive.Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the run and later ones are left out, and so are reposts; whatever they lack."""
    monkeypatch.setattr(module, "ENOUGH", 100)
    by_day = texts_found(past, [], 9)[::-1]
    assert len(by_day) == 10
    monkeypatch.setattr(module, "ENOUGH", 5)
    assert texts_found(past, ["a6"], 7) == [by_day[n] for n in (7, 5, 4, 3)]


def test_a_run_with_enough_articles_reads_no_others(
    past: archive.Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is anything found before the first run."""
    monkeypatch.setattr(module, "ENOUGH", 2)
    assert texts_found(past, ["a8", "a9"], 9) == []
    monkeypatch.setattr(module, "ENOUGH", 100)
    assert texts_found(past, [], -1) == []


def test_a_run_weighs_terms_by_earlier_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is handed to the grouping are the kept articles of the days before."""
    given: list[pa.Table | None] = []
    group = stories.group

    def watched(*arguments: object) -> stories.Grouping:
        known = arguments[-1]
        assert isinstance(known, stories.Known)
        given.append(known.background)
        return group(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(stories, "group", watched)
    for day in (0, 40):  # farther apart than anything is compared
        batch(tmp_path, [article(f"a{day}-{n}", prose(day + n), day) for n in range(5)])
    assert given[0] is None
    assert given[1] is not None
    assert len(given[1]) == 5
