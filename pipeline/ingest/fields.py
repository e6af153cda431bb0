"""Names of fields: ours, the common others, and the user's own."""

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.errors import InputError, SettingsError

TEXT_FIELDS = ("text", "page_text", "html")
"""A record needs one of these, or a headline at least."""
FIELDS = tuple(name for name in schema.RECORDS.names if name not in ("input", "position"))

_ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("article_id", "doc_id", "_id", "guid", "uuid"),
    "url": ("link", "uri", "href", "canonical_url", "source_url"),
    "fetched_url": ("requested_url", "final_url"),
    "source": ("site", "domain", "outlet", "publisher", "publication", "site_name", "hostname"),
    "title": ("headline", "name"),
    "published": (
        "date", "publish_date", "published_at", "date_published", "datePublished", "pub_date",
        "pubDate", "date_publish", "published_date", "publication_date", "datetime", "timestamp",
        "created_at",
    ),
    "crawled": ("crawled_at", "crawl_date", "date_download", "fetched", "fetched_at", "retrieved"),
    "language": ("lang",),
    "byline": ("author", "authors", "creator"),
    "original_url": ("syndicated_from",),
    "text": ("content", "body", "article", "article_body", "articleBody", "maintext", "full_text"),
    "page_text": ("visible_text", "plain_text"),
    "html": ("raw_html", "page_html"),
}  # fmt: skip


def names_of(field: str, mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Give the names under which a field is sought, the first that holds a value wins."""
    if field in mapping:
        return (mapping[field],)
    taken = set(mapping.values())
    return tuple(name for name in (field, *_ALIASES[field]) if name not in taken)


def all_names(mapping: Mapping[str, str]) -> dict[str, str]:
    """Map every name that may stand in an input to our field.

    Raises
    ------
    SettingsError
        The mapping names a field that we do not have.
    """
    for ours in mapping:
        if ours not in FIELDS:
            raise SettingsError(f"--field: got {ours!r}; expected one of {', '.join(FIELDS)}")
    return {name: field for field in FIELDS for name in names_of(field, mapping)}


def pick(
    columns: Mapping[str, pa.ChunkedArray], n_rows: int, mapping: Mapping[str, str]
) -> dict[str, pa.ChunkedArray]:
    """Choose each of our fields from columns of text; empty values count as absent."""
    picked = {}
    for field in FIELDS:
        kind = schema.RECORDS.field(field).type
        found = [columns[name] for name in names_of(field, mapping) if name in columns]
        found = [_absent_if_empty(column) for column in found if column.null_count < n_rows]
        merged = pc.coalesce(*found) if len(found) > 1 else found[0] if found else None
        picked[field] = pa.nulls(n_rows, kind) if merged is None else merged.cast(kind)
    return picked


def has_text(names: Iterable[str], mapping: Mapping[str, str]) -> bool:
    """Tell whether any of the names holds text, or headlines at least."""
    known = all_names(mapping)
    return any(known.get(name) in (*TEXT_FIELDS, "title") for name in names)


def _absent_if_empty(column: pa.ChunkedArray) -> pa.ChunkedArray:
    empty = pc.equal(pc.binary_length(column), 0)
    if not pc.any(empty).as_py():
        return column
    return pc.if_else(empty, pa.scalar(None, column.type), column)


def check_mapped(name: str, columns: Iterable[str], mapping: Mapping[str, str]) -> None:
    """See that a file with a header has every column that the user mapped.

    Raises
    ------
    InputError
        A mapped column is not there; the message lists those that are.
    """
    present = list(columns)
    for ours, theirs in mapping.items():
        if theirs not in present:
            raise InputError(
                f"--field {ours}={theirs}: {name} has no column {theirs!r}; "
                f"expected one of {', '.join(present)}"
            )
