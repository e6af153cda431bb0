"""Numbers and names, and the words around them."""

import re
from itertools import pairwise

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import Facts, names, numbers

_RUN = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[!\".:?\n]")
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


def names_by_hand(text: str) -> list[tuple[tuple[str, str, str], str]]:
    """Names of a text with two words before and one behind, written out."""
    found = set()
    name: list[str] = []
    before, opens, end = ["", ""], True, 0
    for run in [*_RUN.finditer(text), None]:
        if run is not None:
            opens |= bool(_SENTENCE_END.search(text[end : run.start()]))
            end = run.end()
            if run.group()[0].isupper() and not opens:
                name.append(run.group().casefold())
                continue
        opens = False
        word = "" if run is None else run.group().casefold()
        word = "0" if word.isdecimal() else word
        if name:
            found.add(((*before, word), " ".join(name)))
        before, name = [before[1], word], []
    return sorted(found)


def assert_alike(known: Facts, wanted: list[list[tuple[tuple[str, str, str], str]]]) -> None:
    """Contexts and values are equal where those written out are."""
    spelt: set[tuple[int, int]] = set()
    for text, (start, stop) in enumerate(pairwise(known.offsets.tolist())):
        hashed = list(zip(*(part[start:stop].tolist() for part in known[:2]), strict=True))
        assert hashed == sorted(set(hashed))
        assert len(hashed) == len(wanted[text])
        contexts = [context for context, _ in hashed]
        shape = sorted(contexts.count(one) for one in set(contexts))
        around = [context for context, _ in wanted[text]]
        assert shape == sorted(around.count(one) for one in set(around))
        spelt |= set(hashed)
    assert len(spelt) == len({one for some in wanted for one in some})


@given(st.lists(st.lists(_PIECES, max_size=40), min_size=1, max_size=4))
def test_numbers_are_found_with_their_words(pieces: list[list[str]]) -> None:
    """Two numbers are one fact, and stand in one context, as the rules written out have it."""
    texts = ["".join(some) for some in pieces]
    assert_alike(numbers(pa.array(texts)), [by_hand(text) for text in texts])


@given(st.lists(st.lists(_PIECES, max_size=40), min_size=1, max_size=4))
def test_names_are_found_with_their_words(pieces: list[list[str]]) -> None:
    """Two names are one fact, and stand in one context, as the rules written out have it."""
    texts = ["".join(some) for some in pieces]
    assert_alike(names(pa.array(texts)), [names_by_hand(text) for text in texts])


def test_a_text_may_be_nothing_but_a_number() -> None:
    """However many such texts there are."""
    assert numbers(pa.array(["7"] * 9)).offsets.tolist() == list(range(10))


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
