"""A copy of the rows that run after run reads, in one file a table.

A run reads the rows of some weeks, which lie in hundreds of Parquet files of a few rows each:
what that costs is the opening of them. The copy is one file to open. It holds nothing of its
own: a row is sought in it by the file that has it, and files never change; what is not in it,
or cannot be read from it, is read from the tables.
"""

import logging
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import orjson
import pyarrow as pa

_log = logging.getLogger(__name__)
_FOLDER = "_recent"  # Delta readers pass over names that begin with an underscore
_FILES = b"files"
_MOST_BYTES = 1 << 28

Columns = dict[str, pa.Array]
"""Columns of one file, by name."""


def load(archive: Path, name: str, kind: pa.Schema) -> dict[str, Columns]:
    """Give what the copy has of a table: all columns, by file; nothing where there is no copy.

    Parameters
    ----------
    archive : Path
        The archive's folder.
    name : str
        Of the table.
    kind : Schema
        Its columns.
    """
    try:
        with pa.memory_map(str(_copy(archive, name))) as mapped:
            reader = pa.ipc.open_file(mapped)
            if not reader.schema.equals(kind):
                return {}
            paths = orjson.loads(reader.schema.metadata[_FILES])
            batches = (reader.get_batch(n) for n in range(reader.num_record_batches))
            return {
                path: dict(zip(kind.names, batch.columns, strict=True))
                for path, batch in zip(paths, batches, strict=True)
            }
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
        return {}


def save(
    archive: Path,
    name: str,
    kind: pa.Schema,
    parts: Mapping[str, Columns],
    compression: str | None,
) -> None:
    """Put down what is read of a table, the most important first, up to 256 MB.

    The copy takes the place of the last one when it is whole and on disk. Where there is no
    room for it, there is none. Where it is not compressed, it is mapped into memory, and what
    of it no run asks for is not even read.
    """
    held, size = {}, 0
    for path, columns in parts.items():
        size += sum(column.nbytes for column in columns.values())
        if size > _MOST_BYTES:
            break
        held[path] = columns
    target = _copy(archive, name)
    partial = target.with_suffix(".partial")
    options = pa.ipc.IpcWriteOptions(compression=compression)
    described = kind.with_metadata({_FILES: orjson.dumps(list(held))})
    try:
        target.parent.mkdir(exist_ok=True)
        with partial.open("wb") as file:
            with pa.ipc.new_file(file, described, options=options) as writer:
                for columns in held.values():
                    arrays = [columns[field] for field in kind.names]
                    writer.write_batch(pa.record_batch(arrays, schema=described))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        _log.warning("%s: no copy of its recent rows is kept: %s", name, error)


def drop(archive: Path) -> None:
    """Delete the copies of all tables."""
    shutil.rmtree(archive / _FOLDER, ignore_errors=True)


def _copy(archive: Path, name: str) -> Path:
    return archive / _FOLDER / f"{name}.arrow"
