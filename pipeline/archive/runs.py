"""Rows say which run wrote them, and so which of them hold."""

from collections.abc import Mapping

import pyarrow as pa

from pipeline.archive.tables import TABLES


def mover(run: str) -> str:
    """Name the run of what a run moves: it sorts before it, and after the one before."""
    number, _, digest = run.partition("-")
    return f"{number}-{'-' * len(digest)}"


def stamped(
    rows: Mapping[str, pa.Table], run: str, moved: Mapping[str, pa.Table]
) -> dict[str, pa.Table]:
    """Say in the rows of some tables, and in what a run moves of them, which run wrote each."""
    return {
        name: pa.concat_tables(
            _with_run(part[name], TABLES[name], stamp)
            for part, stamp in ((moved, mover(run)), (rows, run))
            if name in part
        )
        for name in rows
    }


def _with_run(rows: pa.Table, kind: pa.Schema, run: str) -> pa.Table:
    stamps = pa.repeat(pa.scalar(run, pa.string()), len(rows))
    names = dict(zip(rows.column_names, rows.columns, strict=True)) | {"run_id": stamps}
    return pa.table([names[name] for name in kind.names], schema=kind)
