"""Lines and sentences at the ends of texts, and keys by which equal strings are found."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.text.picked import Slices


class Parts(NamedTuple):
    """Lines or sentences of some texts; the arrays have a place for each part."""

    rows: NDArray[np.int64]
    """The text of each."""
    keys: NDArray[np.uint64]
    """Equal where part and seed of its text are."""
    piece: NDArray[np.int64]
    """The piece of the texts in which each lies."""
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    """Part ``i`` is ``data[piece[i]][starts[i]:stops[i]]``."""
    data: list[NDArray[np.uint8]]

    def string(self, part: int) -> str:
        """Give one of them."""
        return self.data[self.piece[part]][self.starts[part] : self.stops[part]].tobytes().decode()


def first_parts(texts: Sequence[Slices], most: int, seeds: NDArray[np.int64]) -> Parts:
    """Find the first lines or sentences of texts, each different one of a text once.

    Parameters
    ----------
    texts : sequence of Slices
        Beginnings of some of n texts: what one ends with may have been cut, and is no part.
    most : int
        Parts of each text.
    seeds : int64 array, shape (n,)
        Told apart by the keys.
    """
    return _parts(texts, most, seeds, last=False)


def last_parts(texts: Sequence[Slices], most: int, seeds: NDArray[np.int64]) -> Parts:
    """Find the last ones, likewise, of the ends of texts; what an end begins with is no part."""
    return _parts(texts, most, seeds, last=True)


def string_keys(texts: Sequence[Slices], seeds: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash n texts, or some of them, shape (n,): equal where text and seed are."""
    from pipeline.text.slices import hash_slices

    keys = np.zeros(len(seeds), dtype=np.uint64)
    for data, starts, stops, places in texts:
        keys[places] = hash_slices(data, starts, stops, seeds[places])
    return keys


def _parts(texts: Sequence[Slices], most: int, seeds: NDArray[np.int64], *, last: bool) -> Parts:
    from pipeline.text.slices import find_parts

    none = np.empty(0, dtype=np.int64)
    found = [(none, np.empty(0, dtype=np.uint64), none, none, none)]
    for number, (data, starts, stops, places) in enumerate(texts):
        rows, *where, keys = find_parts(data, starts, stops, seeds[places], most, last)
        found.append((places[rows], keys, np.full(len(rows), number), *where))
    rows, keys, piece, begins, ends = map(np.concatenate, zip(*found, strict=True))
    return Parts(rows, keys, piece, begins, ends, [text.data for text in texts])
