"""Floors of repost search on real news, against all exact pairs by brute force."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from pipeline import dedup, stages
from pipeline.dedup.kernels.shingles import shingle_into
from pipeline.settings import Settings
from pipeline.text import list_arrays

pytestmark = [pytest.mark.corpus, pytest.mark.slow]


def exact_pairs(tokens: np.ndarray, offsets: np.ndarray, least: int = 50) -> tuple[np.ndarray, ...]:
    """Rows, Jaccard and containment of all pairs with much in common, of texts not too short."""
    rows = np.flatnonzero(np.diff(offsets) >= least)
    sets = []
    for row in rows.tolist():
        out = np.empty(offsets[row + 1] - offsets[row], dtype=np.uint64)
        n = shingle_into(tokens, offsets[row], offsets[row + 1], 5, out)
        sets.append(np.unique(out[:n]))
    sizes = np.array([len(one) for one in sets])
    _, column = np.unique(np.concatenate(sets), return_inverse=True)
    at = np.repeat(np.arange(len(rows)), sizes)
    shared = np.bincount(column)[column] > 1
    cells = (np.ones(int(shared.sum()), np.int32), (at[shared], column[shared]))
    matrix = sparse.csr_array(cells)
    found = []
    for start in range(0, matrix.shape[0], 500):
        both = (matrix[start : start + 500] @ matrix.T).tocoo()
        left, right, n = both.row + start, both.col, both.data
        jaccard = n / (sizes[left] + sizes[right] - n)
        containment = n / np.minimum(sizes[left], sizes[right])
        hit = (left < right) & ((jaccard >= 0.5) | ((containment >= 0.6) & (n >= 10)))
        found.append((rows[left[hit]], rows[right[hit]], jaccard[hit], containment[hit]))
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))


@pytest.mark.parametrize(
    ("name", "copies", "excerpts", "together"),
    [("saudinewsnet_dev", 1.0, 0.99, 0.89), ("reuters21578", 0.97, 0.95, 0.9)],
)
def test_copies_are_found_and_nothing_else(
    corpora: Path, name: str, copies: float, excerpts: float, together: float
) -> None:
    """Of exact pairs one is folded, but for updates, roundups and forms; every fold is a pair."""
    job = stages.Job([str(corpora / f"{name}.jsonl.gz")], Path(), Settings(), datetime.now(UTC))
    articles = stages.read(job)
    tokens = stages.tokenize(job, articles)
    reposts = stages.fold(job, articles, tokens)
    left, right, jaccard, containment = exact_pairs(*list_arrays(tokens.table["text"]))
    kept = np.arange(len(articles.articles))
    kept[reposts.folds["article"].to_numpy()] = reposts.folds["kept"].to_numpy()
    folded = kept != np.arange(len(kept))
    resolved = folded[left] | folded[right]
    assert resolved[jaccard >= 0.8].mean() >= copies
    assert resolved[containment >= 0.8].mean() >= excerpts
    assert (kept[left] == kept[right])[containment >= 0.8].mean() >= together
    true = {frozenset(pair) for pair in zip(left.tolist(), right.tolist(), strict=True)}
    long = np.diff(list_arrays(tokens.table["text"])[1]) >= 50
    rows = np.flatnonzero(folded & long & long[kept])
    assert {frozenset((row, kept[row])) for row in rows.tolist()} <= true
    assert len(dedup.update_rows(reposts.pairs)) > 0
