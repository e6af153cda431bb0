"""A run on its way into the archive: some of its rows are appended while others are sought."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa

from pipeline.archive import tables
from pipeline.archive.runs import mover, stamped
from pipeline.archive.tables import RUNS, TABLES


class Pending:
    """Rows of one run, appended table beside table; its row in ``runs`` makes them count."""

    def __init__(
        self, run: str, table: Callable[[str], Any], level: int, pool: ThreadPoolExecutor
    ) -> None:
        self._run = run
        self._table = table
        self._level = level
        self._pool = pool
        self._tasks: list[Future[None]] = []
        self._moves = False
        self.counts: Mapping[str, int] = {}
        """What the run's row will count."""

    def append(
        self, rows: Mapping[str, pa.Table], moved: Mapping[str, pa.Table] | None = None
    ) -> None:
        """Begin to append rows.

        Parameters
        ----------
        rows : mapping of str to table
            By table, of which each is named once a run; without ``run_id``.
        moved : mapping of str to table, optional
            Rows that say what lies no longer where it did. They bear the name of a run of
            their own, which sorts before this one and counts with it: of rows with one key
            those of this run hold, and, where a reader sees no other, these do.
        """
        self._moves |= any(map(len, (moved or {}).values()))
        for name, part in stamped(rows, self._run, moved or {}).items():
            if len(part):
                table = self._table(name)
                self._tasks.append(self._pool.submit(tables.append, table, part, self._level))

    def commit(self, number: int, about: Mapping[str, Any]) -> None:
        """Wait for the rows, then append the run's own.

        Raises
        ------
        OSError, DeltaError
            Something cannot be written.
        CommitFailedError
            Another run was committed since the archive was opened.
        """
        for task in self._tasks:
            task.result()
        row = {"run_id": self._run, "number": number, **about}
        row["counts"] = orjson.dumps(self.counts).decode()
        versions = {name: self._table(name).version() for name in TABLES}
        row["versions"] = orjson.dumps(versions).decode()
        row["committed"] = datetime.now(UTC)
        nothing = {"run_id": mover(self._run), "kind": "move", "counts": "{}", "files": "[]"}
        both = [row | nothing, row] if self._moves else [row]
        tables.append(self._table("runs"), pa.Table.from_pylist(both, RUNS), self._level, retries=0)
