"""A pool of extracting processes, each replaced when a page has killed it."""

import json
import queue
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, NamedTuple, cast

import orjson

from pipeline.extract.worker import OUT_OF_MEMORY, read_message, write_messages
from pipeline.settings import IngestSettings

_WORK = "from pipeline.extract.worker import main; main()"
_PIPE_BYTES = 1 << 20
"""Of a pipe, where the system lets it be chosen: a whole page goes in without waiting."""
_TIMERS = (signal.SIGPROF, signal.SIGALRM)


class Asked(NamedTuple):
    """A page to extract, in UTF-8."""

    html: memoryview
    address: bytes
    """Where it was found; empty where that is unknown."""


class Pool:
    """Some workers, started when first needed; pages go to whichever is free.

    Processes, for trafilatura crashes in threads; processes of our own rather than an
    executor's, for those give up as a whole when one of theirs dies.
    """

    def __init__(self, settings: IngestSettings, workers: int) -> None:
        self._settings = settings
        self._free: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        for _ in range(workers):
            self._free.put(None)  # a place for one, not started
        self._askers = ThreadPoolExecutor(workers)

    def extract(self, pages: Iterable[Asked]) -> Iterator[dict[str, Any]]:
        """Give what became of each page, in order; ``fault`` says why one could not be read."""
        return self._askers.map(self._ask, pages)

    def close(self) -> None:
        """End all processes."""
        self._askers.shutdown(cancel_futures=True)
        while not self._free.empty():
            if worker := self._free.get():
                worker.close()

    def _ask(self, page: Asked) -> dict[str, Any]:
        worker = self._free.get()
        try:
            worker = worker or _Worker(self._settings)
            answer = worker.ask(page)
            if answer is None:
                answer = {"fault": _cause(worker.close(), self._settings)}
                worker = None
            return answer
        finally:
            self._free.put(worker)


class _Worker:
    """One process."""

    def __init__(self, settings: IngestSettings) -> None:
        limits = [settings.fast_extract, settings.page_seconds, settings.memory_megabytes]
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", _WORK, json.dumps(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pipesize=_PIPE_BYTES,
        )
        self._pages = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        if read_message(self._answers) is None:  # type: ignore[arg-type]
            raise RuntimeError(f"an extracting process ended at its start: {self.close()}")

    def ask(self, page: Asked) -> dict[str, Any] | None:
        """Give the answer to one page; None where the process died of it."""
        try:
            write_messages(self._pages, page.address, page.html)  # type: ignore[arg-type]
            answer = read_message(self._answers)  # type: ignore[arg-type]
        except BrokenPipeError:
            return None
        return None if answer is None else orjson.loads(answer)

    def close(self) -> int:
        """End the process; give its exit code, negative for a signal."""
        for pipe in (self._pages, self._answers):
            try:
                pipe.close()
            except BrokenPipeError:
                continue
        return self._process.wait()


def _cause(exit_code: int, settings: IngestSettings) -> str:
    if -exit_code in _TIMERS:
        return f"took over {settings.page_seconds:g} s to extract (ingest.page_seconds)"
    if exit_code == OUT_OF_MEMORY:
        return f"took over {settings.memory_megabytes} MB to extract (ingest.memory_megabytes)"
    name = signal.Signals(-exit_code).name if exit_code < 0 else f"exit code {exit_code}"
    return f"killed the extracting process: {name}"
