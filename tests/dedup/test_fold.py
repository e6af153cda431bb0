"""Reposts: what is folded, into what, and on what evidence."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline import schema
from pipeline.dedup import Reposts, fold
from pipeline.dedup.candidates import bands
from pipeline.dedup.kernels.shingles import shingle_into
from pipeline.dedup.minhash import fingerprint
from pipeline.settings import DedupSettings
from pipeline.text import KeptWords, list_arrays, list_column, tokenize

DAY = datetime(2021, 7, 5, tzinfo=UTC)
WORDS = [f"w{n}" for n in range(4000)]


def prose(seed: int, n_words: int = 120) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=n_words))


def run(texts: list[str], days: list[float | None] | None = None, **kwargs: Any) -> Reposts:
    dates = [None if day is None else DAY + timedelta(days=day) for day in days or [0] * len(texts)]
    table = pa.table(
        {
            "article_id": [f"a{n:05}" for n in range(len(texts))],
            "title": kwargs.pop("titles", ["A headline"] * len(texts)),
            "text": pa.array(texts, pa.large_string()),
            "published": pa.array(dates, pa.timestamp("us", tz="UTC")),
        }
    )
    threads = kwargs.pop("threads", 1)
    found = fold(table, tokenize(table), DedupSettings(**kwargs), threads)
    assert found.pairs.schema.equals(schema.VERIFIED_PAIRS)
    assert found.folds.schema.equals(schema.FOLDS)
    return found


def folds(found: Reposts) -> dict[int, tuple[int, str]]:
    return {row["article"]: (row["kept"], row["relation"]) for row in found.folds.to_pylist()}


def shingle_set(text: str, size: int = 5) -> set[int]:
    values, _ = list_arrays(tokenize(pa.table({"title": [""], "text": [text]}))["text"])
    out = np.empty(max(len(values), 1), dtype=np.uint64)
    return set(out[: shingle_into(values, 0, len(values), size, out)].tolist())


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=30), max_size=6),
    st.integers(16, 70),
    st.integers(0, 2**32 - 1),
    st.integers(1, 7),
)
def test_signatures_are_datasketchs(
    texts: list[list[int]], num_perm: int, seed: int, size: int
) -> None:
    """Every row equals the hash values of datasketch's MinHash over the same shingles."""
    tokens = np.array([token for text in texts for token in text], dtype=np.uint64)
    offsets = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    chosen = DedupSettings(num_perm=num_perm, seed=seed, shingle_words=size, short_words=1)
    words = KeptWords(list_column(tokens, np.diff(offsets)))
    found = fingerprint(words, chosen, 1)
    out = np.empty(64, dtype=np.uint64)
    for row, text in enumerate(texts):
        n = shingle_into(tokens, offsets[row], offsets[row + 1], size, out)
        assert n == (max(len(text) - size + 1, 1) if text else 0)
        oracle = MinHash(num_perm=num_perm, seed=seed, scheme="affine32", hashfunc=int)
        oracle.update_batch((out[:n] >> np.uint64(32)).tolist())
        assert found.signatures[row].tolist() == oracle.hashvalues.tolist()


@settings(max_examples=30, deadline=None)
@given(st.floats(0.05, 0.95), st.integers(16, 128))
def test_bands_are_datasketchs(threshold: float, num_perm: int) -> None:
    """They are those that its optimiser sets for a threshold."""
    found = bands(threshold, num_perm)
    assume(found[0] > 1)  # datasketch has no index of one band
    index = MinHashLSH(threshold=threshold, num_perm=num_perm)
    assert found == (index.b, index.r)


def test_relations_are_told_apart() -> None:
    """A copy is exact, a retouched one near, a part of it an excerpt; another text is none."""
    original = prose(1, 300)
    words = original.split()
    retouched = " ".join([*words[:150], "and", "another", *words[150:280]])
    found = run([original, original.upper(), retouched, " ".join(words[20:90]), prose(2, 300)])
    assert folds(found) == {1: (0, "exact"), 2: (0, "near"), 3: (0, "excerpt")}


def test_an_appended_paragraph_makes_the_longer_one_kept() -> None:
    """The shorter text is a near copy of the longer, whichever came first."""
    first = prose(3, 200)
    assert folds(run([first, f"{first} {prose(4, 40)}"])) == {0: (1, "near")}


def test_reported_overlaps_are_exact() -> None:
    """Jaccard, containment and shared shingles are those of the full sets."""
    words = prose(5, 260).split()
    texts = [" ".join(words), " ".join(words[:200] + prose(6, 30).split()), " ".join(words[30:100])]
    found = run(texts)
    sets = [shingle_set(text) for text in texts]
    assert len(found.pairs) == 3
    for row in found.pairs.to_pylist():
        one, other = sets[row["left"]], sets[row["right"]]
        assert row["shared_shingles"] == len(one & other)
        assert row["jaccard"] == pytest.approx(len(one & other) / len(one | other))
        assert row["containment"] == pytest.approx(len(one & other) / min(len(one), len(other)))


def test_too_little_evidence_is_not_folded() -> None:
    """A few equal words fold only under an equal headline."""
    short = "Watch the video of the flood here"
    assert folds(run([short] * 3, titles=["Flood", "Flood", "Storm"])) == {1: (0, "exact")}


def test_copies_outside_the_window_stand_apart() -> None:
    """A text printed again a year later is not folded; one without a date always is."""
    text = prose(7)
    assert folds(run([text, text], days=[0, 400])) == {}
    assert folds(run([text, text], days=[0, None])) == {1: (0, "exact")}
    changed = text + " and more"
    assert folds(run([text, changed], days=[0, 400])) == {}


def test_thousands_of_one_text_fold_into_one() -> None:
    """Their pairs are listed with the kept one only: the list grows with their number."""
    found = run([prose(8)] * 3000)
    assert set(folds(found).values()) == {(0, "exact")}
    assert len(found.folds) == len(found.pairs) == 2999


def variants(seed: int) -> list[str]:
    """Texts that overlap in every degree: cuts, joins and retouched copies of a few bases."""
    draw = random.Random(seed)
    bases = [prose(draw.randrange(10**6), draw.randrange(30, 200)).split() for _ in range(4)]
    texts = []
    for _ in range(24):
        words = list(draw.choice(bases))
        start = draw.randrange(len(words) // 2)
        words = words[start : start + draw.randrange(12, 200)]
        if draw.random() < 0.3:
            words += draw.choice(bases)[: draw.randrange(60)]
        texts.append(" ".join(words))
    return texts


@pytest.mark.parametrize("seed", range(12))
def test_every_repost_is_verified_against_its_own_kept_article(seed: int) -> None:
    """No chains: what is folded into is kept, and overlaps by the thresholds themselves."""
    texts = variants(seed)
    found = run(texts)
    folded = folds(found)
    assert not set(folded) & {kept for kept, _ in folded.values()}
    for article, (kept, relation) in folded.items():
        one, other = shingle_set(texts[article]), shingle_set(texts[kept])
        near = len(one & other) / len(one | other) >= 0.7
        assert relation == (
            "exact" if texts[article] == texts[kept] else "near" if near else "excerpt"
        )
        assert near or len(one & other) / min(len(one), len(other)) >= 0.8


@pytest.mark.parametrize("seed", range(6))
def test_no_verified_repost_is_left_standing(seed: int) -> None:
    """Of every pair over a threshold, brute force agrees, at least one is folded."""
    texts = variants(seed)
    folded = folds(run(texts))
    sets = [shingle_set(text) for text in texts]
    for i in range(len(texts)):
        for j in range(i):
            both = len(sets[i] & sets[j])
            if both >= 10 and both / len(sets[i] | sets[j]) >= 0.7:
                assert i in folded or j in folded


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_articles_and_threads_do_not_matter(seed: int) -> None:
    """The same texts, shuffled, on three threads, have the same reposts."""
    by_length = {len(text.split()): text for text in variants(seed)}  # ties are broken by id
    texts = list(by_length.values())
    order = random.Random(seed).sample(range(len(texts)), len(texts))
    mixed = [texts[at] for at in order]
    plain = {(texts[a], texts[k], r) for a, (k, r) in folds(run(texts)).items()}
    shuffled = {(mixed[a], mixed[k], r) for a, (k, r) in folds(run(mixed, threads=3)).items()}
    assert plain
    assert plain == shuffled
