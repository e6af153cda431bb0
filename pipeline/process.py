"""How a process that works on large tables treats memory, threads and imports."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_POOL = "ARROW_DEFAULT_MEMORY_POOL"


def seek_garbage_seldom() -> None:
    """Let much be made between two searches for garbage: rows and elements make none."""
    gc.set_threshold(100_000, 50, 100)


def suit_large_tables() -> None:
    """Seek garbage seldom, and have Arrow give back what it is done with at once.

    Arrow's own pools keep freed blocks a while, apart from those of NumPy and the kernels, which
    then ask the system for as much again: on a large archive a run took a tenth more memory, and
    two seconds longer. A pool that the environment names is left as it is.
    """
    seek_garbage_seldom()
    if _POOL in os.environ:
        return
    os.environ[_POOL] = "system"  # Arrow, which takes a while to import, will see it
    if arrow := sys.modules.get("pyarrow"):
        arrow.set_memory_pool(arrow.system_memory_pool())


def start_no_idle_threads() -> None:
    """Have NumPy and SciPy start no threads for linear algebra, of which there is next to none.

    They would spin for 0.2 s of CPU time when the libraries are imported. A number that the
    environment asks for is left as it is.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def hand_over_often() -> None:
    """Have a thread that runs Python hand over to one that waits every millisecond, not five.

    Threads that read files need the interpreter for a moment between two pieces: while modules
    were imported, they stood still most of the time.
    """
    sys.setswitchinterval(0.001)


@contextmanager
def as_if_missing(*modules: str) -> Iterator[None]:
    """Let imports of modules fail for a while, but of those that are imported already.

    numba looks for SciPy's linear algebra as soon as it loads a kernel, for YAML in case it is
    configured by it, and for cffi, and does without where they are not there: importing them
    would take half as long as numba itself. No other thread may want one meanwhile.
    """
    hidden = [module for module in modules if module not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for module in hidden:
            del sys.modules[module]
