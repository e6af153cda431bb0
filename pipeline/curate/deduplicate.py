"""Reposts only: files in, the same files out with what is a repost of what."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import clean, dedup, text
from pipeline.curate.lists import write_lists
from pipeline.errors import ExportError, InputError
from pipeline.gather import gather
from pipeline.ingest.blocks import line_blocks
from pipeline.ingest.compression import DAMAGE, open_file
from pipeline.job import Job
from pipeline.settings import Settings

_JSONL = (".jsonl", ".ndjson")
_PARQUET = ".parquet"
_PIECE = 1 << 20  # bytes read or written at once
_WHERE = ["input", "position"]

MARKS = pa.schema(
    [
        ("input", pa.string()),
        ("position", pa.int64()),
        ("dedup_id", pa.string()),
        ("dedup_kept_id", pa.string()),  # its own where it is kept
        ("dedup_relation", pa.string()),  # null where it is kept
        ("dedup_jaccard", pa.float64()),
        ("dedup_containment", pa.float64()),
        ("dedup_roundup", pa.bool_()),
    ]
)
"""What is known of each article, by where it was read; the columns that are added."""


@dataclass(frozen=True)
class Deduplicated:
    """What became of the records."""

    articles: int
    reposts: int
    rejects: int
    written: int


def deduplicate(
    inputs: list[str],
    out: Path,
    settings: Settings,
    *,
    every: bool = False,
    lists: Path | None = None,
) -> Deduplicated:
    """Find reposts in JSONL or Parquet files, and write records in the input's own columns.

    Parameters
    ----------
    inputs : list of str
        Files, folders, globs; all JSONL or all Parquet.
    out : Path
        File to write, of the same kind. It appears whole or not at all.
    settings : Settings
        Of every stage.
    every : bool
        Write reposts and what could not be used as well; by default kept articles alone.
    lists : Path, optional
        Folder for ``keep.txt`` and ``drop.txt``: ids, one a line.

    Returns
    -------
    Deduplicated

    Raises
    ------
    InputError
        Nothing can be read, or inputs and output are not of one kind.
    ExportError
        The output cannot be written, or its name says of no kind that is.
    """
    if out.suffix not in (*_JSONL, _PARQUET):
        raise ExportError(
            f"{out}: cannot tell what to write; expected a name that ends in .jsonl, .ndjson or "
            ".parquet"
        )
    read = gather(Job(inputs, out.parent, settings, datetime.now(UTC)))
    articles = clean.dated(read.articles)
    tokens = text.tokenize(articles, settings.threads)
    found = dedup.find(articles, tokens, settings.dedup, settings.threads)
    articles = clean.credited(articles, read.edges, found.rows)
    reposts = dedup.choose(articles, found, settings.dedup)
    marks = marked(articles, reposts)
    names = list(dict.fromkeys(articles["input"].to_pylist()))
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix == _PARQUET:
            written = _write_parquet(_of_one_kind(names, (_PARQUET,)), marks, unfinished, every)
        else:
            written = _write_jsonl(_of_one_kind(names, _JSONL), marks, unfinished, every)
        unfinished.replace(out)
        if lists:
            write_lists(marks["dedup_id"], marks["dedup_kept_id"], lists)
    except OSError as error:
        raise ExportError(
            f"cannot write {out}: {error.strerror or error}; expected a place that can be written"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return Deduplicated(len(marks), len(reposts.folds), len(read.rejects), written)


def marked(articles: pa.Table, reposts: dedup.Reposts) -> pa.Table:
    """Say of each article what it is a repost of.

    Parameters
    ----------
    articles : table of schema.CLEANED
    reposts : Reposts
        By its rows.

    Returns
    -------
    table of MARKS
        Sorted by input and position.
    """
    folds = reposts.folds
    folded = folds["article"].to_numpy()
    fold = np.full(len(articles), -1, dtype=np.int64)
    fold[folded] = np.arange(len(folds))
    kept = np.arange(len(articles))
    kept[folded] = folds["kept"].to_numpy()
    roundup = np.zeros(len(articles), dtype=np.bool_)
    roundup[dedup.roundup_rows(reposts.pairs)] = True
    at = pa.array(fold, mask=fold < 0)
    found = [
        *(articles[name] for name in _WHERE),
        articles["article_id"],
        articles["article_id"].take(pa.array(kept)),
        *(folds[name].take(at) for name in ("relation", "jaccard", "containment")),
        pa.array(roundup),
    ]
    return pa.table(found, schema=MARKS).sort_by([(name, "ascending") for name in _WHERE])


def _of_one_kind(names: list[str], endings: tuple[str, ...]) -> list[str]:
    for name in names:
        plain = name.lower().removesuffix(".gz").removesuffix(".zst")
        if name == "-" or not plain.endswith(endings):
            raise InputError(
                f"{name}: cannot be written in its own columns; expected {' or '.join(endings)} "
                "files, for that is what --out names (.parquet or .jsonl)"
            )
    return names


def _by_file(marks: pa.Table, name: str) -> pa.Table:
    return marks.filter(pc.equal(marks["input"], name)).drop_columns("input")


def _write_jsonl(names: list[str], marks: pa.Table, out: Path, every: bool) -> int:
    written = 0
    with out.open("wb", buffering=_PIECE) as file:
        for name in names:
            known = iter(_by_file(marks, name).to_pylist())
            for line in _joined(_lines(name), known, every=every):
                file.write(line)
                written += 1
    return written


def _lines(name: str) -> Iterator[bytes]:
    """Give the lines of a file again: of a damaged one, those that could be read before."""
    opened = open_file(name)
    with opened.stored, suppress(*DAMAGE):
        for block in line_blocks(opened.data, _PIECE):
            yield from BytesIO(block.data)


def _joined(
    lines: Iterator[bytes], known: Iterator[dict[str, Any]], *, every: bool
) -> Iterator[bytes]:
    """Put what is known behind the fields of each line."""
    following = next(known, None)
    for number, line in enumerate(lines, start=1):
        if following is not None and following["position"] == number:
            marks, following = following, next(known, None)
            if every or marks["dedup_relation"] is None:
                del marks["position"]
                yield line.rstrip()[:-1] + b"," + orjson.dumps(marks)[1:] + b"\n"
        elif every and line.strip():
            yield line.rstrip() + b"\n"


def _write_parquet(names: list[str], marks: pa.Table, out: Path, every: bool) -> int:
    import pyarrow.parquet as pq

    tables = []
    for name in names:
        rows = pq.read_table(name)
        position = pa.array(range(1, len(rows) + 1), pa.int64())
        known = pa.table({"position": position}).join(_by_file(marks, name), "position")
        known = known.sort_by("position")
        for column in MARKS.names[len(_WHERE) :]:
            rows = rows.append_column(column, known[column])
        if not every:
            kept = pc.and_(known["dedup_id"].is_valid(), known["dedup_relation"].is_null())
            rows = rows.filter(kept)
        tables.append(rows)
    table = pa.concat_tables(tables, promote_options="permissive")
    pq.write_table(table, out, compression="zstd")
    return len(table)
