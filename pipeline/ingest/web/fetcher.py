"""One URL to its content, within limits of time and size."""

import asyncio
import zlib
from pathlib import Path
from typing import NamedTuple

import httpx

from pipeline.ingest.web.guard import GuardedTransport
from pipeline.ingest.web.memory import Memory, Remembered
from pipeline.settings import IngestSettings

_REDIRECTS = 5
_AUTO_GZIP = 47  # zlib's name for gzip or zlib, whichever it is
_NOT_MODIFIED = 304
_OK = 200


class FetchError(Exception):
    """A URL gave no content, and why."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        """Of the answer, where there was one."""


class Fetched(NamedTuple):
    """Content of a URL."""

    url: str
    """Where redirects led."""
    content_type: str
    data: bytes

    @property
    def charset(self) -> str | None:
        """The encoding that the server names."""
        return _parameter(self.content_type, "charset")


class Fetcher:
    """Asks servers; holds connections, and what is remembered."""

    def __init__(self, settings: IngestSettings) -> None:
        self._settings = settings
        self._memory = Memory(Path(settings.fetch_state))
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(allow_private=settings.allow_private),
            headers={"User-Agent": settings.user_agent, "Accept-Encoding": "gzip"},
            follow_redirects=True,
            max_redirects=_REDIRECTS,
            timeout=settings.fetch_seconds,
        )

    async def fetch(self, url: str) -> Fetched:
        """Get a URL; where its server says that it has not changed, as it was last time.

        Raises
        ------
        FetchError
            It cannot be had, takes too long, or is too large.
        """
        known = self._memory.recall(url)
        seconds = self._settings.fetch_seconds
        try:
            async with asyncio.timeout(seconds):
                answer = await self._ask(url, known)
        except TimeoutError as error:
            raise FetchError(f"took over {seconds:g} s (ingest.fetch_seconds)") from error
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error, UnicodeError) as error:
            raise FetchError(str(error) or type(error).__name__) from error
        self._memory.keep(url, answer)
        return Fetched(answer.final_url, answer.content_type, answer.data)

    async def close(self) -> None:
        """Close connections and memory."""
        await self._client.aclose()
        self._memory.close()

    async def _ask(self, url: str, known: Remembered | None) -> Remembered:
        conditions = {
            "If-None-Match": known and known.etag,
            "If-Modified-Since": known and known.last_modified,
        }
        headers = {name: value for name, value in conditions.items() if value}
        async with self._client.stream("GET", url, headers=headers) as response:
            if response.status_code == _NOT_MODIFIED and known:
                return known
            if response.status_code != _OK:
                raise FetchError(f"status {response.status_code}", response.status_code)
            data = await self._content(response)
        return Remembered(
            response.headers.get("ETag"),
            response.headers.get("Last-Modified"),
            str(response.url),
            response.headers.get("Content-Type", ""),
            data,
        )

    async def _content(self, response: httpx.Response) -> bytes:
        """Read the content up to the limit, unpacking it in pieces, for it may be a bomb."""
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("gzip", "x-gzip", "deflate", "identity", ""):
            raise FetchError(f"got content as {encoding}, asked for gzip")
        packed = encoding not in ("identity", "")
        limit = self._settings.page_megabytes << 20
        unpacker = zlib.decompressobj(_AUTO_GZIP) if packed else None
        data = bytearray()
        async for piece in response.aiter_raw():
            data += unpacker.decompress(piece, limit + 1 - len(data)) if unpacker else piece
            if len(data) > limit:
                megabytes = self._settings.page_megabytes
                raise FetchError(f"larger than {megabytes} MB (ingest.page_megabytes)")
        if unpacker and not unpacker.eof:
            raise FetchError("its gzip content is cut off")
        return bytes(data)


def _parameter(content_type: str, name: str) -> str | None:
    for part in content_type.split(";")[1:]:
        key, _, value = part.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip("\"'") or None
    return None
