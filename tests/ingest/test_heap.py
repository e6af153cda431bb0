"""Memory of large blocks is given back."""

import ctypes
import platform

import numpy as np
import pytest

from pipeline.ingest.heap import LARGE, large_blocks_mapped


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="asks glibc what it mapped")
def test_large_blocks_are_mapped_though_larger_ones_were_freed() -> None:
    """A freed block does not raise the size from which glibc maps blocks by themselves."""

    class Usage(ctypes.Structure):
        _fields_ = [
            (name, ctypes.c_int)
            for name in (
                *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
                *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
            )
        ]

    usage = ctypes.CDLL(None).mallinfo
    usage.restype = Usage
    with large_blocks_mapped() as done:
        assert done
        del (larger := [np.ones(4 * LARGE, np.uint8)])[0]
        assert not larger
        before = usage().hblks
        block = np.ones(LARGE + 1, np.uint8)
        assert usage().hblks == before + 1
        assert block.all()
