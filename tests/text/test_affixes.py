"""Known beginnings and endings, taken off texts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.text import code_points, offsets_of
from pipeline.text.affixes import find_affixes

WORDS = st.text(st.sampled_from("ab1 \n\u3000.“é漢ب"), max_size=12)
LINES = st.lists(WORDS.map(str.strip).filter(bool), max_size=4)
Table = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]


def table_of(groups: list[list[str]]) -> Table:
    lines = [line.encode() for group in groups for line in group]
    return (
        np.frombuffer(b"".join(lines), np.uint8),
        offsets_of(np.array([len(line) for line in lines], dtype=np.int64)),
        offsets_of(np.array([len(group) for group in groups])),
    )


def without_endings(text: str, lines: list[str], rounds: int) -> str:
    for _ in range(rounds):
        for line in lines:
            if text.endswith(line) and not text[-len(line) - 1 : -len(line)].isalnum():
                text = text.removesuffix(line).rstrip()
    return text


def without_beginnings(text: str, lines: list[str], rounds: int) -> str:
    for _ in range(rounds):
        for line in lines:
            if text.startswith(line) and not text[len(line) : len(line) + 1].isalnum():
                text = text.removeprefix(line).lstrip()
    return text


@given(st.lists(st.tuples(WORDS, LINES, LINES, WORDS), max_size=4), st.integers(1, 3))
def test_lines_are_taken_off_as_strings_would_be(
    cases: list[tuple[str, list[str], list[str], str]], rounds: int
) -> None:
    """Ends first, then beginnings; white space goes with them, and no word is cut in two."""
    texts = ["".join([*starts, own, *ends, more]) for own, starts, ends, more in cases]
    prefixes, suffixes = [starts for _, starts, _, _ in cases], [ends for _, _, ends, _ in cases]
    data = np.frombuffer("".join(texts).encode(), np.uint8)
    at = offsets_of(np.array([len(text.encode()) for text in texts], dtype=np.int64))
    begins, ends = find_affixes(
        data,
        at[:-1],
        at[1:],
        np.arange(len(texts)),
        table_of(prefixes),
        table_of(suffixes),
        code_points(),
        rounds,
    )
    found = [data[a:b].tobytes().decode() for a, b in zip(begins, ends, strict=True)]
    assert found == [
        without_beginnings(without_endings(text, late, rounds), early, rounds)
        for text, early, late in zip(texts, prefixes, suffixes, strict=True)
    ]
