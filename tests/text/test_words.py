"""Words of many texts, kept or made anew."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.text import KeptWords, PassingWords, Picked, Words, token_column

CHUNKS = st.lists(st.lists(st.text(), max_size=4), max_size=4)


def rows_in(words: Words, some: NDArray[np.int64] | None = None) -> dict[int, list[int]]:
    """Tokens of every row, or of some, by its pieces; no row is in two."""
    found: dict[int, list[int]] = {}
    for read in words.pieces(some):
        rows, tokens, offsets = read()
        for at, row in enumerate(np.arange(len(words))[rows].tolist()):
            assert row not in found
            found[row] = tokens[offsets[at] : offsets[at + 1]].tolist()
    return found


@given(CHUNKS, st.data())
def test_words_that_are_kept_and_that_are_made_are_the_same(
    chunks: list[list[str]], data: st.DataObject
) -> None:
    """In pieces and of some rows, as are the texts, whose order and ends are others."""
    column = pa.chunked_array(
        [pa.array(part, pa.large_string()) for part in chunks], pa.large_string()
    )
    order = data.draw(st.permutations(range(len(column))))
    cut = st.lists(st.integers(0, 2), min_size=len(order), max_size=len(order))
    fronts, backs = data.draw(cut), data.draw(cut)
    texts, front, back = [], [], []
    for row, first, last in zip(order, fronts, backs, strict=True):
        whole = column[row].as_py()
        texts.append(whole[first : max(len(whole) - last, first)])
        front.append(len(whole[:first].encode()))
        back.append(len(whole.encode()) - front[-1] - len(texts[-1].encode()))
    picked = Picked(column, *(np.array(each, dtype=np.int64) for each in (order, front, back)))
    strings = pa.array(texts, pa.large_string())
    tokens = pa.chunked_array([token_column(strings)])
    kept, passing = KeptWords(tokens, pa.chunked_array([strings])), PassingWords(picked)
    assert rows_in(kept) == rows_in(passing) == dict(enumerate(tokens.to_pylist()))
    rows = np.array(data.draw(st.permutations(range(len(order)))), dtype=np.int64)
    rows = rows[: data.draw(st.integers(0, len(rows)))]
    expected = {row: tokens[row].as_py() for row in rows.tolist()}
    for words in (kept, passing):
        assert rows_in(words, rows) == expected
        assert words.texts(rows).to_pylist() == [texts[row] for row in rows]
