"""Stories: which articles belong together, and how a story is described."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import schema
from pipeline.settings import StorySettings
from pipeline.stories import Grouping, Known, group
from pipeline.text import tokenize

DAY = datetime(2021, 7, 5, 8, tzinfo=UTC)
EVENTS = {
    "convoy": (
        "Last convoy leaves the Harrow valley base",
        (
            "The last convoy of the northern alliance left its base in the Harrow valley at dawn, "
            "ending nineteen years of deployment. General Oduya handed the keys of the Harrow base "
            "to the district governor, who thanked the departing troops."
        ),
    ),
    "ferry": (
        "Ferry Marigold runs aground off Pell island",
        (
            "The ferry Marigold ran aground off Pell island with two hundred passengers on board. "
            "Lifeboats took the passengers of the Marigold to Pell harbour; nobody was hurt, the "
            "coastguard said, and the ferry will be towed at high tide."
        ),
    ),
    "strike": (
        "Tram drivers in Vossburg walk out",
        (
            "Tram drivers in Vossburg walked out on Monday over night shifts. The Vossburg tram "
            "union said the strike would go on until the city council offered drivers a second "
            "rest day; buses were crowded."
        ),
    ),
}


def article(
    event: str, outlet: int, day: float | None = 0.0, language: str = "en"
) -> dict[str, Any]:
    title, text = EVENTS[event]
    return {
        "article_id": f"{event}-{outlet}-{language}",
        "url": f"https://outlet{outlet}.example/{event}",
        "source": f"outlet{outlet}.example",
        "title": title,
        "published": None if day is None else DAY + timedelta(days=day),
        "language": language,
        "text": f"{text} Our reporter number{outlet} adds detail{outlet} from scene{outlet}.",
        "input": "test",
        "position": outlet,
    }


def tabled(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["article_id"]), schema.CLEANED)


def grouped(
    rows: list[dict[str, Any]], folds: list[dict[str, Any]] | None = None, threads: int = 1
) -> tuple[pa.Table, Grouping]:
    table = tabled(rows)
    folded = pa.Table.from_pylist(folds or [], schema.FOLDS)
    return table, group(table, tokenize(table), folded, StorySettings(), threads)


def stories(rows: list[dict[str, Any]], **kwargs: Any) -> set[frozenset[str]]:
    table, found = grouped(rows, **kwargs)
    assert found.stories.schema.equals(schema.STORIES)
    assert found.memberships.schema.equals(schema.MEMBERSHIPS)
    ids = table["article_id"].to_pylist()
    members: dict[int, set[str]] = {}
    for row in found.memberships.to_pylist():
        members.setdefault(row["story"], set()).add(ids[row["article"]])
    assert sum(map(len, members.values())) == len(rows)
    return {frozenset(names) for names in members.values()}


def names(event: str, outlets: range, language: str = "en") -> frozenset[str]:
    return frozenset(f"{event}-{outlet}-{language}" for outlet in outlets)


@pytest.mark.parametrize("days", [(0.0, 0.3, 0.6), (None, None, None), (0.0, None, 0.6)])
def test_coverage_of_one_event_is_one_story(days: tuple[float | None, ...]) -> None:
    """Articles on three events are three stories: dated, undated, and some of each."""
    rows = [article(event, outlet, days[outlet]) for event in EVENTS for outlet in range(3)]
    assert stories(rows) == {names(event, range(3)) for event in EVENTS}


def test_days_apart_are_stories_apart() -> None:
    """The same words weeks later are another event."""
    early = [article("ferry", outlet, 0.0) for outlet in range(3)]
    late = [article("ferry", outlet, 30.0) for outlet in range(3, 6)]
    noise = [article(event, 0, 15.0) for event in ("convoy", "strike")]
    found = stories([*early, *late, *noise])
    assert names("ferry", range(3)) in found
    assert names("ferry", range(3, 6)) in found


def test_languages_never_mix() -> None:
    """Equal texts in two languages are two stories."""
    rows = [article("ferry", outlet, language=tag) for outlet in range(3) for tag in ("en", "sv")]
    rows += [article("strike", outlet) for outlet in range(3)]
    assert stories(rows) == {
        names("ferry", range(3)),
        names("ferry", range(3), "sv"),
        names("strike", range(3)),
    }


def test_reposts_follow_their_kept_article() -> None:
    """A repost is in the story of the article that stands for it, whatever it says itself."""
    rows = [article(event, outlet) for event in ("ferry", "strike") for outlet in range(3)]
    folds = [{"article": 5, "kept": 0, "relation": "near", "jaccard": 0.9, "containment": 0.95}]
    found = stories(rows, folds=folds)
    assert found == {names("ferry", range(3)) | {"strike-2-en"}, names("strike", range(2))}
    _, grouping = grouped(rows, folds)
    roles = {row["article"]: row for row in grouping.memberships.to_pylist()}
    assert roles[5]["role"] == "repost"
    assert roles[5]["similarity"] == pytest.approx(0.9)
    assert sorted(grouping.stories["reposts"].to_pylist()) == [0, 1]


@settings(max_examples=15)
@given(st.permutations(range(9)), st.integers(1, 3))
def test_order_and_threads_change_nothing(order: list[int], threads: int) -> None:
    """Articles under other ids, in another order, on more threads, are the same stories."""
    rows = [article(event, outlet, outlet / 3) for event in EVENTS for outlet in range(3)]
    renamed = [row | {"article_id": f"x{order[n]}"} for n, row in enumerate(rows)]
    new_names = {row["article_id"]: f"x{order[n]}" for n, row in enumerate(rows)}
    wanted = {frozenset(new_names[name] for name in story) for story in stories(rows)}
    assert stories(renamed, threads=threads) == wanted


def test_a_story_reads_like_one() -> None:
    """A story has the headline of its most central article, keywords, counts and dates."""
    rows = [article(event, outlet, outlet / 2) for event in EVENTS for outlet in range(3)]
    _, found = grouped(rows)
    told = {story["title"]: story for story in found.stories.to_pylist()}
    assert told.keys() == {title for title, _ in EVENTS.values()}
    ferry = told["Ferry Marigold runs aground off Pell island"]
    assert "Pell island" in ferry["keywords"]
    assert any("Marigold" in words for words in ferry["keywords"])
    assert ferry["lead"] == (
        "The ferry Marigold ran aground off Pell island with two hundred passengers on board."
    )
    assert (ferry["articles"], ferry["reposts"], ferry["sources"]) == (3, 0, 3)
    assert ferry["first_published"] == DAY
    assert ferry["last_published"] == DAY + timedelta(days=1)
    assert ferry["representative_id"].startswith("ferry-")
    assert (ferry["language"], ferry["status"]) == ("en", "open")


def test_an_article_alone_is_a_story() -> None:
    """One article, without words or date, is a story of its own."""
    lone = article("ferry", 0, None) | {"title": None, "text": ""}
    assert stories([lone]) == {names("ferry", range(1))}


def test_no_articles_no_stories() -> None:
    """An empty table has no stories and no error."""
    assert stories([]) == set()


@given(st.lists(st.booleans(), min_size=9, max_size=9))
@settings(max_examples=20)
def test_articles_that_stand_aside_change_nothing(aside: list[bool]) -> None:
    """The others are grouped, and described, as if those were not there."""
    table = tabled([article(event, n, n / 4) for event in EVENTS for n in range(3)])
    tokens, nothing = tokenize(table), np.empty((0, 2), dtype=np.int64)
    rows = np.flatnonzero(~np.array(aside))
    folds = schema.FOLDS.empty_table()
    known = Known(nothing, nothing[:, 0], aside=np.array(aside))
    found = group(table, tokens, folds, StorySettings(), 1, known)
    without, of_them = table.take(rows), tokens.take(rows)
    alone = group(without, of_them, folds, StorySettings(), 1)
    members = alone.memberships.to_pylist()
    assert found.memberships.to_pylist() == [
        {**member, "article": int(rows[member["article"]])} for member in members
    ]
    assert found.counts == alone.counts
    told = ["title", "keywords"]
    assert found.stories.select(told).equals(alone.stories.select(told))
