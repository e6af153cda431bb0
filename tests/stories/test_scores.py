"""Scores of pairs, and what they are made of."""

import numpy as np
import pytest

from pipeline import schema
from pipeline.settings import StorySettings
from pipeline.stories.assign import Measured, measure
from pipeline.stories.edges import edge_model
from pipeline.stories.scores import pair_scores
from pipeline.text import tokenize
from tests.stories.test_group import EVENTS, article, tabled


def measured() -> Measured:
    rows = [article(event, outlet, outlet / 2) for event in EVENTS for outlet in range(3)]
    table = tabled(rows)
    (found,) = measure(table, tokenize(table), schema.FOLDS.empty_table(), StorySettings(), 1)
    return found


def test_the_parts_make_up_the_score_that_linkage_saw() -> None:
    """Every pair that linkage saw has the score that its parts give."""
    found = measured()
    pairs, model = found.pairs, found.model
    assert len(pairs.left) >= 9
    scores = pair_scores(found, pairs.left, pairs.right, StorySettings())
    np.testing.assert_allclose(scores.score, pairs.similarity, rtol=0, atol=1e-5)
    cosines = model.whole * scores.whole + model.lead * scores.lead + model.title * scores.title
    wanted = cosines * np.exp(-scores.gap_days / StorySettings().decay_days) - scores.crowding
    np.testing.assert_allclose(scores.score, wanted, rtol=0, atol=1e-6)


def test_order_of_a_pair_is_nothing() -> None:
    """A pair turned round has the same score, also one that linkage never saw."""
    found = measured()
    left, right = np.tril_indices(len(found.rows), -1)
    here = pair_scores(found, left, right, StorySettings())
    there = pair_scores(found, right, left, StorySettings())
    np.testing.assert_allclose(here.score, there.score, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("words", "kind"), [(0, "headlines"), (9, "headlines"), (60, "excerpts"), (500, "full")]
)
def test_lengths_choose_the_model(words: int, kind: str) -> None:
    """The median length of the texts chooses the weights, unless a setting names them."""
    lengths = np.array([words, words, 5000])
    assert edge_model(lengths, StorySettings()).kind == kind
    assert edge_model(lengths, StorySettings(texts="full")).kind == "full"


def test_no_texts_have_a_model() -> None:
    """An empty collection has weights too."""
    assert edge_model(np.empty(0, np.int64), StorySettings()).kind == "headlines"
