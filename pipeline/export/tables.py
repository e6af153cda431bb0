"""The exported tables, put together from what the stages found."""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import schema
from pipeline.export.outlets import with_outlets


def run_id(articles: pa.Table, settings_json: str) -> str:
    """Name a run by what it read and how: the same articles and settings, the same name.

    Parameters
    ----------
    articles : table of schema.CLEANED, and ``words``
        All articles of the run.
    settings_json : str
        The settings, as JSON.
    """
    digest = hashlib.blake2b(settings_json.encode(), digest_size=8)
    digest.update("\n".join(articles["article_id"].to_pylist()).encode())
    for name in ("published", "words"):
        digest.update(articles[name].cast(pa.int64()).fill_null(0).to_numpy().tobytes())
    return digest.hexdigest()


def tables(
    articles: pa.Table,
    rejects: pa.Table,
    pairs: pa.Table,
    folds: pa.Table,
    roundups: NDArray[np.int32],
    stories: pa.Table,
    memberships: pa.Table,
    links: pa.Table,
    run: str,
) -> dict[str, pa.Table]:
    """Put the exported tables together.

    Parameters
    ----------
    articles : table of schema.CLEANED, and ``words`` (int32)
        All articles.
    rejects : table of schema.REJECTS
        Records that became no article.
    pairs, folds : tables of schema.VERIFIED_PAIRS, schema.FOLDS
        Reposts, by article row.
    roundups : int32 array
        Rows of articles that contain articles unrelated to each other.
    stories, memberships : tables of schema.STORIES, schema.MEMBERSHIPS
        Stories, and every article row with its story's row.
    links : table of schema.STORY_LINKS
    run : str
        Stamped on every row that has a ``run_id``.

    Returns
    -------
    dict of str to table
        One for each name in schema.EXPORTS, with that schema.
    """
    ids = articles["article_id"]
    kept_id = _scattered(len(articles), folds["article"], _take(ids, folds["kept"]))
    story_of = _take(stories["story_id"], memberships["story"])
    story_id = _scattered(len(articles), memberships["article"], story_of)
    members = articles.take(memberships["article"])
    reposts = pa.table(
        {
            **_columns(folds),
            "article_id": _take(ids, folds["article"]),
            "kept_id": _take(ids, folds["kept"]),
        }
    )
    columns = {
        "articles": {
            **_columns(articles),
            "story_id": story_id,
            "kept_id": kept_id,
            "roundup": _marked(len(articles), roundups),
        },
        "duplicates": _columns(with_outlets(reposts, articles)),
        "pairs": {
            **_columns(pairs),
            "article_id": _take(ids, pairs["left"]),
            "other_id": _take(ids, pairs["right"]),
            "article_shingles": pairs["left_shingles"],
            "other_shingles": pairs["right_shingles"],
        },
        "stories": _columns(stories),
        "members": {**_columns(members), **_columns(memberships), "story_id": story_of},
        "story_events": {
            "story_id": stories["story_id"],
            "event": _repeated("born", len(stories)),
            "other_id": pa.nulls(len(stories), pa.string()),
            "at": stories["first_published"],
        },
        "story_links": _columns(links),
        "rejects": _columns(rejects),
    }
    return {name: _table(found, schema.EXPORTS[name], run) for name, found in columns.items()}


def _columns(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    return dict(zip(table.column_names, table.columns, strict=True))


def _table(columns: dict[str, pa.ChunkedArray], wanted: pa.Schema, run: str) -> pa.Table:
    n_rows = len(next(iter(columns.values())))
    columns = {**columns, "run_id": _repeated(run, n_rows)}
    return pa.table([columns[name] for name in wanted.names], schema=wanted)


def _repeated(value: str, n_rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), n_rows)


def _take(values: pa.ChunkedArray, rows: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.take(values, rows)


def _marked(n_rows: int, rows: NDArray[np.int32]) -> pa.Array:
    marked = np.zeros(n_rows, dtype=np.bool_)
    marked[rows] = True
    return pa.array(marked)


def _scattered(n_rows: int, rows: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put values at rows; null everywhere else."""
    place = np.full(n_rows, -1, dtype=np.int64)
    place[rows.to_numpy()] = np.arange(len(rows))
    return pc.take(values, pa.array(place, mask=place < 0))
