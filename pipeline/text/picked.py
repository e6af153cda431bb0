"""Pieces of strings, copied out of the chunks of a column."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.parallel import over_ranges
from pipeline.text.columns import offsets_of, string_arrays

_WANTED = 4  # bytes that are sought at once


class Slices(NamedTuple):
    """Pieces of the bytes of one chunk that are to be rows of a column."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    places: NDArray[np.int64]
    """The row that each will be."""

    def where(self, picked: NDArray[np.bool_]) -> "Slices":
        """Leave out those whose places are not picked."""
        some = picked[self.places]
        return Slices(self.data, self.starts[some], self.stops[some], self.places[some])


def taken(
    column: pa.ChunkedArray | pa.Array,
    rows: NDArray[np.int64],
    threads: int = 1,
    front: NDArray[np.int64] | None = None,
    back: NDArray[np.int64] | None = None,
) -> pa.LargeStringArray:
    """Take rows of a column of strings, as Arrow's ``take``, but straight from its chunks.

    Arrow joins the chunks first: long texts would be copied twice.

    Parameters
    ----------
    column : string or large_string column of n rows
        A null counts as an empty string.
    rows : int64 array, shape (k,)
    threads : int
        0 for every core.
    front, back : int64 arrays, shape (k,), optional
        Bytes to drop from both ends of each string that is taken: whole characters, and no
        more than there are.
    """

    def cut(part: Slices) -> Slices:
        starts = part.starts if front is None else part.starts + front[part.places]
        stops = part.stops if back is None else part.stops - back[part.places]
        return part._replace(starts=starts, stops=stops)

    return _copied(column, rows, cut, threads)


def first_characters(
    column: pa.ChunkedArray | pa.Array, n: int, rows: NDArray[np.int64] | None = None
) -> pa.LargeStringArray:
    """Take the first ``n`` characters of each string, or of those in some rows.

    Of long strings a tenth of the time of Arrow's own slice.

    Parameters
    ----------
    column : string or large_string column
        A null counts as an empty string.
    n : int
    rows : int64 array, shape (k,), optional

    Returns
    -------
    large_string array of k rows
    """
    return _copied(column, rows, partial(beginnings, n=n))


def last_characters(
    column: pa.ChunkedArray | pa.Array, n: int, rows: NDArray[np.int64] | None = None
) -> pa.LargeStringArray:
    """Take the last ``n`` characters of each string, or of those in some rows.

    Arrow's own slice reads every string from its beginning.

    Parameters
    ----------
    column : string or large_string column
        A null counts as an empty string.
    n : int
    rows : int64 array, shape (k,), optional

    Returns
    -------
    large_string array of k rows
    """
    return _copied(column, rows, partial(endings, n=n))


def beginnings(part: Slices, n: int) -> Slices:
    """See the first ``n`` characters of each string."""
    from pipeline.text.slices import find_first_characters

    return part._replace(stops=find_first_characters(part.data, part.starts, part.stops, n))


def endings(part: Slices, n: int) -> Slices:
    """See the last ``n`` characters of each string."""
    from pipeline.text.slices import find_last_characters

    return part._replace(starts=find_last_characters(part.data, part.starts, part.stops, n))


def trimmed(
    column: pa.ChunkedArray | pa.Array,
    rows: NDArray[np.int64] | None = None,
    values: pa.Array | None = None,
) -> pa.LargeStringArray:
    """Take the white space from both ends of each string, as Arrow does, in one copy.

    Parameters
    ----------
    column : string or large_string column of n rows
        A null counts as an empty string.
    rows : int64 array, shape (k,), optional
        Rows that have other values,
    values : large_string array of k rows, optional
        which are taken as they are.
    """
    from pipeline.text.slices import find_ink

    new = np.zeros(len(column), dtype=np.bool_)
    place = None
    if rows is not None and values is not None and len(rows):
        new[rows] = True
        place = np.arange(len(column))
        place[rows] = np.arange(len(column), len(column) + len(rows))
        chunks = [chunk.cast(values.type) for chunk in _chunks_of(column)]
        column = pa.chunked_array([*chunks, values])

    def cut(part: Slices) -> Slices:
        starts, stops = find_ink(part.data, part.starts, part.stops)
        as_is = new[part.places]
        starts, stops = np.where(as_is, part.starts, starts), np.where(as_is, part.stops, stops)
        return part._replace(starts=starts, stops=stops)

    return _copied(column, place, cut)


def bytes_held(column: pa.ChunkedArray | pa.Array, wanted: bytes) -> NDArray[np.bool_]:
    """Tell which of k bytes, one to four, each of n strings holds, shape (k, n)."""
    from pipeline.text.slices import find_bytes

    some = np.resize(np.frombuffer(wanted, dtype=np.uint8), _WANTED)
    found = np.zeros(len(column), dtype=np.uint8)
    for part in slices_of(column):
        found[part.places] = find_bytes(part.data, part.starts, part.stops, some)
    return np.array([found >> bit & 1 for bit in range(len(wanted))], dtype=np.bool_)


def rows_that_match(
    column: pa.ChunkedArray | pa.Array, rows: NDArray[np.int64], *patterns: re.Pattern[bytes]
) -> NDArray[np.int64]:
    """Give those of some rows of a column of strings that match a pattern, ascending."""
    found = np.zeros(len(rows), dtype=np.bool_)
    for part in slices_of(column, rows):
        text = part.data.data
        places = zip(part.places, part.starts.tolist(), part.stops.tolist(), strict=True)
        for place, start, stop in places:
            found[place] = any(pattern.search(text, start, stop) for pattern in patterns)
    return rows[found]


def replaced(
    column: pa.ChunkedArray | pa.Array, rows: NDArray[np.int64], values: pa.ChunkedArray | pa.Array
) -> pa.ChunkedArray | pa.Array:
    """Give a column of strings with other values in some of its rows.

    Parameters
    ----------
    column : column of n rows
    rows : int64 array, shape (k,)
        Ascending.
    values : column of k rows, of the same type
    """
    if pa.types.is_large_string(column.type) and not column.null_count + values.null_count:
        chunks = [chunk for some in (column, values) for chunk in _chunks_of(some)]
        place = np.arange(len(column))
        place[rows] = np.arange(len(column), len(column) + len(rows))
        return taken(pa.chunked_array(chunks, column.type), place)  # long texts are copied once
    mask = np.zeros(len(column), dtype=np.bool_)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), values)


def _chunks_of(column: pa.ChunkedArray | pa.Array) -> list[pa.Array]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def slices_of(
    column: pa.ChunkedArray | pa.Array, rows: NDArray[np.int64] | None = None
) -> Iterator[Slices]:
    """See each chunk's share of some rows, or of all."""
    chunks = _chunks_of(column)
    firsts = offsets_of(np.array([len(chunk) for chunk in chunks], dtype=np.int64))
    if rows is None:
        for chunk, first, stop in zip(chunks, firsts[:-1], firsts[1:], strict=True):
            data, offsets = string_arrays(chunk)
            yield Slices(data, offsets[:-1], offsets[1:], np.arange(first, stop))
        return
    chunk_of = np.searchsorted(firsts, rows, side="right") - 1
    by_chunk = np.argsort(chunk_of, kind="stable")
    begins = np.searchsorted(chunk_of[by_chunk], np.arange(len(chunks) + 1))
    for number, chunk in enumerate(chunks):
        places = by_chunk[begins[number] : begins[number + 1]]
        if not len(places):
            continue
        data, offsets = string_arrays(chunk)
        at = rows[places] - firsts[number]
        yield Slices(data, offsets[at], offsets[at + 1], places)


def _copied(
    column: pa.ChunkedArray | pa.Array,
    rows: NDArray[np.int64] | None,
    cut: Callable[[Slices], Slices],
    threads: int = 1,
) -> pa.LargeStringArray:
    """Cut each chunk's share of some rows, or of all, and lay the pieces one behind the other."""
    from pipeline.text.slices import copy_slices

    slices = [cut(part) for part in slices_of(column, rows)]
    n_rows = len(column) if rows is None else len(rows)
    lengths = np.empty(n_rows, dtype=np.int64)
    for part in slices:
        lengths[part.places] = part.stops - part.starts
    ends = offsets_of(lengths)
    out = np.empty(ends[-1], dtype=np.uint8)  # of NumPy, which asks for large pages: cheap to touch
    for part in slices:
        sizes = part.stops - part.starts
        to = ends[:-1][part.places]
        cost = offsets_of(sizes)
        over_ranges(copy_slices, cost, threads, part.data, part.starts, sizes, to, out)
    return pa.LargeStringArray.from_buffers(n_rows, pa.py_buffer(ends), pa.py_buffer(out))


@dataclass(frozen=True)
class Picked:
    """Strings of a column in another order and without some ends: copied only where they are read.

    Of n strings.
    """

    column: pa.ChunkedArray
    rows: NDArray[np.int64]
    """The row of each, shape (n,)."""
    front: NDArray[np.int64]
    """Bytes to leave out at both ends of each, shape (n,): whole characters, no more than all."""
    back: NDArray[np.int64]

    @classmethod
    def of(cls, column: pa.ChunkedArray, rows: NDArray[np.int64]) -> "Picked":
        """Leave out nothing."""
        nothing = np.zeros(len(rows), dtype=np.int64)
        return cls(column, rows, nothing, nothing)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, picked: NDArray[np.int64] | slice, threads: int = 1) -> pa.LargeStringArray:
        """Copy some of them."""
        rows, front, back = self.rows[picked], self.front[picked], self.back[picked]
        return taken(self.column, rows, threads, front, back)

    def as_they_lie(self, picked: NDArray[np.int64] | None = None) -> Iterator[Slices]:
        """See all of them, or some, where they lie, in the order of the column."""
        order = np.argsort(self.rows if picked is None else self.rows[picked], kind="stable")
        order = order if picked is None else picked[order]
        for part in slices_of(self.column, self.rows[order]):
            places = order[part.places]
            starts, stops = part.starts + self.front[places], part.stops - self.back[places]
            yield Slices(part.data, starts, stops, places)
