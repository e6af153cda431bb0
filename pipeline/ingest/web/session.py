"""Fetching for code that does not know of event loops."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from pipeline.ingest.web.fetcher import Fetched, Fetcher, FetchError
from pipeline.ingest.web.robots import Robots
from pipeline.settings import IngestSettings

_AT_ONCE = 16  # pages under way, all of different sites


class Web:
    """A session: connections, robots.txt files and pauses are shared between its pages."""

    def __init__(self, settings: IngestSettings) -> None:
        self._settings = settings
        self._runner = asyncio.Runner()
        self._next: defaultdict[str, float] = defaultdict(float)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def __enter__(self) -> Self:
        self._fetcher = self._runner.run(_made(self._settings))
        self._robots = Robots(self._fetcher)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.run(self._fetcher.close())
        self._runner.close()

    def get(self, url: str) -> Fetched:
        """Get what the user named.

        Raises
        ------
        FetchError
            It cannot be had.
        """
        return self._runner.run(self._fetcher.fetch(url))

    def pages(self, urls: Sequence[str]) -> Iterator[Fetched | FetchError]:
        """Get pages that were found, in order, as their robots.txt allows.

        One at a time of each site, with a pause between (``ingest.pause_seconds``, or the
        site's own crawl delay).
        """
        for at in range(0, len(urls), _AT_ONCE):
            yield from self._runner.run(self._group(urls[at : at + _AT_ONCE]))

    async def _group(self, urls: Sequence[str]) -> list[Fetched | FetchError]:
        return await asyncio.gather(*(self._page(url) for url in urls))

    async def _page(self, url: str) -> Fetched | FetchError:
        site = urlsplit(url).netloc
        async with self._locks[site]:
            try:
                if not await self._robots.allow(url):
                    return FetchError("its site's robots.txt does not allow it")
                await asyncio.sleep(max(self._next[site] - time.monotonic(), 0))
                pause = max(self._settings.pause_seconds, await self._robots.delay(url))
                self._next[site] = time.monotonic() + pause
                return await self._fetcher.fetch(url)
            except FetchError as error:
                return error


async def _made(settings: IngestSettings) -> Fetcher:
    return Fetcher(settings)
