"""What a page says of itself: JSON-LD, Open Graph and other meta tags, links, times."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

_ARTICLE = re.compile(r"(Article|NewsArticle|BlogPosting|Report)$")
_TITLE = ("og:title", "twitter:title", "dc.title", "parsely-title")
_PUBLISHED = (
    "article:published_time", "datepublished", "og:published_time", "article:published", "pubdate",
    "publishdate", "publish-date", "publish_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dc.date", "date",
)  # fmt: skip
_AUTHOR = ("author", "byl", "article:author", "parsely-author", "sailthru.author", "dc.creator")
_ORIGINAL = ("syndication-source", "original-source")
_SITE = ("og:site_name", "application-name")
_DEVICES = {"www", "m", "mobile", "amp"}


class Metadata(NamedTuple):
    """Of one page; None where it does not say."""

    url: str | None = None
    title: str | None = None
    published: str | None = None
    source: str | None = None
    byline: str | None = None
    language: str | None = None
    original_url: str | None = None
    """The page of another site that this one says it is a copy of."""


def read_metadata(tree: Any, address: str | None) -> Metadata:
    """Read the metadata of a page.

    Parameters
    ----------
    tree : resiliparse.parse.html.HTMLTree
        The page.
    address : str or None
        Where the page was found, by which links of its own site are told from others'.

    Returns
    -------
    Metadata
        Of several statements the most specific counts: JSON-LD of the article, then Open
        Graph, then other tags. A canonical URL on another site is the page's original, not
        its URL; one that leads to the site's front page or a section says nothing.
    """
    document = tree.document
    article = _json_ld(document)
    metas = _metas(document)
    site = _first(metas, _SITE) or _name(article.get("publisher"))
    canonical = _canonical(document, metas, address)
    elsewhere = canonical and address and not _same_site(canonical, address)
    return Metadata(
        url=canonical if canonical and not elsewhere and _names_page(canonical, address) else None,
        title=_plain(article.get("headline")) or _headline(document, tree.title, metas, site),
        published=_plain(article.get("datePublished"))
        or _first(metas, _PUBLISHED)
        or _time(document),
        source=site,
        byline=_name(article.get("author")) or _author(metas),
        language=_language(document, metas),
        original_url=_original(article, metas, address) or (canonical if elsewhere else None),
    )


def _json_ld(document: Any) -> dict[str, Any]:
    """Find the first object that is an article; empty where there is none."""
    for script in _all(document, 'script[type="application/ld+json"]'):
        try:
            found = json.loads(script.text, strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _objects(found):
            kinds = thing.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in kinds):
                return thing
    return {}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Walk the top level, lists and graphs: an article nested deeper is another one."""
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(value.get(key))


def _metas(document: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in _all(document, "meta[content]"):
        content = _plain(meta.getattr("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := meta.getattr(attribute)):
                found.setdefault(name.strip().lower(), content)
    return found


def _all(document: Any, selector: str) -> tuple[Any, ...]:
    """Find elements, as a tuple: resiliparse's own list makes all of them anew for each one."""
    return tuple(document.query_selector_all(selector)[:])


def _first(metas: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((metas[name] for name in names if name in metas), None)


def _plain(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(value).split()) or None


def _name(value: Any) -> str | None:
    """Give the name of a person or publisher, or the names of several."""
    if isinstance(value, list):
        return ", ".join(name for item in value if (name := _name(item))) or None
    if isinstance(value, dict):
        value = value.get("name")
        return _name(value) if not isinstance(value, dict) else None
    plain = _plain(value)
    return None if plain and plain.startswith(("http://", "https://")) else plain


def _author(metas: dict[str, str]) -> str | None:
    return next((name for key in _AUTHOR if (name := _name(metas.get(key)))), None)


def _headline(
    document: Any, title: str | None, metas: dict[str, str], site: str | None
) -> str | None:
    stated = _first(metas, _TITLE)
    headings = _all(document, "h1")
    if not stated and len(headings) == 1:
        stated = _plain(headings[0].text)
    return _without_site(stated or _plain(title), site)


def _without_site(title: str | None, site: str | None) -> str | None:
    """Cut `` | Site Name`` off a title."""
    if not title or not site:
        return title
    return re.sub(rf"\s+[-|–—·:]+\s+{re.escape(site)}$", "", title, flags=re.IGNORECASE) or title  # noqa: RUF001


def _time(document: Any) -> str | None:
    """Give the time that is marked as the publication's, or the only one."""
    times = _all(document, "time[datetime]")
    marked = [time for time in times if time.hasattr("pubdate") or _publishes(time)]
    chosen = marked[:1] or (times[:1] if len(times) == 1 else [])
    return _plain(chosen[0].getattr("datetime")) if chosen else None


def _publishes(time: Any) -> bool:
    return "datepublished" in (time.getattr("itemprop") or "").lower()


def _language(document: Any, metas: dict[str, str]) -> str | None:
    root = document.query_selector("html")
    stated = (root.getattr("lang") or root.getattr("xml:lang") or None) if root else None
    return stated or metas.get("og:locale") or metas.get("content-language")


def _canonical(document: Any, metas: dict[str, str], address: str | None) -> str | None:
    link = document.query_selector('link[rel="canonical"]')
    for stated in (link.getattr("href") if link else None, metas.get("og:url")):
        if stated and (url := _absolute(stated, address)):
            return url
    return None


def _absolute(stated: str, address: str | None) -> str | None:
    try:
        url = urljoin(address or "", stated.strip())
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc else None
    except ValueError:
        return None


def _original(article: dict[str, Any], metas: dict[str, str], address: str | None) -> str | None:
    based = article.get("isBasedOn")
    based = based.get("url") or based.get("@id") if isinstance(based, dict) else based
    for stated in (_first(metas, _ORIGINAL), based):
        url = _absolute(stated, address) if isinstance(stated, str) else None
        if url and not (address and _same_site(url, address)):
            return url
    return None


def _names_page(canonical: str, address: str | None) -> bool:
    """Tell a page's own URL from that of its site or section, which templates put by mistake."""
    path = urlsplit(canonical).path.rstrip("/")
    if not path and not urlsplit(canonical).query:
        return False
    theirs = urlsplit(address or "").path.rstrip("/")
    rest = theirs.removeprefix(path + "/") if theirs.startswith(path + "/") else "amp"
    return rest in ("amp", "print")


def _same_site(url: str, other: str) -> bool:
    one, two = _site(url), _site(other)
    return one == two or one.endswith("." + two) or two.endswith("." + one)


def _site(url: str) -> str:
    labels = (urlsplit(url).hostname or "").split(".")
    while len(labels) > 2 and labels[0] in _DEVICES:
        labels = labels[1:]
    return ".".join(labels)
