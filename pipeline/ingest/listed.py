"""Feeds, sitemaps and single pages, from files and from the web."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa

from pipeline.ingest.batch import Batch, Reject
from pipeline.ingest.encodings import decode_html
from pipeline.ingest.listing import Entry, Listing, parse_listing
from pipeline.ingest.records import empty_batch, make_batch
from pipeline.ingest.sources import Source
from pipeline.settings import IngestSettings

_SITEMAPS = 100  # that an index may lead to, and those of that index again
_AT_ONCE = 64  # entries a batch
_COLUMNS = (
    "url", "fetched_url", "title", "published", "crawled", "language", "byline", "source", "text",
    "html",
)  # fmt: skip


def read_listed(source: Source, settings: IngestSettings) -> Iterator[Batch]:
    """Read the entries of a feed or sitemap in a file; a position is an entry's number."""
    data = Path(source.name).read_bytes()
    if not data:
        yield empty_batch([Reject(source.name, None, "empty file")])
        return
    try:
        listing = parse_listing(data)
    except ValueError as error:
        yield empty_batch([Reject(source.name, None, str(error))], len(data))
        return
    yield empty_batch([], len(data))  # it was read, whatever is in it
    with _Reading(source.name, settings) as reading:
        yield from reading.batches(listing)


def read_address(source: Source, settings: IngestSettings) -> Iterator[Batch]:
    """Read what is at a URL: a feed, a sitemap, or a page."""
    from pipeline.ingest.web import FetchError

    with _Reading(source.name, settings) as reading:
        try:
            found = reading.web.get(source.name)
        except FetchError as error:
            yield empty_batch([Reject(source.name, None, f"cannot be fetched: {error}")])
            return
        if _is_page(found):
            yield reading.batch([(1, _Row(Entry(None), found))])
            return
        try:
            listing = parse_listing(found.data, found.url, found.content_type)
        except ValueError as error:
            yield empty_batch([Reject(source.name, None, str(error))])
            return
        yield empty_batch([])
        yield from reading.batches(listing)


def _is_page(found: Any) -> bool:
    head = found.data[:1024].lower()
    return b"<html" in head or b"<!doctype html" in head


class _Row(NamedTuple):
    """An entry, and its page where that was fetched."""

    entry: Entry
    page: Any = None


class _Reading:
    """The reading of one listing, which may take it to the web."""

    def __init__(self, name: str, settings: IngestSettings) -> None:
        self._name = name
        self._settings = settings
        self._web: Any = None
        self._now = datetime.now(UTC)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._web:
            self._web.__exit__(*error)

    @property
    def web(self) -> Any:
        """The session, begun when first needed."""
        if self._web is None:
            from pipeline.ingest.web import Web

            self._web = Web(self._settings).__enter__()
        return self._web

    def batches(self, listing: Listing) -> Iterator[Batch]:
        """Give what a listing lists, pages fetched as the settings say."""
        entries = listing.entries
        faults: list[Reject] = []
        if listing.sitemaps:
            entries, faults = self._of_sitemaps(listing)
        if listing.is_sitemap:
            recent = [entry for entry in entries if self._is_recent(entry.published)]
            if entries and not recent:
                faults.append(
                    Reject(self._name, None, f"none of its {len(entries)} pages changed in the last"
                    f" {self._settings.sitemap_days:g} days (ingest.sitemap_days)")
                )  # fmt: skip
            entries = recent
        if not entries and not faults:
            faults = [Reject(self._name, None, "no entries")]
        if faults:
            yield empty_batch(faults)
        to_fetch = self._to_fetch(entries, is_sitemap=listing.is_sitemap)
        for start in range(0, len(entries), _AT_ONCE):
            some = entries[start : start + _AT_ONCE]
            pages = self._pages(some, to_fetch[start : start + _AT_ONCE], start)
            rows = [_Row(entry, page) for entry, page in zip(some, pages, strict=True)]
            yield self.batch(list(enumerate(rows, start + 1)), is_sitemap=listing.is_sitemap)

    def batch(self, rows: Sequence[tuple[int, _Row]], *, is_sitemap: bool = False) -> Batch:
        """Make a batch of numbered rows.

        A page that was not to be had is told of; where a feed told of it, what the feed itself
        gives of it stands.
        """
        missing = [(at, row) for at, row in rows if isinstance(row.page, Exception)]
        rejects = [
            Reject(self._name, at, f"page not fetched: {row.page}", row.entry.url or "")
            for at, row in missing
        ]
        lost = {at for at, _ in missing} if is_sitemap else set()
        kept = [(at, self._fields(row)) for at, row in rows if at not in lost]
        columns = {
            name: pa.chunked_array([pa.array([row[name] for _, row in kept], pa.large_string())])
            for name in _COLUMNS
        }
        positions = np.array([at for at, _ in kept], dtype=np.int64)
        return make_batch(self._name, columns, positions, {}, rejects)

    def _fields(self, row: _Row) -> dict[str, str | None]:
        entry, page = row
        fields = dict.fromkeys(_COLUMNS) | {
            name: getattr(entry, name)
            for name in ("url", "title", "published", "language", "byline", "source")
        }
        fields["crawled"] = self._now.isoformat(timespec="seconds")
        if page is None or isinstance(page, Exception):
            fields["text"] = _plain(entry.html or entry.summary)
            return fields
        fields["html"], fields["fetched_url"] = decode_html(page.data, page.charset), page.url
        return fields

    def _to_fetch(self, entries: list[Entry], *, is_sitemap: bool) -> list[bool]:
        when = "always" if is_sitemap else self._settings.feed_pages
        return [when == "always" or (when == "summaries" and not entry.html) for entry in entries]

    def _pages(self, entries: list[Entry], wanted: list[bool], before: int) -> list[Any]:
        """Fetch the pages that are wanted; an exception stands for one that cannot be had."""
        left = max(self._settings.page_limit - before, 0)
        asked = [
            entry.url for entry, want in zip(entries, wanted, strict=True) if want and entry.url
        ]
        found = self.web.pages(asked[:left]) if asked[:left] else iter(())
        beyond = ValueError("more pages than ingest.page_limit")
        return [
            (next(found, beyond) if entry.url else ValueError("it has no URL")) if want else None
            for entry, want in zip(entries, wanted, strict=True)
        ]

    def _is_recent(self, changed: str | None) -> bool:
        try:
            moment = datetime.fromisoformat(changed or "")
        except ValueError:
            return True  # unknown
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return self._now - moment <= timedelta(days=self._settings.sitemap_days)

    def _of_sitemaps(self, index: Listing) -> tuple[list[Entry], list[Reject]]:
        """Follow an index, and the indexes it leads to, once."""
        from pipeline.ingest.web import FetchError

        entries: list[Entry] = []
        faults: list[Reject] = []
        waiting = [url for url, changed in index.sitemaps if self._is_recent(changed)]
        seen: set[str] = set()
        while waiting and len(seen) < _SITEMAPS:
            url = waiting.pop(0)
            if url in seen:
                continue
            seen.add(url)
            try:
                found = self.web.get(url)
                listing = parse_listing(found.data, found.url, found.content_type)
            except (FetchError, ValueError) as error:
                faults.append(Reject(self._name, len(seen), f"{url}: {error}"))
                continue
            entries += listing.entries
            waiting += [url for url, changed in listing.sitemaps if self._is_recent(changed)]
        if waiting:
            faults.append(Reject(self._name, len(seen), f"{len(waiting)} more sitemaps not read"))
        return entries, faults


def _plain(html: str | None) -> str | None:
    if not html:
        return None
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=False, alt_texts=False)).strip() or None
