"""Text to token hashes: the one tokenizer that shingles, signatures and TF-IDF all read."""

from pipeline.text.columns import (
    lengths,
    list_arrays,
    list_column,
    offsets_of,
    string_arrays,
)
from pipeline.text.facts import Facts, names, numbers
from pipeline.text.parts import (
    Lines,
    Parts,
    first_parts,
    known_ends,
    last_parts,
    string_keys,
)
from pipeline.text.picked import (
    Picked,
    Slices,
    beginnings,
    bytes_held,
    endings,
    first_characters,
    last_characters,
    replaced,
    rows_that_match,
    taken,
    trimmed,
)
from pipeline.text.tokens import spans, token_column, tokenize, warm
from pipeline.text.words import KeptWords, PassingWords, Piece, Words

__all__ = [
    "Facts",
    "KeptWords",
    "Lines",
    "Parts",
    "PassingWords",
    "Picked",
    "Piece",
    "Slices",
    "Words",
    "beginnings",
    "bytes_held",
    "endings",
    "first_characters",
    "first_parts",
    "known_ends",
    "last_characters",
    "last_parts",
    "lengths",
    "list_arrays",
    "list_column",
    "names",
    "numbers",
    "offsets_of",
    "replaced",
    "rows_that_match",
    "spans",
    "string_arrays",
    "string_keys",
    "taken",
    "token_column",
    "tokenize",
    "trimmed",
    "warm",
]
