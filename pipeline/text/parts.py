"""Lines and sentences at the ends of texts: found, told apart by keys, and left out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.text.columns import offsets_of, string_arrays
from pipeline.text.picked import Slices
from pipeline.text.tokens import code_points


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


class Lines(NamedTuple):
    """Lines that groups of texts have at an end, in the order in which they are sought."""

    data: NDArray[np.uint8]
    """UTF-8 of all lines."""
    starts: NDArray[np.int64]
    """Where each begins in it, and where the last ends, shape (n_lines + 1,)."""
    groups: NDArray[np.int64]
    """Where the lines of each group begin, likewise, shape (n_groups + 1,)."""

    @classmethod
    def of(cls, groups: Sequence[Sequence[str]]) -> "Lines":
        """Take the lines of each group."""
        lines = pa.array([line for group in groups for line in group], pa.large_string())
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        return cls(*string_arrays(lines), offsets_of(sizes))


def known_ends(
    texts: Sequence[Slices],
    group_of: NDArray[np.int64],
    prefixes: Lines,
    suffixes: Lines,
    rounds: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the lines that texts have at their ends because their group has them.

    First a text's end is cut: line after line that it ends with, unless the word before would be
    cut in two, and the white space before it; then its beginning, likewise.

    Parameters
    ----------
    texts : sequence of Slices
        Of n texts.
    group_of : int64 array, shape (n,)
    prefixes, suffixes : Lines
    rounds : int
        How often the lines are gone through, as long as there is one to cut.

    Returns
    -------
    front, back : int64 arrays, shape (n,)
        Bytes that they take at both ends of each text: all of it, sometimes.
    """
    from pipeline.text.affixes import find_affixes

    front, back = np.zeros((2, len(group_of)), dtype=np.int64)
    table = code_points()
    for data, starts, stops, places in texts:
        groups = group_of[places]
        lines = tuple(prefixes), tuple(suffixes)
        begins, ends = find_affixes(data, starts, stops, groups, *lines, table, rounds)
        front[places], back[places] = begins - starts, stops - ends
    return front, back


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
