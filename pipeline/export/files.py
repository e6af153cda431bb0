"""Tables to files, whole or not at all."""

import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.errors import ExportError
from pipeline.export.database import write_sqlite
from pipeline.export.feed import write_atom
from pipeline.export.formats import WRITERS
from pipeline.export.graph import write_gexf, write_graphml
from pipeline.export.linked import write_jsonld
from pipeline.settings import ExportSettings

_UNFINISHED = ".storyfold-unfinished"

TOGETHER: dict[str, Callable[[Mapping[str, pa.Table], Path], None]] = {
    "atom": write_atom,
    "gexf": write_gexf,
    "graphml": write_graphml,
    "jsonld": write_jsonld,
    "sqlite": write_sqlite,
}
"""Formats that hold all tables in one file, ``stories.<format>``."""


def write(
    tables: Mapping[str, pa.Table], out: Path, settings: ExportSettings, threads: int = 0
) -> list[Path]:
    """Write each table once a format into a folder, or all as one file.

    All files are written beside their place and then renamed, so that a reader sees a file
    of this run or one of the run before, never a part of one. Files of formats that are no
    longer wanted are removed, for they would tell of an earlier run.

    Parameters
    ----------
    tables : mapping of str to table
        By the names of schema.EXPORTS.
    out : Path
        Made where it does not exist.
    settings : ExportSettings
        Formats.
    threads : int
        0 for every core.

    Returns
    -------
    list of Path
        The files, sorted by name.

    Raises
    ------
    ExportError
        The folder or a file in it cannot be written; the files of the run before stand.
    """
    unfinished = out / _UNFINISHED
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        names = _write_all(tables, unfinished, settings.formats, threads)
        for name in names:
            os.replace(unfinished / name, out / name)  # noqa: PTH105 - says that it overwrites
        for name in _possible(tables) - set(names):
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(
            f"cannot write results to {out}: {error.strerror or error}; "
            "expected a folder that can be written: name another with --out"
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return [out / name for name in names]


def _possible(tables: Mapping[str, pa.Table]) -> set[str]:
    apart = {f"{table}.{kind}" for table in tables for kind in WRITERS}
    return apart | {f"stories.{kind}" for kind in TOGETHER}


def _write_all(
    tables: Mapping[str, pa.Table], folder: Path, formats: tuple[str, ...], threads: int
) -> list[str]:
    def write_one(writer: Callable[[Any, Path], None], content: Any, name: str) -> str:
        path = folder / name
        writer(content, path)
        with path.open("rb") as written:
            os.fsync(written.fileno())
        return name

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        tasks = [
            pool.submit(write_one, WRITERS[kind], table, f"{name}.{kind}")
            for kind in formats
            if kind in WRITERS
            for name, table in tables.items()
        ]
        tasks += [
            pool.submit(write_one, TOGETHER[kind], tables, f"stories.{kind}")
            for kind in formats
            if kind in TOGETHER
        ]
        return sorted(task.result() for task in tasks)
