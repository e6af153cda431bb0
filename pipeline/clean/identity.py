"""Stable ids, and sources, from URLs."""

import hashlib
from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "cmpid", "ocid")
_DIGEST_BYTES = 16
_BLANKS = " \t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0"


def stable_id(identity: str) -> str:
    """Hash what identifies an article (a canonical URL, or its text) to 32 hex digits."""
    return hashlib.blake2b(identity.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def canonical_url(url: str) -> str:
    """Reduce a URL to what names its page.

    Scheme and host in lower case, ``http`` as ``https``, without ``www.``, fragment,
    tracking parameters and a last slash. What is no URL stays as it is.

    >>> canonical_url("HTTP://www.Example.org/a/?utm_source=x&id=7#top")
    'https://example.org/a?id=7'
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    if not parts.netloc:
        return url
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not key.lower().startswith(_TRACKING)
    ]
    scheme = "https" if parts.scheme.lower() in ("http", "https") else parts.scheme.lower()
    end = f"?{urlencode(query)}" if query else ""
    return f"{scheme}://{_host(parts.netloc)}{parts.path.rstrip('/' + _BLANKS)}{end}"


def host_of(url: str | None) -> str | None:
    """Name a URL's host without ``www.``; None where there is none."""
    try:
        return _host(urlsplit(url or "").netloc) or None
    except ValueError:
        return None


def _host(netloc: str) -> str:
    return netloc.rpartition("@")[2].lower().removeprefix("www.")
