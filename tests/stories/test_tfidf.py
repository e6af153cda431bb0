"""TF-IDF rows made from token hashes."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.stories.tfidf import Counts, contrast, count, tfidf
from pipeline.text import tokenize

WORDS = [f"word{n}" for n in range(30)]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40), min_size=2, max_size=12)


def counted(titles: list[str], texts: list[str], lead_words: int = 5, threads: int = 1) -> Counts:
    table = pa.table({"title": titles, "text": pa.array(texts, pa.large_string())})
    return count(tokenize(table), np.arange(len(texts)), lead_words, threads)


@settings(max_examples=60)
@given(TEXTS)
def test_cosines_are_those_of_scikit_learn(words: list[list[str]]) -> None:
    """Rows multiply as those of a TfidfVectorizer of shared terms that is given our weights."""
    texts = [" ".join(row) for row in words]
    counts = counted([""] * len(texts), texts)
    rows = tfidf(counts.whole)
    vectorizer = TfidfVectorizer(sublinear_tf=True).fit(texts)
    frequency = np.asarray((vectorizer.transform(texts) > 0).sum(axis=0)).ravel()
    vectorizer.idf_ = np.log((len(texts) + 11) / (frequency + 1)) ** contrast(len(texts))
    oracle = vectorizer.transform(texts)
    lone = np.asarray((oracle > 0).sum(axis=0)).ravel() < 2
    shared = oracle[:, ~lone]
    np.testing.assert_allclose(
        (rows @ rows.T).toarray(), (shared @ shared.T).toarray(), rtol=0, atol=1e-5
    )


@settings(max_examples=40)
@given(TEXTS, st.integers(1, 12), st.sampled_from([0, 250]))
def test_some_rows_are_weighed_as_among_all(words: list[list[str]], n: int, more: int) -> None:
    """Articles that only count in the frequencies change nothing but what is given."""
    texts = [" ".join(row) for row in words] + [f"word{n % 7} more{n}" for n in range(more)]
    counts = counted([""] * len(texts), texts)
    every, some = tfidf(counts.whole)[:n], tfidf(counts.whole, n=n)
    np.testing.assert_allclose(
        (some @ some.T).toarray(), (every @ every.T).toarray(), rtol=0, atol=1e-6
    )
    in_window = np.diff(some.tocsc().indptr)
    assert (np.diff(in_window) >= 0).all()


@settings(max_examples=30)
@given(TEXTS, st.integers(1, 8))
def test_lead_is_title_and_first_words(words: list[list[str]], lead_words: int) -> None:
    """Counts of the lead are those of the title and of the first words of the text."""
    titles = [" ".join(row[::-1][:3]) for row in words]
    texts = [" ".join(row) for row in words]
    leads = [" ".join(row[:lead_words]) for row in words]
    found = counted(titles, texts, lead_words)
    wanted = counted(titles, leads)
    column = {value: place for place, value in enumerate(wanted.hashes.tolist())}
    order = [place for place, value in enumerate(found.hashes.tolist()) if value in column]
    onto = [column[value] for value in found.hashes[order].tolist()]
    dense = np.zeros(wanted.whole.shape)
    dense[:, onto] = found.lead.toarray()[:, order]
    np.testing.assert_array_equal(dense, wanted.whole.toarray())
    assert found.lead.sum() == wanted.whole.sum()
    headlines = counted(titles, [""] * len(texts), lead_words)
    assert found.title.sum() == headlines.whole.sum()
    assert found.title.nnz == headlines.whole.nnz


@settings(max_examples=30)
@given(TEXTS, st.integers(2, 6))
def test_threads_change_nothing(words: list[list[str]], threads: int) -> None:
    """Any number of threads gives the same counts, terms and rows, bit for bit."""
    titles = [" ".join(row[::-1][:3]) for row in words]
    texts = [" ".join(row) for row in words]
    one, many = (counted(titles, texts, threads=of) for of in (1, threads))
    np.testing.assert_array_equal(one.hashes, many.hashes)
    pairs = [(one.whole, many.whole), (one.lead, many.lead), (one.title, many.title)]
    for left, right in [*pairs, (tfidf(one.whole), tfidf(many.whole, threads))]:
        for part in ("indptr", "indices", "data"):
            np.testing.assert_array_equal(getattr(left, part), getattr(right, part))


def test_contrast_falls_as_a_collection_grows() -> None:
    """Squares up to a thousand articles, plain weights from ten thousand, between them between."""
    assert [contrast(n) for n in (0, 3, 1_000, 10_000, 10**6)] == [2, 2, 2, 1, 1]
    assert contrast(3_000) == pytest.approx(5 - np.log10(3_000))


def test_columns_run_from_rare_to_common() -> None:
    """Columns are sorted by document frequency, and indices within a row by column."""
    texts = ["a1 b2 c3 d4", "a1 b2 c3", "a1 b2", "a1 e5"]
    rows = tfidf(counted([""] * 4, texts).whole)
    frequency = np.bincount(rows.indices, minlength=rows.shape[1])
    assert frequency.tolist() == [2, 3, 4]
    for row in range(4):
        columns = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
        assert columns.tolist() == sorted(columns.tolist())


def test_rows_are_counted_as_if_alone() -> None:
    """Some rows, in any order, have the counts that they have without the others."""
    table = pa.table({"title": [""] * 3, "text": pa.array(["a1 b2 c3 a1", "d4 b2", "a1 e5 e5"])})
    some = count(tokenize(table), np.array([2, 1]), 5)
    alone = count(tokenize(table.take([2, 1])), np.arange(2), 5)
    np.testing.assert_array_equal(some.whole.toarray(), alone.whole.toarray())
    np.testing.assert_array_equal(some.hashes, alone.hashes)


@pytest.mark.parametrize("n", [1, 3])
def test_articles_without_words(n: int) -> None:
    """Articles without a word are rows of zeros, not an error."""
    counts = counted([""] * n, [""] * n)
    assert counts.whole.shape == (n, 0)
    assert tfidf(counts.whole).shape == (n, 0)
