"""What a feed or a sitemap lists."""

import gzip
import io
import json
import zlib
from typing import Any, NamedTuple
from urllib.parse import urljoin

from pipeline.ingest.bylines import byline_of
from pipeline.ingest.encodings import decode_html

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LEAST_CONTENT = 2
"""Content that is so many times as long as the summary is the article; else it repeats it."""


class Entry(NamedTuple):
    """One article that is listed; None where nothing is said."""

    url: str | None
    title: str | None = None
    published: str | None = None
    language: str | None = None
    byline: str | None = None
    source: str | None = None
    html: str | None = None
    """The article, where the feed gives it whole."""
    summary: str | None = None
    """HTML too."""


class Listing(NamedTuple):
    """All that is listed."""

    entries: list[Entry]
    sitemaps: tuple[tuple[str, str | None], ...] = ()
    """Of an index: other sitemaps, and when each changed."""
    is_sitemap: bool = False


def parse_listing(data: bytes, address: str | None = None, content_type: str = "") -> Listing:
    """Read RSS, Atom, a JSON feed, a sitemap, or an index of sitemaps.

    Entities and external references of XML stay without effect.

    Parameters
    ----------
    data : bytes
        As it lies or was fetched, perhaps gzipped.
    address : str, optional
        Where it was found: relative links start there.
    content_type : str
        By HTTP; its charset counts.

    Raises
    ------
    ValueError
        It is none of these.
    """
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Listing(_json_feed(data, address))
    if (root := _sitemap_root(data)) is not None:
        return _sitemap(root, address)
    return Listing(_feed(data, address, content_type))


def _unpacked(data: bytes, limit: int = 1 << 28) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            unpacked = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"damaged file: {error}") from error
    if len(unpacked) > limit:
        raise ValueError(f"larger than {limit >> 20} MB when unpacked")
    return unpacked


def _json_feed(data: bytes, address: str | None) -> list[Entry]:
    try:
        feed = json.loads(decode_html(data))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in str(feed.get("version", "")):
        raise ValueError("no JSON feed: expected a version of jsonfeed.org and a list of items")
    return [_json_entry(item, feed, address) for item in items if isinstance(item, dict)]


def _json_entry(item: dict[str, Any], feed: dict[str, Any], address: str | None) -> Entry:
    def text(*names: str) -> str | None:
        return next((item[name] for name in names if isinstance(item.get(name), str)), None)

    content = text("content_html") or _as_html(text("content_text"))
    return Entry(
        url=_absolute(text("url", "external_url"), address),
        title=text("title"),
        published=text("date_published", "date_modified"),
        language=text("language") or _string(feed.get("language")),
        byline=byline_of(item.get("authors") or item.get("author")) or None,
        html=content,
        summary=_as_html(text("summary")),
    )


def _as_html(text: str | None) -> str | None:
    import html

    return text and "<p>" + html.escape(text).replace("\n\n", "</p><p>") + "</p>"


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _absolute(url: str | None, address: str | None) -> str | None:
    try:
        return urljoin(address or "", url.strip()) if url else None
    except ValueError:
        return None


def _sitemap_root(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    known = root is not None and isinstance(root.tag, str)
    return root if known and _local(root) in ("urlset", "sitemapindex") else None


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _sitemap(root: Any, address: str | None) -> Listing:
    told = [_told(item) for item in root if isinstance(item.tag, str)]
    told = [{**item, "loc": _absolute(item.get("loc"), address) or ""} for item in told]
    if _local(root) == "sitemapindex":
        found = tuple((item["loc"], item.get("lastmod")) for item in told if item["loc"])
        return Listing([], found, is_sitemap=True)
    entries = [
        Entry(
            url=item["loc"] or None,
            title=item.get("title"),
            published=item.get("publication_date") or item.get("lastmod"),
            language=item.get("language"),
            source=item.get("name"),
        )
        for item in told
    ]
    return Listing(entries, is_sitemap=True)


def _told(item: Any) -> dict[str, str]:
    """Gather what a sitemap says of a page, and its news extension; not of its images."""
    found: dict[str, str] = {}
    for element in item.iter():
        space = str(element.tag).partition("}")[0]
        ours = space in ("{" + _SITEMAPS, str(element.tag)) or "sitemap-news" in space
        if isinstance(element.tag, str) and ours and (element.text or "").strip():
            found.setdefault(_local(element), element.text.strip())
    return found


def _feed(data: bytes, address: str | None, content_type: str) -> list[Entry]:
    import feedparser

    headers = {"content-type": content_type} if content_type else {}
    if address:
        headers["content-location"] = address
    feed = feedparser.parse(io.BytesIO(data), response_headers=headers, sanitize_html=False)
    if not feed.version:
        raise ValueError("neither a feed (RSS, Atom, JSON) nor a sitemap")
    return [_feed_entry(entry, feed.feed, address) for entry in feed.entries]


def _feed_entry(entry: Any, feed: Any, address: str | None) -> Entry:
    contents = [str(content.get("value") or "") for content in entry.get("content", [])]
    content, summary = max(contents, key=len, default=""), str(entry.get("summary") or "")
    whole = len(content) >= _LEAST_CONTENT * len(summary)
    return Entry(
        url=_absolute(_string(entry.get("link")), address),
        title=_string(entry.get("title")),
        published=_string(entry.get("published")) or _string(entry.get("updated")),
        language=_string(feed.get("language")),
        byline=_string(entry.get("author")),
        html=content if content and whole else None,
        summary=summary or content or None,
    )
