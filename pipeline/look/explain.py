"""Why an article is where it is: nearest members, shared terms, scores, and what came close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, dedup, schema, stages, stories, text
from pipeline.errors import InputError
from pipeline.job import Job
from pipeline.settings import Settings

_NEAREST, _CLOSE = 8, 5


@dataclass(frozen=True)
class Explanation:
    """Why an article is in its story."""

    article: dict[str, Any]
    """Its id, title, source and date."""
    repost: dict[str, Any] | None
    """Of which article it is a repost, by which relation and figures; None where it is kept."""
    compared: list[dict[str, Any]]
    """Other articles that it shares text with, and what the two are to each other."""
    members: int
    """Kept articles of its story, itself included."""
    score: float
    """Mean score with the others of its story."""
    threshold: float
    """Mean score of all pairs of two groups that joins them."""
    stray: bool
    """Whether groups were made without it, and it was then put into the nearest."""
    stray_threshold: float
    """Mean score with the members of a story at which that happens."""
    roundup: bool
    """Whether it contains articles unrelated to each other, and so joins no story."""
    among: int
    """Kept articles of its language that it was compared with."""
    nearest: list[dict[str, Any]]
    """Articles that score highest: score, cosines, gap in days, terms, whether a member."""
    close: list[dict[str, Any]]
    """Stories that came close: a headline, kept articles, mean score."""


def explain_inputs(inputs: Sequence[str], settings: Settings, article_id: str) -> Explanation:
    """Explain an article of some inputs, by the stages of a run over them.

    Raises
    ------
    InputError
        The inputs have no such article.
    """
    job = Job(inputs, Path(), settings, datetime.now(UTC))
    articles = stages.read(job)
    tokens = stages.tokenize(job, articles)
    found = stages.fold(job, articles, tokens)
    return _explained(
        articles.articles, tokens.table, found.folds, found.pairs, settings, article_id
    )


def explain_archived(root: str, settings: Settings, article_id: str) -> Explanation:
    """Explain an article of an archive, among the articles of the days around its story.

    Scores are measured anew: the weights of words are those of these days, as they are now.

    Raises
    ------
    ArchiveError
    InputError
        The archive has no such article.
    """
    past = archive.open_archive(root, settings)
    mine = past.read("members", where=pc.field("article_id") == article_id)
    if not len(mine):
        raise _unknown(article_id, root)
    [row] = past.read("stories", where=pc.field("story_id") == mine["story_id"][0]).to_pylist()
    reach = timedelta(days=int(settings.stories.window_days) + 1)
    spans = [(row["first_day"] - reach, row["last_day"] + reach)]
    members = past.read("members", spans)
    articles = archive.words_of(past.articles(members)).sort_by("article_id").combine_chunks()
    ids = articles["article_id"].combine_chunks()
    folds = _at(past.read("duplicates", spans), schema.FOLDS, ids, "article_id", "kept_id")
    pairs = _at(past.read("pairs", spans), schema.VERIFIED_PAIRS, ids, "article_id", "other_id")
    tokens = text.tokenize(articles, settings.threads)
    return _explained(articles, tokens, folds, pairs, settings, article_id)


def _at(rows: pa.Table, kind: pa.Schema, ids: pa.Array, one: str, other: str) -> pa.Table:
    """Turn rows of ids into rows of article rows, where both are at hand and still hold."""
    rows = rows.filter(rows["jaccard"].is_valid())
    left, right = pc.index_in(rows[one], ids), pc.index_in(rows[other], ids)
    renamed = {"left_shingles": "article_shingles", "right_shingles": "other_shingles"}
    columns = [left, right] + [rows[renamed.get(name, name)] for name in kind.names[2:]]
    table = pa.table(columns, schema=kind)
    return table.filter(pc.and_(left.is_valid(), right.is_valid())).combine_chunks()


def _explained(
    articles: pa.Table,
    tokens: pa.Table,
    folds: pa.Table,
    pairs: pa.Table,
    settings: Settings,
    article_id: str,
) -> Explanation:
    at = pc.index(articles["article_id"], pa.scalar(article_id)).as_py()
    if at < 0:
        raise _unknown(article_id, "these inputs")
    fold = folds.filter(pc.equal(folds["article"], at)).to_pylist()
    kept = fold[0]["kept"] if fold else at
    known = stories.Known(dedup.update_rows(pairs), dedup.roundup_rows(pairs))
    why = stories.evidence(articles, tokens, folds, settings.stories, kept, settings.threads, known)
    own = set(why.stories[0].tolist())
    nearest = why.rows[:_NEAREST].tolist()
    words = _words(articles, kept, why.terms[:_NEAREST])
    rows = [
        {
            **_about(articles, other),
            "member": other in own,
            "score": float(why.scores[k]),
            **dict(zip(("text", "lead", "headline"), why.cosines[k].tolist(), strict=True)),
            "days": None if np.isnan(why.gaps[k]) else float(why.gaps[k]),
            "terms": words[k],
        }
        for k, other in enumerate(nearest)
    ]
    repost = {**_about(articles, kept), **_figures(fold[0])} if fold else None
    close = zip(why.stories[1 : _CLOSE + 1], why.means[1 : _CLOSE + 1].tolist(), strict=True)
    return Explanation(
        _about(articles, at),
        repost,
        _compared(articles, pairs, at),
        len(own),
        float(why.means[0]),
        why.threshold,
        why.stray,
        why.stray_threshold,
        bool(np.isin(kept, known.alone)),
        why.n_compared,
        rows,
        [
            {**_about(articles, int(group[0])), "articles": len(group), "score": mean}
            for group, mean in close
        ],
    )


def _about(articles: pa.Table, row: int) -> dict[str, Any]:
    return (
        articles.select(["article_id", "title", "source", "published"]).slice(row, 1).to_pylist()[0]
    )


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("relation", "jaccard", "containment", "shared_shingles")}


def _compared(articles: pa.Table, pairs: pa.Table, at: int) -> list[dict[str, Any]]:
    hit = pc.or_(pc.equal(pairs["left"], at), pc.equal(pairs["right"], at))
    rows = pairs.filter(hit).sort_by([("jaccard", "descending")]).to_pylist()
    others = (row["right"] if row["left"] == at else row["left"] for row in rows)
    return [
        {**_about(articles, other), **_figures(row)}
        for row, other in zip(rows, others, strict=True)
    ]


def _words(articles: pa.Table, row: int, terms: Any) -> list[list[str]]:
    """Spell the terms as the article does."""
    one = articles.slice(row, 1).to_pylist()[0]
    said = f"{one['text'] or ''}\n{one['title'] or ''}"
    wanted = np.stack([terms.ravel(), np.zeros(terms.size, dtype=np.uint64)], axis=1)
    column = pa.chunked_array([pa.array([said], pa.large_string())])
    data = said.encode()
    places = text.spans(column, wanted[np.newaxis]).reshape(*terms.shape, 2).tolist()
    return [[data[a:b].decode() for a, b in many if a >= 0] for many in places]


def _unknown(article_id: str, place: str) -> InputError:
    return InputError(
        f"no article {article_id} in {place}; expected an id from the column article_id of the "
        "table members"
    )
