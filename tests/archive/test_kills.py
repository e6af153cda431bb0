"""Killed at any moment, a run loses nothing and leaves nothing half-done."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import pytest

from tests.archive.runs import article, batch, prose, state
from tests.archive.test_continuing import FLOOD, VOTE, report

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("STORYFOLD_KILLS", "60"))

pytestmark = pytest.mark.slow

State = dict[str, list[dict[str, Any]]]


class Undisturbed(NamedTuple):
    """An archive before and after a run that nothing disturbed."""

    folder: Path
    before: State
    after: State
    calls: int
    """Calls of the pipeline's functions in the run."""
    files: int
    """Files that the run added to the archive."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    other = (article(f"o{n:03}", prose(1000 + n, 60), n / 20 - 3) for n in range(60))
    batch(folder, [*other, report("f1", FLOOD, 0, 1), article("copy", prose(1), 0.2)])
    second = [report("f2", FLOOD, 1, 2), report("v1", VOTE, 1.2, 3), article("first", prose(1), 0)]
    revised = article("o059", prose(5), 0.9)  # moves to another day
    lines = [orjson.dumps(one) for one in [*second, revised]] + [b"{broken"]
    (folder / "batch.jsonl").write_bytes(b"\n".join(lines))
    done = tmp_path_factory.mktemp("done") / "archive"
    shutil.copytree(folder, done)
    begun = len(files(done))
    calls = int(process(done, 0).communicate()[0])
    assert state(done) != state(folder)
    return Undisturbed(folder, state(folder), state(done), calls, len(files(done)) - begun)


def process(folder: Path, last_call: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.archive.killed_run", str(folder), str(last_call)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def files(folder: Path) -> list[str]:
    return [name for _, _, names in os.walk(folder / "archive") for name in names]


def kill_at_call(number: int) -> Callable[[Path], int]:
    """Let a run kill itself as it begins some call."""

    def killed(folder: Path) -> int:
        running = process(folder, number)
        running.communicate()
        return running.returncode

    return killed


def kill_at_file(number: int) -> Callable[[Path], int]:
    """Kill a run as soon as so many new files are in the archive, whole or not."""

    def killed(folder: Path) -> int:
        begun = len(files(folder))
        running = process(folder, 0)
        while running.poll() is None:
            if len(files(folder)) >= begun + number:
                running.kill()
                break
        running.communicate()
        return running.returncode

    return killed


def test_no_kill_does_harm(undisturbed: Undisturbed, tmp_path: Path) -> None:
    """What was committed is there, what was not is not; the next run finishes the work."""
    calls = np.linspace(1, undisturbed.calls, KILLS - KILLS // 2).astype(int).tolist()
    numbers = np.linspace(1, undisturbed.files, KILLS // 2).astype(int).tolist()
    kills = [kill_at_call(n) for n in calls] + [kill_at_file(n) for n in numbers]
    lines = (undisturbed.folder / "batch.jsonl").read_bytes()
    really, half = 0, 0
    for number, kill in enumerate(kills):
        folder = tmp_path / str(number)
        shutil.copytree(undisturbed.folder, folder)
        begun = len(files(folder))
        really += kill(folder) == -9
        left = state(folder)
        assert left in (undisturbed.before, undisturbed.after)
        half += left == undisturbed.before and len(files(folder)) > begun
        assert kill_at_call(0)(folder) == 0
        assert state(folder) == undisturbed.after
        assert (folder / "batch.jsonl").read_bytes() == lines
        shutil.rmtree(folder)
    assert really >= 0.9 * KILLS  # a run may end before its last file is seen
    assert half >= KILLS // 4
