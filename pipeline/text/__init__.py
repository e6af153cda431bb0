"""Text to token hashes: the one tokenizer that shingles, signatures and TF-IDF all read."""

from pipeline.text.columns import (
    first_characters,
    last_characters,
    lengths,
    list_arrays,
    list_column,
    offsets_of,
    replaced,
    rows_with,
    string_arrays,
    taken,
    trimmed,
)
from pipeline.text.facts import Facts, names, numbers
from pipeline.text.tokens import spans, tokenize, warm

__all__ = [
    "Facts",
    "first_characters",
    "last_characters",
    "lengths",
    "list_arrays",
    "list_column",
    "names",
    "numbers",
    "offsets_of",
    "replaced",
    "rows_with",
    "spans",
    "string_arrays",
    "taken",
    "tokenize",
    "trimmed",
    "warm",
]
