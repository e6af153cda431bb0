"""Rows of the exported tables as plain values, for formats that hold several tables."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import pyarrow as pa

from pipeline.export.formats import plain

_BLOCK_ROWS = 8192
_LONGEST_URL = 2048
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]")


def rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Give each row; timestamps are ISO 8601 in UTC."""
    for block in plain(table).to_batches(max_chunksize=_BLOCK_ROWS):
        yield from block.to_pylist()


def urn(kind: str, name: str) -> str:
    """Name a story or an article for the whole world: the same id, the same name.

    A UUID of version 5 (RFC 9562) over ``kind`` and ``name``.
    """
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'storyfold:{kind}:{name}')}"


def web_url(url: str | None) -> str | None:
    """Give a URL that may be followed: of http or https, with a host; otherwise None.

    What a crawler found may be anything, a ``javascript:`` URL among it.
    """
    if not url or len(url) > _LONGEST_URL or _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
