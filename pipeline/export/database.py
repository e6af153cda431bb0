"""All tables in one SQLite file, with indexes and full-text search."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.export.rows import rows

_KEYS = {"articles": "article_id", "stories": "story_id"}
_REFERENCES = {
    ("articles", "story_id"): "stories(story_id)",
    ("articles", "kept_id"): "articles(article_id)",
    ("duplicates", "article_id"): "articles(article_id)",
    ("duplicates", "kept_id"): "articles(article_id)",
    ("pairs", "article_id"): "articles(article_id)",
    ("pairs", "other_id"): "articles(article_id)",
    ("stories", "representative_id"): "articles(article_id)",
    ("members", "story_id"): "stories(story_id)",
    ("members", "article_id"): "articles(article_id)",
    ("story_events", "story_id"): "stories(story_id)",
    ("story_links", "story_id"): "stories(story_id)",
    ("story_links", "other_id"): "stories(story_id)",
}
"""Columns that name a row elsewhere: Datasette makes them links. They are not enforced, for
a span of an archive ends somewhere."""
_INDEXED = {
    ("articles", "source"),
    ("articles", "published"),
    ("articles", "language"),
    ("stories", "first_published"),
    ("stories", "last_published"),
    ("duplicates", "relation"),
    ("story_events", "at"),
}
_SEARCHED = {"articles": ("title", "source"), "stories": ("title", "keywords", "lead")}


def write_sqlite(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Write a SQLite database of all tables.

    Times are ISO 8601 in UTC, lists are JSON arrays. ``articles_fts`` and ``stories_fts``
    are FTS5 indexes over headlines; they fold case and diacritics.

    Parameters
    ----------
    tables : mapping of str to table
        By the names of schema.EXPORTS.
    path : Path
    """
    import sqlite3

    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")  # the file counts once it is renamed
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        for name, table in tables.items():
            database.execute(_create(name, table.schema))
            places = ", ".join("?" * table.num_columns)
            database.executemany(f"INSERT INTO {name} VALUES ({places})", _values(table))  # noqa: S608 - our names
        for name, table in tables.items():
            for statement in _indexes(name, table.column_names):
                database.execute(statement)
        database.execute("COMMIT")


def _create(name: str, kind: pa.Schema) -> str:
    return f"CREATE TABLE {name} ({', '.join(_column(name, field) for field in kind)})"


def _column(table: str, field: pa.Field) -> str:
    words = [field.name, _sql_type(field.type)]
    if _KEYS.get(table) == field.name:
        words.append("PRIMARY KEY")
    if (table, field.name) in _REFERENCES:
        words.append(f"REFERENCES {_REFERENCES[table, field.name]}")
    return " ".join(words)


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return "INTEGER"
    return "REAL" if pa.types.is_floating(kind) else "TEXT"


def _values(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    import orjson

    for row in rows(table):
        yield tuple(
            orjson.dumps(value).decode() if isinstance(value, list) else value
            for value in row.values()
        )


def _indexes(name: str, columns: list[str]) -> Iterator[str]:
    for column in columns:
        wanted = (name, column) in _REFERENCES or (name, column) in _INDEXED
        if wanted and _KEYS.get(name) != column:
            yield f"CREATE INDEX {name}_{column} ON {name}({column})"
    searched = ", ".join(column for column in _SEARCHED.get(name, ()) if column in columns)
    if searched:
        yield (
            f"CREATE VIRTUAL TABLE {name}_fts USING fts5({searched}, "
            f'content="{name}", '  # in these quotes Datasette looks for it
            "tokenize='unicode61 remove_diacritics 2')"
        )
        yield f"INSERT INTO {name}_fts({name}_fts) VALUES ('rebuild')"  # noqa: S608 - our names
