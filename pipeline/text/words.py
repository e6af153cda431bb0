"""The words of many texts: as they were kept, or made from the texts whenever they are read."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.parallel import ranges
from pipeline.text.columns import list_arrays, offsets_of
from pipeline.text.picked import Picked, Slices, taken
from pipeline.text.tokens import tokenize_slices

_PIECE = 1 << 20  # bytes of text, or of tokens: few enough to stay in a core's cache till read


class Piece(NamedTuple):
    """Tokens of some rows: those of the ``i``-th are ``tokens[offsets[i]:offsets[i + 1]]``."""

    rows: NDArray[np.int64] | slice
    tokens: NDArray[np.uint64]
    offsets: NDArray[np.int64]


class Words(Protocol):
    """Token hashes of n texts, and the texts themselves."""

    def __len__(self) -> int:
        """Give n."""

    def pieces(self, rows: NDArray[np.int64] | None = None) -> list[Callable[[], Piece]]:
        """Give readers of small pieces, which together hold every row, or each of some, once."""

    def texts(self, rows: NDArray[np.int64]) -> pa.LargeStringArray:
        """Give the texts of some rows."""


class KeptWords:
    """Words that lie in memory, in the order of their rows.

    Parameters
    ----------
    tokens : large_list<uint64> column of n rows
        From `tokenize`.
    texts : large_string column of n rows, optional
        Wanted where texts are.
    """

    def __init__(self, tokens: pa.ChunkedArray, texts: pa.ChunkedArray | None = None) -> None:
        self._column = tokens
        self._tokens, self._offsets = list_arrays(tokens)
        self._texts = texts

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def pieces(self, rows: NDArray[np.int64] | None = None) -> list[Callable[[], Piece]]:
        """Give views of ranges of rows, or copies of some rows."""
        if rows is None:
            cuts = _cuts(self._offsets, self._tokens.itemsize)
            return [partial(self._piece, *cut) for cut in cuts]
        counts = self._offsets[rows + 1] - self._offsets[rows]
        cuts = _cuts(offsets_of(counts), self._tokens.itemsize)
        return [partial(self._copy, rows[first:last]) for first, last in cuts]

    def _piece(self, first: int, last: int) -> Piece:
        return Piece(slice(first, last), self._tokens, self._offsets[first : last + 1])

    def _copy(self, rows: NDArray[np.int64]) -> Piece:
        return Piece(rows, *list_arrays(self._column.take(pa.array(rows))))

    def texts(self, rows: NDArray[np.int64]) -> pa.LargeStringArray:
        """Copy some texts."""
        if self._texts is None:
            raise ValueError("got no texts beside their words; expected them where texts are read")
        return taken(self._texts, rows)


class PassingWords:
    """Words that are made of texts whenever they are read, and not kept.

    Most texts are read once, to be signed: making the words of the others again takes less time
    than keeping all of them takes memory.

    Parameters
    ----------
    strings : Picked
        n texts; pieces come in the order in which these lie in memory.
    """

    def __init__(self, strings: Picked) -> None:
        self._strings = strings

    def __len__(self) -> int:
        return len(self._strings)

    def pieces(self, rows: NDArray[np.int64] | None = None) -> list[Callable[[], Piece]]:
        """Give readers that tokenize ranges of texts, or some of them, where they lie."""
        return [
            partial(self._piece, part, *cut)
            for part in self._strings.as_they_lie(rows)
            for cut in _cuts(offsets_of(part.stops - part.starts), 1)
        ]

    @staticmethod
    def _piece(part: Slices, first: int, last: int) -> Piece:
        tokens, counts = tokenize_slices(part.data, part.starts[first:last], part.stops[first:last])
        return Piece(part.places[first:last], tokens, offsets_of(counts))

    def texts(self, rows: NDArray[np.int64]) -> pa.LargeStringArray:
        """Copy some texts."""
        return self._strings.take(rows)


def _cuts(offsets: NDArray[np.int64], item_bytes: int) -> list[tuple[int, int]]:
    return ranges(offsets, int(offsets[-1] - offsets[0]) * item_bytes // _PIECE + 1)
