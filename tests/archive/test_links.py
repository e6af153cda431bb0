"""Links between stories over several runs: found, withdrawn, forgotten."""

from pathlib import Path
from typing import Any

import pytest

from pipeline import continued
from pipeline.settings import Settings
from tests.archive.runs import NOW, article, batch, prose, state
from tests.archive.test_continuing import FLOOD, VOTE, report, stories_of
from tests.archive.test_forgetting import found

SETTINGS = Settings(threads=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make an archive of a flood, a vote, and other news."""
    other = (article(f"o{n:03}", prose(1000 + n, 60), n / 10 - 3) for n in range(120))
    flood = [report(f"f{n}", FLOOD, n / 4, n) for n in range(3)]
    batch(tmp_path, [*other, *flood, *(report(f"v{n}", VOTE, n / 4, 5 + n) for n in range(3))])
    return tmp_path


def links(folder: Path) -> list[tuple[str, str, str]]:
    """Give the links of stories of ours."""
    rows = state(folder)["story_links"]
    ours = set(stories_of(state(folder)).values())
    return [(r["story_id"], r["other_id"], r["kind"]) for r in rows if {r["story_id"]} <= ours]


def chapter(mark: str = "") -> list[dict[str, Any]]:
    """Write the next chapter of the flood, ten days later."""
    articles = [report(f"g{n}", FLOOD, 10 + n / 4, 20 + n) for n in range(3)]
    return [
        one | {"text": f"{mark} {one['text']}", "title": one["title"] + mark} for one in articles
    ]


def test_a_story_of_a_later_run_is_linked_to_what_went_before(folder: Path) -> None:
    """Though the earlier story is closed, and was not touched by the run."""
    assert links(folder) == []
    batch(folder, chapter())
    story = stories_of(state(folder))
    assert links(folder) == [(story["g0"], story["f0"], "predecessor")]


def test_a_link_is_withdrawn_where_a_story_turns_out_to_be_another(folder: Path) -> None:
    """When its articles are revised it is linked to what they tell now."""
    batch(folder, chapter())
    before = stories_of(state(folder))
    revised = [report(f"g{n}", VOTE, 10 + n / 4, 30 + n) for n in range(3)]
    batch(folder, revised)
    story = stories_of(state(folder))
    assert story["g0"] == before["g0"]
    assert links(folder) == [(story["g0"], story["v0"], "predecessor")]


def test_a_link_of_a_merged_story_is_one_of_the_elder(folder: Path) -> None:
    """The story that is no more has none."""
    batch(folder, chapter())
    strict = Settings.model_validate({"threads": 1, "stories": {"threshold": 0.99}})
    root = str(folder / "archive")
    continued.rebuild(root, strict, None, None, NOW)
    assert len(links(folder)) == 0  # of two stories of one article each there is none
    continued.rebuild(root, SETTINGS, None, None, NOW)
    story = stories_of(state(folder))
    assert links(folder) == [(story["g0"], story["f0"], "predecessor")]


def test_a_link_says_no_words_of_forgotten_articles(folder: Path) -> None:
    """It is found anew without them, and where too little is left, it is gone."""
    root = str(folder / "archive")
    batch(folder, [one | {"text": f"gonebridge {one['text']}"} for one in chapter(" gonebridge")])
    assert found(folder, "gonebridge")
    continued.forget(root, SETTINGS, ["g0", "g1"], NOW)
    story = stories_of(state(folder))
    assert links(folder) == [(story["g2"], story["f0"], "predecessor")]
    continued.forget(root, SETTINGS, ["g2"], NOW)
    assert links(folder) == []
    assert found(folder, "gonebridge") == []
