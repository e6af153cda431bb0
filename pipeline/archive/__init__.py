"""The persistent state: Delta tables in one folder or bucket, that runs add to."""

from pipeline.archive.days import around, day_of, days_column, union
from pipeline.archive.files import Span
from pipeline.archive.opening import open_archive, writing
from pipeline.archive.reading import rows_where
from pipeline.archive.store import Archive, heir, words_of
from pipeline.archive.tables import KEYS, TABLES
from pipeline.archive.upkeep import Doomed, compact, erase, tidy

__all__ = [
    "KEYS",
    "TABLES",
    "Archive",
    "Doomed",
    "Span",
    "around",
    "compact",
    "day_of",
    "days_column",
    "erase",
    "heir",
    "open_archive",
    "rows_where",
    "tidy",
    "union",
    "words_of",
    "writing",
]
