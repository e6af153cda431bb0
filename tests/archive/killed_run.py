"""A run in a process of its own, which may kill itself as it begins its n-th function call.

python -m tests.archive.killed_run FOLDER CALL    (0: never; the number of calls is printed)
"""

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline.run import run
from pipeline.settings import Settings
from tests.archive.runs import NOW

OURS = f"{os.sep}pipeline{os.sep}"


def main(folder: Path, last_call: int) -> None:
    calls = 0

    def count(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        if event == "call" and OURS in frame.f_code.co_filename:
            calls += 1
            if calls == last_call:
                os.kill(os.getpid(), signal.SIGKILL)

    os.chdir(folder)  # rejects bear the name of their input
    threading.setprofile(count)  # of threads that begin from now on
    sys.setprofile(count)
    run(
        ["batch.jsonl"],
        folder / "out",
        Settings(threads=1),
        now=NOW,
        archive=str(folder / "archive"),
    )
    sys.setprofile(None)
    threading.setprofile(None)
    sys.stdout.write(f"{calls}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
