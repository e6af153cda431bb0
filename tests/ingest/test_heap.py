"""Memory of large blocks is given back."""

import platform
import subprocess
import sys

import pytest

ASKED = """
import ctypes
import numpy as np
from pipeline.ingest.heap import LARGE, large_blocks_mapped

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
    del (larger := [np.ones(4 * LARGE, np.uint8)])[0]
    before = usage().hblks
    block = np.ones(LARGE + 1, np.uint8)
    print(done, usage().hblks - before, block.all())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="asks glibc what it mapped")
def test_large_blocks_are_mapped_though_larger_ones_were_freed() -> None:
    """A freed block does not raise the size from which glibc maps blocks by themselves."""
    told = subprocess.check_output([sys.executable, "-c", ASKED], text=True)
    assert told.split() == ["True", "1", "True"]
