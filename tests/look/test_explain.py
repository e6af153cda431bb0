"""Explanations: the same figures that the grouping used, and what they say."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import numpy as np
import orjson
import pytest
from rich.console import Console

from pipeline import dedup, stages, stories
from pipeline.errors import InputError
from pipeline.look import terminal
from pipeline.look.explain import Explanation, explain_archived, explain_inputs
from pipeline.settings import Settings
from pipeline.stories.assign import assign
from tests.archive.runs import article, batch

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = str(ROOT / "data" / "sample" / "input")
SETTINGS = Settings(threads=1)


def test_scores_are_those_of_the_grouping() -> None:
    """For every kept article: each pair's score, the threshold, and who is a member."""
    job = stages.Job([SAMPLE], Path(), SETTINGS, datetime.now(UTC))
    articles = stages.read(job)
    tokens = stages.tokenize(job, articles)
    found = stages.fold(job, articles, tokens)
    known = stories.Known(dedup.update_rows(found.pairs), dedup.roundup_rows(found.pairs))
    given = (articles.articles, tokens.table, found.folds, SETTINGS.stories)
    grouping = stories.group(*given, 1, known)
    story_of = dict(
        zip(*(grouping.memberships[name].to_pylist() for name in ("article", "story")), strict=True)
    )
    for one in assign(*given, 1, known):
        for at in range(0, len(one.rows), 7):
            why = stories.evidence(*given, int(one.rows[at]), 1, known)
            left, right = one.rows[one.pairs.left], one.rows[one.pairs.right]
            pairs = {
                frozenset(pair): score
                for *pair, score in zip(left, right, one.pairs.similarity, strict=True)
            }
            told = {
                frozenset((one.rows[at], r)): s for r, s in zip(why.rows, why.scores, strict=True)
            }
            assert told == {pair: s for pair, s in pairs.items() if one.rows[at] in pair}
            assert why.threshold == one.model.threshold
            assert why.stray_threshold == one.model.stray * one.model.threshold
            assert why.stray == one.stray[at]
            own = {row for row, story in story_of.items() if story == story_of[one.rows[at]]}
            assert set(why.stories[0].tolist()) == own - set(found.folds["article"].to_pylist())
            others = why.stories[0][why.stories[0] != one.rows[at]]
            scores = [told.get(frozenset((one.rows[at], row)), 0.0) for row in others]
            assert why.means[0] == pytest.approx(np.mean(scores) if scores else 0.0)


def test_a_repost_is_told_as_one() -> None:
    """Of what, by which relation and figures; then why the kept article is where it is."""
    why = explain_inputs([SAMPLE], SETTINGS, "mws-001")
    assert why.repost is not None
    assert (why.repost["article_id"], why.repost["relation"]) == ("gazette-001", "near")
    assert 0.7 < why.repost["jaccard"] < 1
    assert why.members == 3
    assert any(row["member"] and row["score"] > why.threshold for row in why.nearest)
    terms = [word for row in why.nearest if row["member"] for word in row["terms"]]
    assert "Tamrin" in terms
    assert why.score > why.threshold
    assert why.close
    assert why.score > max(row["score"] for row in why.close)


def page_of(why: Explanation) -> str:
    out = StringIO()
    terminal.show(Console(file=out, width=400), terminal.explanation_page(why))
    return out.getvalue()


def test_a_roundup_is_told_as_one() -> None:
    """It joins no story, and the page says so instead of a threshold."""
    why = explain_inputs([SAMPLE], SETTINGS, "post-001")
    assert (why.roundup, why.members, why.stray) == (True, 1, False)
    assert "A roundup: it contains articles unrelated to each other" in page_of(why)
    assert "groups join from" not in page_of(why)


def test_a_stray_is_told_as_one() -> None:
    """The page names the threshold for articles that were left alone, and no group's."""
    why = explain_inputs([SAMPLE], SETTINGS, "mws-001")
    assert "on average with the others; groups join from" in page_of(why)
    stray = page_of(replace(why, stray=True))
    assert "The story was found without it; one article alone joins a group from" in stray
    assert "groups join from" not in stray


def test_an_archive_is_explained_from_its_own_texts(tmp_path: Path) -> None:
    """With the score that one run over the same articles gives, where these are all there are."""
    flood = "The flood at Alder mill rose overnight and closed the Alder bridge to carts. "
    texts = [flood + f"Miller Ansgar number{n} moved his flour{n} to the loft." for n in range(3)]
    texts += [
        f"Tram drivers in Vossburg{n} walked out over night shifts again{n}." for n in range(3)
    ]
    rows = [article(f"a{n}", text * 2, n / 24) for n, text in enumerate(texts)]
    batch(tmp_path, rows)
    (tmp_path / "all.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    kept = explain_archived(str(tmp_path / "archive"), SETTINGS, "a1")
    once = explain_inputs([str(tmp_path / "all.jsonl")], SETTINGS, "a1")
    assert kept == once
    assert kept.members > 1


def test_an_unknown_article_is_explained(tmp_path: Path) -> None:
    """The error names it, and where ids stand."""
    with pytest.raises(InputError, match=r"no article nothing in .*article_id"):
        explain_inputs([SAMPLE], SETTINGS, "nothing")
