"""The lines of pages, and what is counted of each."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

VOCABULARIES = Path(__file__).with_name("vocabularies.txt")


class Lines(NamedTuple):
    """The lines of some pages that are not blank."""

    starts: NDArray[np.int64]
    """Shape (n_pages + 1,): first line of each page."""
    spans: NDArray[np.int64]
    """Shape (n, 2): first and last-plus-one byte of each."""
    counts: NDArray[np.float32]
    """Shape (n, COUNTS + vocabularies): see `pipeline.clean.page.kernels`."""
    hashes: NDArray[np.uint64]
    """Shape (n,): equal where letters and digits are."""
    repeats: NDArray[np.float32]
    """Shape (n,): how often the line stands on its page."""


def split_lines(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Lines:
    """Cut pages into lines.

    Parameters
    ----------
    data : uint8 array
        UTF-8 bytes of all pages.
    offsets : int64 array, shape (n_pages + 1,)
        Where each page's bytes begin.
    """
    from pipeline.clean.page import kernels
    from pipeline.clean.page.characters import tables

    kinds, lower = tables()
    table, names = vocabulary_table()
    most = _most_lines(data, offsets)
    spans = np.empty((most + 1, 2), np.int64)
    counts = np.empty((most + 1, kernels.COUNTS + len(names)), np.float32)
    hashes = np.empty(most + 1, np.uint64)
    starts = np.zeros(len(offsets), np.int64)
    for page in range(len(offsets) - 1):
        n = starts[page]
        starts[page + 1] = n + kernels.count_lines(
            data, offsets[page], offsets[page + 1], kinds, lower, table,
            spans[n:], counts[n:], hashes[n:],
        )  # fmt: skip
    n = starts[-1]
    repeated = np.empty(n, np.float32)
    kernels.repeats(hashes[:n], starts, repeated)
    return Lines(starts, spans[:n], counts[:n], hashes[:n], repeated)


def hash_lines(
    data: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Give `Lines.hashes` and `Lines.starts` of pages alone."""
    from pipeline.clean.page import kernels
    from pipeline.clean.page.characters import tables

    hashes = np.empty(_most_lines(data, offsets), np.uint64)
    starts = np.empty(len(offsets), np.int64)
    kernels.hash_lines(data, offsets, *tables(), hashes, starts)
    return hashes[: starts[-1]], starts


def _most_lines(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> int:
    """Count the bytes that may end a line; every page may have one more."""
    return int(np.count_nonzero((data == 0x0A) | (data == 0x0D) | (data == 0xA8))) + len(offsets)


def line_texts(data: NDArray[np.uint8], spans: NDArray[np.int64]) -> list[str]:
    """Give lines, none of which has a newline, as strings: decoded and cut all at once."""
    if not len(spans):
        return []
    from pipeline.clean.page import kernels

    return kernels.packed(data, spans).tobytes().decode().split("\n")


def joined(pages: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Give the UTF-8 bytes of pages, one behind the other, and where each begins."""
    encoded = [page.encode("utf-8", "replace") for page in pages]
    offsets = np.zeros(len(pages) + 1, np.int64)
    np.cumsum([len(page) for page in encoded], out=offsets[1:])
    return np.frombuffer(b"".join(encoded), np.uint8), offsets


def vocabularies() -> dict[str, list[str]]:
    """Read the phrases of every vocabulary, by its name."""
    found: dict[str, list[str]] = {}
    phrases: list[str] = []
    for line in VOCABULARIES.read_text("utf-8").splitlines():
        if line.startswith("["):
            phrases = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            phrases += [phrase.strip() for phrase in line.split(",") if phrase.strip()]
    return found


@cache
def vocabulary_table() -> tuple[NDArray[np.uint64], list[str]]:
    """Make the hash table of all phrases, and the names of the vocabularies in order."""
    from pipeline.clean.page import kernels
    from pipeline.clean.page.characters import tables

    _, lower = tables()
    sections = vocabularies()
    phrases = [
        (kernels.hash_words(_bytes(phrase), lower), kind)
        for kind, (name, listed) in enumerate(sections.items())
        for phrase in listed
    ]
    size = 1 << (len(phrases) * 4).bit_length()
    table = np.zeros((size, 2), np.uint64)
    hashes, kinds = zip(*phrases, strict=True)
    kernels.fill_table(np.array(hashes, np.uint64), np.array(kinds, np.int64), table)
    return table, list(sections)


def _bytes(phrase: str) -> NDArray[np.uint8]:
    plain = phrase.replace("'", "").replace("’", "")
    return np.frombuffer(plain.encode(), np.uint8)
