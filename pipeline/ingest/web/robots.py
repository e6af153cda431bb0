"""What sites ask of robots."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.ingest.web.fetcher import Fetcher, FetchError

if TYPE_CHECKING:
    from protego import Protego

_AGENT = "storyfold"
_LONGEST_DELAY = 30.0
_CLIENT_ERRORS = range(400, 500)


class Robots:
    """The robots.txt of each site, fetched once."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._of_site: dict[str, Protego | None] = {}

    async def allow(self, url: str) -> bool:
        """Tell whether a page may be fetched.

        As RFC 9309 has it: a site without robots.txt (status 400 to 499) allows all; one
        whose robots.txt cannot be had otherwise allows nothing.
        """
        rules = await self._rules(url)
        return rules is not None and bool(rules.can_fetch(url, _AGENT))

    async def delay(self, url: str) -> float:
        """Give the seconds that a site wants between requests, 30 at most."""
        rules = await self._rules(url)
        return min((rules and rules.crawl_delay(_AGENT)) or 0.0, _LONGEST_DELAY)

    async def _rules(self, url: str) -> "Protego | None":
        from protego import Protego

        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._of_site:
            try:
                found = await self._fetcher.fetch(f"{site}/robots.txt")
                text: str | None = found.data.decode("utf-8", "replace")
            except FetchError as error:
                text = "" if error.status in _CLIENT_ERRORS else None
            self._of_site[site] = None if text is None else Protego.parse(text)
        return self._of_site[site]
