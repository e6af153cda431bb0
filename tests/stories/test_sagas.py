"""Links between stories: which are of one saga, and which came first."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import schema
from pipeline.settings import StorySettings
from pipeline.stories import links
from pipeline.stories.sagas import PROFILE_TERMS, packed

DAY = datetime(2021, 7, 5, tzinfo=UTC)
SETTINGS = StorySettings()


def story(
    name: str, words: dict[int, float], days: tuple[float, float] | None, **others: Any
) -> dict[str, Any]:
    first, last = (DAY + timedelta(days=day) for day in days) if days else (None, None)
    known = {"articles": 2, "language": "en", "keywords": [f"word{w}" for w in words]}
    dates = {"first_published": first, "last_published": last}
    return {"story_id": name, **known, **dates, "words": words, **others}


def table(stories: list[dict[str, Any]]) -> pa.Table:
    terms = np.zeros((len(stories), PROFILE_TERMS), dtype=np.uint64)
    weights = np.zeros((len(stories), PROFILE_TERMS))
    for row, one in enumerate(stories):
        terms[row, : len(one["words"])] = list(one["words"])
        weights[row, : len(one["words"])] = list(one["words"].values())
    told = pa.Table.from_pylist([{k: s[k] for k in s if k != "words"} for s in stories])
    columns = {
        field.name: told[field.name].cast(field.type)
        if field.name in told.column_names
        else pa.nulls(len(stories), field.type)
        for field in schema.STORIES
    }
    return pa.table({**columns, "profile": packed(terms, weights)})


HANDED = story("handed", {1: 3.0, 2: 2.0, 3: 1.0}, (0, 1))
FALLS = story("falls", {1: 3.0, 2: 2.0, 4: 1.5}, (9, 11))
OTHER = story("other", {7: 3.0, 8: 1.0}, (9, 10))


def test_an_earlier_chapter_is_a_predecessor() -> None:
    """Where it was over before the later story began; with the cosine and what both are about."""
    [link] = links(table([OTHER, FALLS, HANDED]), SETTINGS).to_pylist()
    assert (link["story_id"], link["other_id"], link["kind"]) == ("falls", "handed", "predecessor")
    cosine = 13 / np.sqrt((9 + 4 + 1) * (9 + 4 + 2.25))
    assert link["similarity"] == pytest.approx(cosine, abs=1e-5)
    assert link["terms"] == ["word1", "word2"]


@pytest.mark.parametrize("days", [(0.5, 3), None])
def test_stories_of_one_time_or_of_none_are_siblings(days: tuple[float, float] | None) -> None:
    """Overlapping in time, or one of them without a date."""
    [link] = links(
        table([HANDED, FALLS | story("falls", FALLS["words"], days)]), SETTINGS
    ).to_pylist()
    assert link["kind"] == "sibling"


@pytest.mark.parametrize(
    "other",
    [
        story("falls", FALLS["words"], (60, 61)),
        story("falls", FALLS["words"], (9, 11), language="sv"),
        story("falls", {1: 1.0, 5: 3.0, 6: 3.0}, (9, 11)),
    ],
)
def test_what_is_far_apart_is_not_linked(other: dict[str, Any]) -> None:
    """In time, in language, or in words."""
    assert not len(links(table([HANDED, other]), SETTINGS))


def test_two_lone_articles_are_not_linked() -> None:
    """One of two stories must have several articles."""
    lone = [HANDED | {"articles": 1}, FALLS | {"articles": 1}]
    assert not len(links(table(lone), SETTINGS))
    assert len(links(table([lone[0], FALLS]), SETTINGS)) == 1


def test_no_stories_no_links() -> None:
    """Nor where no story has a profile."""
    empty = table([HANDED, FALLS])
    assert links(empty[:0], SETTINGS).schema.equals(schema.STORY_LINKS)
    blank = empty.set_column(empty.column_names.index("profile"), "profile", [[None, None]])
    assert not len(links(blank, SETTINGS))


WORDS = st.dictionaries(st.integers(1, 6), st.floats(0.5, 4), min_size=1, max_size=4)
STORY = st.tuples(WORDS, st.integers(0, 60), st.integers(0, 5), st.integers(1, 3))


@given(st.lists(STORY, max_size=9), st.lists(st.booleans(), min_size=9, max_size=9))
def test_links_are_those_of_all_pairs(drawn: list[Any], fresh: list[bool]) -> None:
    """As computed pair by pair, on any number of threads; of fresh ones those with one of them."""
    rows = [
        story(f"s{n}", words, (day, day + lasts), articles=articles)
        for n, (words, day, lasts, articles) in enumerate(drawn)
    ]
    settings = StorySettings(most_links=100)
    every = {
        (row["story_id"], row["other_id"]): row["similarity"]
        for row in links(table(rows), settings, threads=3).to_pylist()
    }
    for n, one in enumerate(rows):
        for other in rows[:n]:
            pair = sorted((one, other), key=lambda s: (s["first_published"], s["story_id"]))
            key = (pair[1]["story_id"], pair[0]["story_id"])
            dot = sum(w * other["words"].get(t, 0) for t, w in one["words"].items())
            norms = [np.sqrt(sum(w * w for w in s["words"].values())) for s in pair]
            cosine = dot / norms[0] / norms[1]
            gap = (pair[1]["first_published"] - pair[0]["last_published"]).days
            wanted = gap <= 30 and max(one["articles"], other["articles"]) > 1
            if abs(cosine - 0.4) > 1e-6:
                assert (key in every) == (wanted and cosine > 0.4)
            if key in every:
                assert every[key] == pytest.approx(cosine, abs=1e-5)
    some = links(table(rows), settings, pa.array(fresh[: len(rows)], pa.bool_())).to_pylist()
    new = {row["story_id"] for row, is_new in zip(rows, fresh, strict=False) if is_new}
    assert {(r["story_id"], r["other_id"]) for r in some} == {p for p in every if new & set(p)}


def test_a_story_keeps_its_strongest_links() -> None:
    """And those that are among another's strongest."""
    rows = [story(f"s{n}", {1: 2.0, 10 + n: 0.1 * n}, (n, n)) for n in range(6)]
    found = links(table(rows), StorySettings(most_links=1)).to_pylist()
    assert {("s1", "s0")} <= {(row["story_id"], row["other_id"]) for row in found}
    assert len(found) < 15
