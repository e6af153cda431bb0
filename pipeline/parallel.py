"""Work over ranges of rows on several threads.

The kernels release the GIL, so plain threads run them side by side. Numba's own
``parallel=True`` is not used: its default threading layer aborts the process when two
Python threads enter it, which scheduled flows do.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
R = TypeVar("R")

_PIECES_PER_THREAD = 4  # rows differ in cost: small pieces even it out


def thread_count(threads: int) -> int:
    """Resolve a ``threads`` setting: 0 means every core this process may use."""
    return threads or len(os.sched_getaffinity(0))


def ranges(weights: NDArray[np.int64], pieces: int) -> list[tuple[int, int]]:
    """Cut rows into at most ``pieces`` contiguous ranges of about equal weight.

    Parameters
    ----------
    weights : int64 array, shape (n_rows + 1,)
        Running totals, such as the offsets of an Arrow list column.
    pieces : int
        How many ranges to aim for.

    Returns
    -------
    list of (start, stop)
        Non-empty, in order, covering every row once.
    """
    n_rows = len(weights) - 1
    if pieces == 1:
        return [(0, n_rows)] if n_rows else []
    targets = np.linspace(weights[0], weights[-1], pieces + 1)[1:-1]
    cuts = np.unique(np.concatenate([[0], np.searchsorted(weights, targets), [n_rows]]))
    cuts = np.clip(cuts, 0, n_rows)
    return [(int(a), int(b)) for a, b in pairwise(cuts) if a < b]


def over_ranges(
    kernel: Callable[..., Any], weights: NDArray[np.int64], threads: int, *args: Any
) -> list[Any]:
    """Call ``kernel(start, stop, *args)`` over ranges of rows and hand out what each returns.

    Parameters
    ----------
    kernel : callable
        Releases the GIL, and gives results that do not depend on where the ranges are cut.
    weights : int64 array, shape (n_rows + 1,)
        Running totals of each row's cost; ``np.arange(n_rows + 1)`` where all cost the same.
    threads : int
        0 for every core.
    *args
        Passed on to each call.

    Returns
    -------
    list
        In the order of the rows.
    """
    n_threads = thread_count(threads)
    pieces = n_threads * _PIECES_PER_THREAD if n_threads > 1 else 1
    return list(stream_ranges(kernel, ranges(weights, pieces), n_threads, *args))


def stream_ranges(
    kernel: Callable[..., Any], cuts: list[tuple[int, int]], threads: int, *args: Any
) -> Iterator[Any]:
    """Call ``kernel(start, stop, *args)`` over the ranges given, and yield what each returns.

    Yields
    ------
    object
        In the order of the ranges, as soon as it is there; no reference to it is kept.
    """
    n_threads = min(thread_count(threads), len(cuts))
    if n_threads <= 1:
        for start, stop in cuts:
            yield kernel(start, stop, *args)
        return
    with ThreadPoolExecutor(n_threads) as pool:
        yield from pool.map(lambda cut: kernel(*cut, *args), cuts)


def map_ahead(work: Callable[[T], R], items: Iterable[T], threads: int) -> Iterator[R]:
    """Do the same with every item, some items ahead of need, each on a thread of its own.

    Parameters
    ----------
    work : callable
        Releases the GIL for most of its time.
    items : iterable
        Drawn from on the caller's thread.
    threads : int
        0 for every core; as many items are worked on, or ready, at once.

    Yields
    ------
    object
        What ``work`` returns, in the order of the items.
    """
    n_threads = thread_count(threads)
    if n_threads == 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(n_threads) as pool:
        begun: deque[Future[R]] = deque()
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) > n_threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def import_ahead(*steps: Callable[[], None]) -> None:
    """Import what later work needs on a thread, one step after the other.

    What is missing is not told here: the work itself will say so.
    """

    def work() -> None:
        with suppress(ImportError):
            for step in steps:
                step()

    threading.Thread(target=work, daemon=True).start()
