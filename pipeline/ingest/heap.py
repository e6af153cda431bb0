"""Memory of large blocks, given back to the system when a block is done with."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_THRESHOLD: Final = -3  # M_MMAP_THRESHOLD of malloc.h
_TRIM: Final = -1  # M_TRIM_THRESHOLD
LARGE: Final = 4 << 20
"""Bytes from which a block of memory is mapped by itself while files are read."""
_LARGEST: Final = 32 << 20  # to which glibc would raise it in time
_KEPT: Final = 2 * _LARGEST
"""Free bytes at the end of a heap that are kept: glibc would come to twice the size as well, but
no longer does where it is set. It would give back what every piece of a file frees, and ask for it
again for the next: touching new memory takes longer than reading."""


@contextmanager
def large_blocks_mapped() -> Iterator[bool]:
    """Have glibc map large blocks of memory by themselves for a while, in this process.

    By default it raises the size from which it does so to the largest block that was freed, up to
    32 MB. Blocks of a file are then cut from its heaps, and what is small and stays among them
    keeps their holes from being given back: the peak grows with the length of the input.

    Yields
    ------
    bool
        Whether it could be asked for: other systems have other allocators.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    done = mallopt is not None and bool(mallopt(_THRESHOLD, LARGE))  # musl has none
    if mallopt is not None:
        mallopt(_TRIM, _KEPT)
    try:
        yield done
    finally:
        if mallopt is not None:
            mallopt(_THRESHOLD, _LARGEST)
