"""The SQLite export, opened in Datasette."""

import asyncio
import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.export import write
from pipeline.settings import ExportSettings
from tests.export import tables as made

if TYPE_CHECKING:
    from datasette.app import Datasette


# Datasette asks SQLite for its version by connections that it leaves open
pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed database:ResourceWarning",
    "ignore:.*sqlite3.Connection:pytest.PytestUnraisableExceptionWarning",
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Datasette]":
    from datasette.app import Datasette

    folder = tmp_path_factory.mktemp("out")
    write(made.small(), folder, ExportSettings(formats=("sqlite",)))
    found = Datasette([str(folder / "stories.sqlite")])
    yield found
    for database in found.databases.values():
        database.close()


def asked(opened: "Datasette", path: str) -> Any:
    """Ask for a page without a server."""
    answer = asyncio.run(opened.client.get(path))
    gc.collect()  # of its connections, while they are known to be none of ours
    assert answer.status_code == 200, answer.text
    return answer.json() if ".json" in path else answer.text


def test_it_has_a_search(opened: "Datasette") -> None:
    """A word of a headline, in any case, finds its story alone."""
    stories = asked(opened, "/stories/stories.json?_search=FÉRRY&_shape=array")
    assert [row["story_id"] for row in stories] == ["s1"]
    articles = asked(opened, "/stories/articles.json?_search=again&_shape=array")
    assert [row["article_id"] for row in articles] == ["a2"]
    assert 'name="_search"' in asked(opened, "/stories/stories")


def test_it_follows_what_a_row_names(opened: "Datasette") -> None:
    """A member's story and article are links to their rows."""
    page = asked(opened, "/stories/members")
    assert 'href="/stories/stories/s1"' in page
    assert 'href="/stories/articles/a2"' in page
    assert "Ferry 1 runs again" in asked(opened, "/stories/stories/s1")


def test_headlines_are_inert_there_too(opened: "Datasette") -> None:
    """What looks like a script is shown as text."""
    page = asked(opened, "/stories/articles/a3")
    assert "<script>alert" not in page
