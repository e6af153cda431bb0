"""The persistent state: Delta tables in one folder or bucket, that runs add to."""

from pipeline.archive.days import around, day_of, days_column, union
from pipeline.archive.store import Archive, open_archive, words_of, writing
from pipeline.archive.tables import KEYS, TABLES, Span

__all__ = [
    "KEYS",
    "TABLES",
    "Archive",
    "Span",
    "around",
    "day_of",
    "days_column",
    "open_archive",
    "union",
    "words_of",
    "writing",
]
