"""Two texts, compared."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.difference import Passage, differences

WORDS = st.lists(
    st.sampled_from(["the", "ferry", "sails", "Monday.", "\n\n", "again!", "港", "。"])
)


def joined(passages: list[Passage], side: str) -> str:
    pieces = [text for passage in passages for text, _ in getattr(passage, side)]
    return "".join("".join(pieces).split())


@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_nothing_of_either_text_is_lost(left: str, right: str) -> None:
    """Read down one side, the passages are that text, but for white space."""
    found = differences(left, right)
    assert joined(found, "left") == "".join(left.split())
    assert joined(found, "right") == "".join(right.split())


@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_what_is_not_marked_is_on_both_sides(left: str, right: str) -> None:
    """Unmarked words of one side are those of the other, in order."""
    for passage in differences(left, right):
        sides = [
            "".join("".join(text for text, marked in side if not marked).split())
            for side in (passage.left, passage.right)
        ]
        assert sides[0] == sides[1]


@given(WORDS.map(" ".join))
def test_a_text_is_the_same_as_itself(text: str) -> None:
    """No passage is marked, however the white space is laid."""
    assert all(passage.same for passage in differences(text, text.replace("\n\n", "\n")))


def test_one_changed_word_is_one_mark() -> None:
    """Sentences around it are the same."""
    left = "The port opened. The ferry sails on Monday at noon. Tickets are sold."
    right = "The port opened. The ferry sails on Friday at noon. Tickets are sold."
    before, changed, after = differences(left, right)
    assert before.same
    assert after.same
    assert [text for text, marked in changed.left if marked] == ["Monday "]
    assert [text for text, marked in changed.right if marked] == ["Friday "]


def test_passages_that_share_words_by_chance_are_marked_whole() -> None:
    """Two unrelated sentences are not speckled with the words that any two share."""
    (passage,) = differences("The mayor of the town resigned.", "A storm closed the whole port.")
    assert [marked for _, marked in passage.left + passage.right] == [True, True]
