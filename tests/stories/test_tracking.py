"""How groups are matched to earlier stories."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories import Followed, follow

OPEN = [False] * 4


def matched(members: list[tuple[int, int]], closed: list[bool] = OPEN) -> Followed:
    """Follow members given as (group, earlier story)."""
    group, prior = np.array(members, dtype=np.int64).reshape(-1, 2).T
    return follow(group, prior, np.array(closed, dtype=np.bool_))


def test_a_group_of_new_members_is_a_new_story() -> None:
    """New stories are numbered after the earlier ones."""
    found = matched([(0, -1), (0, -1), (1, -1)])
    assert found.story.tolist() == [4, 4, 5]
    assert len(found.merged) == len(found.split) == 0


def test_a_story_grows() -> None:
    """What joins a group bears the name of the story that goes on in it."""
    assert matched([(0, 2), (0, -1), (0, -1)]).story.tolist() == [2, 2, 2]


def test_two_that_turn_out_to_be_one_bear_the_name_of_the_elder() -> None:
    """However many members the younger has."""
    found = matched([(0, 3), (0, 3), (0, 3), (0, 1)])
    assert found.story.tolist() == [1, 1, 1, 1]
    assert found.merged.tolist() == [[3, 1]]


def test_a_story_that_splits_goes_on_where_most_of_it_is() -> None:
    """The smaller part is a new story that knows where it came from."""
    found = matched([(0, 1), (1, 1), (1, 1), (0, -1)])
    assert found.story.tolist() == [4, 1, 1, 4]
    assert found.split.tolist() == [[4, 1]]


def test_a_member_may_change_story() -> None:
    """One that went over to another story is no merger: its old story goes on."""
    found = matched([(0, 0), (0, 0), (1, 0), (1, 1), (1, 1)])
    assert found.story.tolist() == [0, 0, 1, 1, 1]
    assert len(found.merged) == len(found.split) == 0


def test_a_closed_story_is_frozen_but_a_latecomer_joins_it() -> None:
    """Its members stay even where a group would part them."""
    closed = [True, False, False, False]
    found = matched([(0, 0), (0, -1), (1, 0), (1, 1)], closed)
    assert found.story.tolist() == [0, 0, 0, 1]
    assert len(found.merged) == len(found.split) == 0


def test_nothing_to_follow() -> None:
    """No members, no stories."""
    assert follow(*np.empty((2, 0), dtype=np.int64), np.empty(0, dtype=np.bool_)).story.size == 0


members = st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 4)), max_size=40)


@given(members, st.lists(st.booleans(), min_size=5, max_size=5))
def test_names_are_given_once_and_none_is_lost(
    given_members: list[tuple[int, int]], closed: list[bool]
) -> None:
    """Every open story goes on, or became part of an elder one; no two groups share a name.

    Members of open stories and new ones go by their group, those of closed stories stay.
    """
    codes = {group: at for at, group in enumerate(sorted({group for group, _ in given_members}))}
    rows = [(codes[group], prior) for group, prior in given_members]
    found = matched(rows, closed)
    ended = dict(found.merged.tolist())
    by_group: dict[int, set[int]] = {}
    for (group, prior), story in zip(rows, found.story.tolist(), strict=True):
        frozen = prior >= 0 and closed[prior]
        assert not frozen or story == prior
        if not frozen:
            by_group.setdefault(group, set()).add(story)
    assert all(len(names) == 1 for names in by_group.values())
    names = [name for given_names in by_group.values() for name in given_names]
    single = [name for name in names if name >= 5 or not closed[name]]
    assert len(single) == len(set(single))
    for story in {prior for _, prior in rows if prior >= 0 and not closed[prior]}:
        assert story in found.story or ended[story] < story
    assert all(into in found.story and not closed[into] for into in ended.values())
