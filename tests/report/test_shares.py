"""Stories written by several processes."""

from pathlib import Path

import pytest

from pipeline.errors import ExportError
from pipeline.report import About, shares, write_site
from pipeline.report.paper import Paper, paper
from tests.report import hostile
from tests.report.test_site import content


@pytest.fixture(autouse=True)
def _one_story_is_worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "_ENOUGH", 1)


def test_the_pages_are_the_same_by_however_many(tmp_path: Path) -> None:
    """No page tells who wrote it, and nothing that processes shared is left."""
    for threads in (1, 2):
        about = About("x", texts=hostile.texts())
        write_site(hostile.tables(), tmp_path / str(threads), about, threads)
    assert content(tmp_path / "1") == content(tmp_path / "2")


def test_a_share_that_cannot_be_written_fails_the_report(tmp_path: Path) -> None:
    """What the operating system said in a process is said by the one that waits for it."""
    (tmp_path / "stories").write_text("a file where a folder belongs")
    with pytest.raises(NotADirectoryError, match="Not a directory"):
        shares.write_stories(_sheets(tmp_path), hostile.tables(), None, 2)


def test_a_process_that_dies_fails_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half the stories are no report; the earlier one stays."""
    write_site(hostile.tables(), tmp_path / "report", About("x"), 1)
    before = content(tmp_path / "report")
    monkeypatch.setattr(shares, "_WORK", "import os; os._exit(9)")
    with pytest.raises(ExportError, match="exit code 9"):
        write_site(hostile.tables(), tmp_path / "report", About("x"), 2)
    assert content(tmp_path / "report") == before


def _sheets(folder: Path) -> Paper:
    return paper(folder, origin="x", period="today")
