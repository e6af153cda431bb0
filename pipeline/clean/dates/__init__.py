"""Dates as sites write them to UTC, or to nothing: never a guess."""

from pipeline.clean.dates.column import Dates, parse_date, published_columns, read_date
from pipeline.clean.dates.relative import counts_back
from pipeline.clean.dates.settle import settle_dates
from pipeline.clean.dates.written import names_day

__all__ = [
    "Dates",
    "counts_back",
    "names_day",
    "parse_date",
    "published_columns",
    "read_date",
    "settle_dates",
]
