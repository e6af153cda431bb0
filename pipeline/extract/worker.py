"""The process that extracts: reads pages on standard input, answers on standard output.

    python -m pipeline.extract.worker SETTINGS

A message is its length (uint64, little-endian) and its bytes. An empty one from here says
that all is imported; then each page, its address and its HTML in two messages, is answered by
what was made of it, as JSON.
A page that takes too long or too much memory ends the process: by signal, so that no library
can hold it off.
"""

import gc
import json
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from pipeline.process import seek_garbage_seldom
from pipeline.surrogates import without_halves

LENGTH_BYTES = 8
OUT_OF_MEMORY = 77
"""Exit code of a worker whose page took too much memory."""
_WAITING = 5  # times the limit on processor time may pass on the clock: for a page that sleeps


def main() -> None:
    """Answer pages until the input ends."""
    fast, seconds, megabytes = json.loads(sys.argv[1])
    pages, answers = sys.stdin.buffer, _only_answers_on_stdout()
    from pipeline.extract.page import extract_page, warm

    warm(fast=fast)
    gc.freeze()
    seek_garbage_seldom()
    _limit_memory(megabytes)
    write_messages(answers, b"")
    while (address := read_message(pages)) is not None:
        html = read_message(pages) or b""
        _limit_time(seconds)
        try:
            answer = extract_page(html.decode(), address.decode() or None, fast=fast)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except Exception as error:  # noqa: BLE001 - whatever a page does to a parser
            answer = {"fault": f"{type(error).__name__}: {error}"}
        _limit_time(0)
        write_messages(answers, _encoded(answer))


def _encoded(answer: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(answer)
    except TypeError:  # half a surrogate pair: of JSON within the page
        whole = {name: value and without_halves(value) for name, value in answer.items()}
        return orjson.dumps(whole)


def read_message(stream: BinaryIO) -> bytes | None:
    """Read one message; None where the stream ends."""
    head = stream.read(LENGTH_BYTES)
    size = int.from_bytes(head, "little")
    data = stream.read(size)
    return data if len(head) == LENGTH_BYTES and len(data) == size else None


def write_messages(stream: BinaryIO, *messages: bytes | memoryview) -> None:
    """Write some messages, at once."""
    for data in messages:
        stream.write(len(data).to_bytes(LENGTH_BYTES, "little"))
        stream.write(data)
    stream.flush()


def _only_answers_on_stdout() -> BinaryIO:
    """Take standard output for answers; what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _limit_time(seconds: float) -> None:
    """Let the system end this process after so much processor time; 0 lifts the limit."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * _WAITING)


def _limit_memory(megabytes: int) -> None:
    """Let a page take so much more than is taken now."""
    with suppress(OSError, ValueError):  # no /proc, or a lower limit is set: that one holds
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (taken + (megabytes << 20), most))


if __name__ == "__main__":
    main()
