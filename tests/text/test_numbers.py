"""Numbers, and the words around them."""

import re
from itertools import pairwise

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import numbers

_RUN = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"[.,/:–-]")
_PIECES = st.sampled_from(
    [*"ab", "Ünion", "river", "x2", "7th", "A" * 30, *"0177", "46", "٢٦", " ", " ", ". ", ".", ",",
     "-", "–", "/", ":", "_", "\n", " " * 25, "(", "%"]
)  # fmt: skip


def by_hand(text: str) -> list[tuple[tuple[str, str, str], str]]:
    """Numbers of a text with two words before and one behind, written out."""
    runs = [(run.start(), run.end(), run.group()) for run in _RUN.finditer(text)]
    words = [run for run in runs if not run[2].isdecimal()]
    groups: list[list[tuple[int, int, str]]] = []
    for run in runs:
        if not run[2].isdecimal():
            continue
        between = text[groups[-1][-1][1] : run[0]] if groups else ""
        if _JOINT.fullmatch(between):
            groups[-1].append(run)
        else:
            groups.append([run])
    found = set()
    for group in groups:
        start, end = group[0][0], group[-1][1]
        before = [word for word in words if word[1] <= start][-2:]
        near = [name.casefold() if start - stop < 48 else "" for _, stop, name in before]
        behind = next((name for at, _, name in words if at >= end and at - end < 24), "")
        digits = "".join(str(int(digit)) for _, _, run in group for digit in run)
        found.add(((*[""] * (2 - len(near)), *near, behind.casefold()), digits))
    return sorted(found)


@given(st.lists(st.lists(_PIECES, max_size=40), min_size=1, max_size=4))
def test_numbers_are_found_with_their_words(pieces: list[list[str]]) -> None:
    """Two numbers are one fact, and stand in one context, as the rules written out have it."""
    texts = ["".join(some) for some in pieces]
    known = numbers(pa.array(texts))
    wanted = [by_hand(text) for text in texts]
    assert [stop - start for start, stop in pairwise(known.offsets.tolist())] == [
        len(some) for some in wanted
    ]
    spelt: set[tuple[int, int]] = set()
    for text, (start, stop) in enumerate(pairwise(known.offsets.tolist())):
        contexts, values = (part[start:stop].tolist() for part in known[:2])
        assert list(zip(contexts, values, strict=True)) == sorted(
            zip(contexts, values, strict=True)
        )
        shape = sorted(contexts.count(one) for one in set(contexts))
        around = [one for one, _ in wanted[text]]
        assert shape == sorted(around.count(one) for one in set(around))
        spelt |= set(zip(contexts, values, strict=True))
    assert len(spelt) == len({one for some in wanted for one in some})


def test_a_number_in_other_digits_or_with_separators_is_the_same() -> None:
    """Scripts and styles write one number differently."""
    texts = ["it rose to 2,600 today", "It rose to ٢٦٠٠ today", "it rose to 2601 today"]
    found = numbers(pa.array(texts))
    assert len(set(found.contexts.tolist())) == 1
    assert found.values[0] == found.values[1] != found.values[2]


def test_a_number_beside_an_ideograph_is_one() -> None:
    """Scripts without spaces set none around numbers either."""
    one, other = (numbers(pa.array([f"气温{degrees}度，晴"])) for degrees in (31, 28))
    assert one.contexts.tolist() == other.contexts.tolist()
    assert one.values.tolist() != other.values.tolist()
