"""Lines and sentences at the ends of texts."""

import re

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import Parts, Picked, Slices, first_parts, last_parts, string_keys

BLANK = r"[ \t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
BREAK = re.compile(rf"([.!?؟。])[\"'”’»)\]]*{BLANK}+|\n{BLANK}*")
TEXTS = st.lists(
    st.text(st.sampled_from("ab.!?؟。'\"”’»)] \n\t\u2028\u3000\x85é“آ«漢")) | st.text(), max_size=5
)


def parts_of(text: str) -> list[str]:
    """Split at breaks, by a regular expression."""
    marked = BREAK.sub(lambda found: f"{found[1] or ''}\0", text.replace("\0", ""))
    return [part.rstrip() for part in marked.split("\0")]


def slices(texts: list[str]) -> list[Slices]:
    """Lay texts in two chunks, in another order than theirs."""
    half = len(texts) // 2
    column = pa.chunked_array([texts[half:], texts[:half]], pa.large_string())
    rows = np.roll(np.arange(len(texts)), half)
    return list(Picked.of(column, rows).as_they_lie())


def strings_of(parts: Parts, n: int) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(n)]
    for part, row in enumerate(parts.rows.tolist()):
        found[row].append(parts.string(part))
    return found


@given(TEXTS, st.integers(1, 4))
def test_parts_are_those_between_breaks(texts: list[str], most: int) -> None:
    """The first but never what ends a text, the last but never what it begins with; each once."""
    texts = [text.replace("\0", "") for text in texts]
    laid = slices(texts)
    seeds = np.zeros(len(texts), dtype=np.int64)
    split = [parts_of(text) for text in texts]
    first = strings_of(first_parts(laid, most, seeds), len(texts))
    assert first == [list(dict.fromkeys(parts[:-1][:most])) for parts in split]
    last = strings_of(last_parts(laid, most, seeds), len(texts))
    assert last == [list(dict.fromkeys(parts[1:][-most:])) for parts in split]


@given(TEXTS, st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_keys_are_equal_where_string_and_seed_are(texts: list[str], seeds: list[int]) -> None:
    """Of whole strings, and of parts."""
    laid = slices(texts)
    of_text = np.array(seeds[: len(texts)], dtype=np.int64)
    keys = string_keys(laid, of_text)
    assert len(set(keys.tolist())) == len(set(zip(texts, of_text.tolist(), strict=True)))
    parts = last_parts(laid, 2, of_text)
    told = [(parts.string(at), of_text[row]) for at, row in enumerate(parts.rows)]
    assert len(set(parts.keys.tolist())) == len(set(told))
