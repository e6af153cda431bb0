"""What a person sees while a run works, and at its end."""

import sys
from typing import TYPE_CHECKING

from pipeline.counts import told
from pipeline.run import Progress, Summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from pipeline.evaluate.tune import Trial


class Lines(Progress):
    """One plain line on standard error as each stage ends: for pipes and logs."""

    def finished(self, stage: str, seconds: float, counts: dict[str, int]) -> None:
        """Print the stage, its seconds and its counts."""
        found = told(counts)
        print(f"{stage}: {seconds:.1f} s{found and f', {found}'}", file=sys.stderr, flush=True)


class LiveBars(Progress):
    """A bar for the stage at work, on a terminal."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def started(self, stage: str) -> None:
        """Show the stage."""
        if self._bars is None:
            self._bars = _bars()
            self._bars.start()
        self._task = self._bars.add_task(stage, total=None)

    def advanced(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002 - one at a time
        """Move the bar."""
        if self._bars is not None and self._task is not None:
            self._bars.update(self._task, completed=done, total=total or None)

    def finished(self, stage: str, seconds: float, counts: dict[str, int]) -> None:  # noqa: ARG002
        """Fill the bar."""
        if self._bars is not None and self._task is not None:
            self._bars.update(self._task, completed=1, total=1)

    def close(self) -> None:
        """Take the bars off the screen."""
        if self._bars is not None:
            self._bars.stop()


def _bars() -> "Bars":
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:>9}"), BarColumn(), TimeElapsedColumn())
    return Bars(*columns, console=Console(stderr=True), transient=True)


def show_summary(summary: Summary, out: str) -> None:
    """Print the closing table: what was found, seconds a stage, where the files are."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("stage")
    table.add_column("seconds", justify="right")
    table.add_column("found")
    for stage, seconds in summary.seconds.items():
        table.add_row(stage, f"{seconds:.1f}", told(summary.counts[stage]))
    table.add_row("in all", f"{sum(summary.seconds.values()):.1f}", f"results in {out}")
    Console().print(table)


def show_trials(trials: "Sequence[Trial]", chosen: "Trial", out: str) -> None:
    """Print the scores of every threshold, and which was chosen."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("threshold", "precision", "recall", "BCubed F1", "largest story"):
        table.add_column(name, justify="right")
    for trial in trials:
        scores = (f"{score:.4f}" for score in (trial.precision, trial.recall, trial.f1))
        style = "bold" if trial == chosen else None
        table.add_row(f"{trial.threshold:.3f}", *scores, f"{trial.largest:,}", style=style)
    Console().print(table)
    print(f"threshold {chosen.threshold} written to {out}")
