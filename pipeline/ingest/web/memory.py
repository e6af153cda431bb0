"""What servers said last time, so that they need not say it again."""

import sqlite3
import time
import zlib
from pathlib import Path
from typing import NamedTuple

_KEPT_SECONDS = 30 * 86_400.0
_MAKE = """
CREATE TABLE IF NOT EXISTS answers (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, final_url TEXT, content_type TEXT,
    data BLOB, used REAL
)"""


class Remembered(NamedTuple):
    """An answer that can be asked for again on condition that it changed."""

    etag: str | None
    last_modified: str | None
    final_url: str
    content_type: str
    data: bytes


class Memory:
    """Answers in a SQLite file, for 30 days after their last use.

    Their content is kept too: a run that finds a feed unchanged reads the same entries once
    more, so that none is lost where the run before it failed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: sqlite3.Connection | None = None

    def recall(self, url: str) -> Remembered | None:
        """Give the last answer of a URL."""
        if self._file is None and not self._path.exists():
            return None
        row = self._open().execute(
            "SELECT etag, last_modified, final_url, content_type, data FROM answers WHERE url = ?",
            [url],
        )
        found = row.fetchone()
        if not found:
            return None
        etag, last_modified, final_url, content_type, data = found
        return Remembered(etag, last_modified, final_url, content_type, zlib.decompress(data))

    def keep(self, url: str, answer: Remembered) -> None:
        """Keep an answer, where its server gave a mark by which to ask for it."""
        # an unchanged answer is written again too: so its time of use is kept up
        if answer.etag or answer.last_modified:
            row = [url, *answer[:4], zlib.compress(answer.data), time.time()]
            with self._open() as file:
                file.execute("REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Forget what is old, and close the file."""
        if self._file is not None:
            with self._file as file:
                file.execute("DELETE FROM answers WHERE used < ?", [time.time() - _KEPT_SECONDS])
            self._file.close()

    def _open(self) -> sqlite3.Connection:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self._path, timeout=30)
            self._file.execute(_MAKE)
        return self._file
