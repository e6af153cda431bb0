"""Tokens: what counts as a word, and what does not change it."""

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import schema
from pipeline.text import list_arrays, spans, tokenize
from pipeline.text.make_code_points import BIGRAM, IGNORED, SEPARATOR, TABLE_SIZE
from pipeline.text.tokens import code_points


def hashes(*texts: str | None, threads: int = 1) -> list[list[int]]:
    table = pa.table(
        {"title": pa.array(texts, pa.string()), "text": pa.array(texts, pa.large_string())}
    )
    tokens = tokenize(table, threads)
    assert tokens.schema.equals(schema.TOKENS)
    assert tokens["title"].to_pylist() == tokens["text"].to_pylist()
    return list(tokens["text"].to_pylist())


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_words_are_runs_of_letters_and_digits(text: str) -> None:
    """Tokens stand one to one with the words that a regular expression finds."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    [found] = hashes(text)
    assert len(found) == len(words)
    assert len(set(found)) == len(set(words))
    assert found == [token for word in words for token in hashes(word)[0]]


def words_of(text: str) -> list[list[int]]:
    """Split a text into words, or pairs of signs, of folded code points."""
    words: list[list[int]] = [[]]
    alone = False  # whether the last word is a sign that stands in no pair yet
    unspaced = False
    table = code_points()
    for point in map(ord, text):
        entry = int(table[point]) if point < TABLE_SIZE else point | BIGRAM
        if entry == IGNORED:
            continue
        if entry < BIGRAM:
            words += [[]] if unspaced or entry == SEPARATOR else []
            words[-1] += [entry] if entry != SEPARATOR else []
        elif unspaced:
            words = [*(words[:-1] if alone else words), [words[-1][-1], entry]]
        else:
            words.append([entry])
        alone = entry >= BIGRAM and not unspaced
        unspaced = entry >= BIGRAM
    return [word for word in words if word]


def hash_of(word: list[int]) -> int:
    """Hash folded code points by a cyclic polynomial of Splitmix64."""
    hashed, low = 0, 2**64 - 1
    for point in word:
        z = (point + 1) * 0x9E3779B97F4A7C15 & low
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & low
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & low
        hashed = ((hashed << 9 | hashed >> 55) & low) ^ z ^ (z >> 31)
    return hashed


@given(
    st.one_of(
        st.text(st.sampled_from("aZ9 .é\u0301ßжЯ كتـ،ً漢字ア” 𝄞𠀀"), max_size=30),
        st.text(st.characters(exclude_categories=["Cs"], max_codepoint=TABLE_SIZE - 1)),
    )
)
def test_tokens_of_all_scripts_are_their_words(text: str) -> None:
    """Whatever stands beside what; their hashes are those of their folded characters."""
    assert hashes(text) == [[hash_of(word) for word in words_of(text)]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café ÜBER Ærø", "cafe uber ærø"),
        ("cafe\u0301", "café"),
        ("don’t", "don't"),
        ("٣٤ и ЁЖ", "34 и еж"),
        ("co\u00adoperate", "cooperate"),
        ("ＦＵＬＬ width", "full width"),
        ("كتـاب", "كتاب"),
        ("क़लम", "कलम"),
        ("ﾌｪﾘｰ", "フェリー"),
    ],
)
def test_spellings_of_one_word(one: str, other: str) -> None:
    """Case, accents, typographic forms and joiners do not make another word."""
    assert hashes(one) == hashes(other)


def test_arabic_hamzas_and_vowel_signs_count() -> None:
    """As an exact comparison of words would have it."""
    first, second, third, fourth = hashes("أميركية", "اميركية", "كبيرًا", "كبير ا")
    assert first != second
    assert third == fourth


@pytest.mark.parametrize(
    ("one", "other"), [("한국", "학교"), ("が", "か"), ("কে", "কো"), ("கொ", "கெ"), ("कि", "की")]
)
def test_signs_of_other_scripts_are_no_accents(one: str, other: str) -> None:
    """A Korean syllable is more than its first consonant, and a vowel sign makes the word."""
    assert hashes(one) != hashes(other)


@pytest.mark.parametrize("word", ["हिन्दी", "বাংলাদেশে", "நிலநடுக்கம்", "한국에서", "می‌شود", "ሚኒስትር"])
def test_vowel_signs_and_joiners_part_no_word(word: str) -> None:
    """What a reader takes for one word is one token."""
    assert len(hashes(word)[0]) == 1


def test_scripts_without_spaces_give_bigrams() -> None:
    """Neighbouring characters pair up; one alone is itself; words beside them stay words."""
    [tokens] = hashes("x東京都y 京")
    assert len(tokens) == 5
    assert tokens == [hashes(part)[0][0] for part in ("x", "東京", "京都", "y", "京")]
    assert len(hashes("ประเทศไทย")[0]) == len("ประเทศไทย") - 1


TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=9)


@given(TEXTS, st.integers(0, 3))
def test_neither_threads_nor_slices_nor_nulls_change_tokens(
    texts: list[str | None], cut: int
) -> None:
    """Each row's tokens are its own; a null has none."""
    alone = [hashes(text)[0] for text in texts]
    assert hashes(*texts, threads=3) == alone
    column = pa.chunked_array(
        [pa.array(texts[:cut], pa.string()), pa.array(texts[cut:], pa.string())]
    )
    table = pa.table({"title": column, "text": column}).slice(1)
    assert tokenize(table)["title"].to_pylist() == alone[1:]


def found(text: str, *terms: tuple[int, int]) -> list[str | None]:
    column = pa.chunked_array([pa.array([text], pa.large_string())])
    [places] = spans(column, np.array([terms], dtype=np.uint64).reshape(1, -1, 2))
    data = text.encode()
    return [data[a:b].decode() if a >= 0 else None for a, b in places.tolist()]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_is_found_is_a_part_of_the_text_with_that_token(text: str) -> None:
    """Every token of a text is found in it, and what is found gives that token."""
    [tokens] = hashes(text)
    for token, spelling in zip(tokens, found(text, *((t, 0) for t in tokens)), strict=True):
        assert spelling is not None
        assert spelling in text
        assert token in hashes(spelling)[0]
    assert found(text, (1, 0)) == [None]


def test_a_word_is_found_within_a_sentence_rather_than_at_its_beginning() -> None:
    """Where a capital may be due to the place, another place is preferred."""
    [tokens] = hashes("ferry harbour pell")
    text = "Ferry aground: Pell island. Harbour closed. The ferry left Pell"
    terms = [(token, 0) for token in tokens]
    assert found(text, *terms) == ["ferry", "Harbour", "Pell"]


def test_two_words_are_found_where_they_follow_each_other() -> None:
    """With what stands between them; in scripts without spaces, pairs that overlap."""
    [[white, house]] = hashes("white house")
    assert found("House white. A white, white\nHouse", (white, house), (house, white)) == [
        "white\nHouse",
        "House white",
    ]
    [pairs] = hashes("東京都")
    assert found("x 東京都", (pairs[0], pairs[1])) == ["東京都"]


def test_rows_are_searched_on_their_own() -> None:
    """Threads and other rows change nothing; places count from the row's first byte."""
    [[one, two]] = hashes("eins zwei")
    column = pa.chunked_array([pa.array(["zwei eins", None, "ß eins zwei"], pa.large_string())])
    wanted = np.array([[(one, two), (one, 0)]] * 3, dtype=np.uint64)
    places = spans(column, wanted, threads=2).tolist()
    assert places == [[[-1, -1], [5, 9]], [[-1, -1], [-1, -1]], [[3, 12], [3, 7]]]


def test_columns_are_seen_without_copying() -> None:
    """Values and offsets are those of the Arrow column."""
    values, offsets = list_arrays(tokenize(pa.table({"title": ["a b"], "text": ["c"]}))["title"])
    assert len(values) == 2
    assert offsets.tolist() == [0, 2]
