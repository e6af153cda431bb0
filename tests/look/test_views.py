"""Views of a story: order, delays, reposts, growth, links."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import schema
from pipeline.errors import InputError
from pipeline.look import growth, outlets, story_view, story_views
from tests.look.results import START, member, tables


def test_members_come_in_order_of_publication() -> None:
    """The first report first; ties by id; the undated last."""
    view = story_view(tables(), "ferry")
    assert view.members["article_id"].to_pylist() == ["f1", "f5", "f2", "f3", "f6", "f4"]
    assert view.story["title"] == "Ferry aground"


def test_outlets_are_told_with_their_delay() -> None:
    """An outlet counts once, from its first report, and how far that was behind the first."""
    rows = story_view(tables(), "ferry").outlets.to_pylist()
    told = [(row["source"], row["delay"], row["articles"], row["reposts"]) for row in rows]
    assert told == [
        ("wire.example", timedelta(0), 2, 0),
        ("herald.example", timedelta(minutes=100), 0, 1),
        ("courier.example", timedelta(minutes=100), 1, 0),
        (None, timedelta(minutes=200), 0, 1),
        ("late.example", None, 1, 0),
    ]


def test_growth_counts_by_the_hour() -> None:
    """Hours are those of the clock; the total runs on; undated reports count nowhere."""
    rows = story_view(tables(), "ferry").growth.to_pylist()
    told = [(row["hour"].hour, row["articles"], row["reposts"], row["total"]) for row in rows]
    assert told == [(8, 2, 0, 2), (10, 1, 1, 4), (11, 0, 1, 5)]


def test_reposts_stand_under_their_kept_article() -> None:
    """Kept articles in order, each with its reposts in order and the figures of the fold."""
    kept = story_view(tables(), "ferry").kept()
    assert [one.article["article_id"] for one in kept] == ["f1", "f5", "f3", "f4"]
    assert [row["article_id"] for row in kept[0].reposts] == ["f2", "f6"]
    assert kept[0].reposts[1]["relation"] == "excerpt"
    assert kept[0].reposts[1]["containment"] == pytest.approx(0.9)
    assert not kept[1].reposts


def test_a_link_is_seen_from_both_ends() -> None:
    """What is a predecessor to one is a successor to the other."""
    (later,) = story_view(tables(), "tow").links.to_pylist()
    (earlier,) = story_view(tables(), "ferry").links.to_pylist()
    assert (later["kind"], later["other_id"], later["title"]) == (
        "predecessor",
        "ferry",
        "Ferry aground",
    )
    assert (earlier["kind"], earlier["other_id"], earlier["terms"]) == (
        "successor",
        "tow",
        ["ferry"],
    )


def test_a_merged_story_is_found_under_its_elder() -> None:
    """Also where the elder was merged itself later."""
    assert story_view(tables(), "older").story["story_id"] == "ferry"


def test_an_unknown_story_is_explained() -> None:
    """The error names the id and where ids stand."""
    with pytest.raises(InputError, match=r"no story nothing in .*storyfold stories"):
        story_view(tables(), "nothing")


def test_every_story_is_viewed_as_when_asked_for_alone() -> None:
    """Many at once, in the order of the table, equal one at a time."""
    found = tables()
    views = list(story_views(found))
    assert [view.story["story_id"] for view in views] == ["tow", "ferry"]
    for view in views:
        alone = story_view(found, view.story["story_id"])
        assert alone.story == view.story
        for name in ("members", "outlets", "growth", "events", "links"):
            assert getattr(alone, name).equals(getattr(view, name)), name


def test_no_stories_no_views() -> None:
    """Empty tables give nothing, and no error."""
    assert not list(
        story_views({name: kind.empty_table() for name, kind in schema.EXPORTS.items()})
    )


MEMBER = st.tuples(
    st.sampled_from("ab"), st.none() | st.integers(0, 300), st.none() | st.sampled_from("xyz")
)


@given(st.lists(MEMBER, max_size=20))
def test_outlets_and_growth_count_every_member(drawn: list[tuple[Any, ...]]) -> None:
    """As counted by hand: each member in one outlet, each dated one in one hour."""
    rows = [
        member(f"m{n}", minutes, source, story, role=("article", "repost")[n % 2])
        for n, (story, minutes, source) in enumerate(drawn)
    ]
    members = pa.Table.from_pylist(rows, schema.MEMBERS)
    told = outlets(members).to_pylist()
    counted = Counter((row["story_id"], row["source"]) for row in rows)
    assert {(r["story_id"], r["source"]): r["articles"] + r["reposts"] for r in told} == counted
    for row in told:
        mine = [r for r in rows if r["story_id"] == row["story_id"] and r["published"]]
        own = [r["published"] for r in mine if r["source"] == row["source"]]
        first = min((r["published"] for r in mine), default=None)
        assert row["published"] == min(own, default=None)
        assert row["delay"] == (min(own) - first if own else None)
    grown = growth(members).to_pylist()
    hours = Counter((r["story_id"], hour_of(r["published"])) for r in rows if r["published"])
    assert {(r["story_id"], r["hour"]): r["articles"] + r["reposts"] for r in grown} == hours
    for row in grown:
        so_far = [r for r in hours if r[0] == row["story_id"] and r[1] <= row["hour"]]
        assert row["total"] == sum(hours[one] for one in so_far)


def hour_of(moment: datetime) -> datetime:
    assert moment >= START
    return moment.astimezone(UTC).replace(minute=0)


def test_a_member_keeps_its_own_outlet_and_date() -> None:
    """What is known of a repost's fold never stands in the place of what a member is."""
    members = story_view(tables(), "ferry").members
    assert len(set(members.column_names)) == members.num_columns
    rows = members.to_pylist()
    assert {row["article_id"]: row["source"] for row in rows}["f1"] == "wire.example"
    assert all(row["published"] for row in rows if row["article_id"] != "f4")
