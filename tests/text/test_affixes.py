"""Known beginnings and endings, taken off texts."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import Lines, Picked, known_ends

WORDS = st.text(st.sampled_from("ab1 \n\u3000.“é漢ب"), max_size=12)
LINES = st.lists(WORDS.map(str.strip).filter(bool), max_size=4)


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
    half = len(texts) // 2
    column = pa.chunked_array([texts[half:], texts[:half]], pa.large_string())
    where = Picked.of(column, np.roll(np.arange(len(texts)), half)).as_they_lie()
    groups = np.arange(len(texts))
    front, back = known_ends(list(where), groups, Lines.of(prefixes), Lines.of(suffixes), rounds)
    left = zip(texts, front.tolist(), back.tolist(), strict=True)
    found = [text.encode()[a : len(text.encode()) - b].decode() for text, a, b in left]
    assert found == [
        without_beginnings(without_endings(text, late, rounds), early, rounds)
        for text, early, late in zip(texts, prefixes, suffixes, strict=True)
    ]
