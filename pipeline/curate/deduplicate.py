"""Reposts only: files in, the same files out with what is a repost of what."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline import clean, dedup, text
from pipeline.curate.lists import write_lists
from pipeline.curate.rewrite import read_again, rewrite_jsonl, rewrite_parquet
from pipeline.errors import ExportError, InputError
from pipeline.gather import gather
from pipeline.job import Job
from pipeline.parallel import import_ahead
from pipeline.process import as_if_missing
from pipeline.settings import Settings

_JSONL = (".jsonl", ".ndjson")
_PARQUET = ".parquet"
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
    import_ahead(_import_kernels, partial(dedup.warm, settings.dedup))
    read = gather(Job(inputs, out.parent, settings, datetime.now(UTC)))
    articles = clean.dated(read)
    titles = text.token_column(articles["title"])
    words = text.PassingWords(read.texts)
    found = dedup.find(articles, titles, words, settings.dedup, settings.threads)
    names = list(dict.fromkeys(articles["input"].to_pylist()))
    names = _of_one_kind(names, (_PARQUET,) if out.suffix == _PARQUET else _JSONL)
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with read_again([] if out.suffix == _PARQUET else names) as blocks:
            articles = clean.credited(articles, read.texts, found.rows)
            reposts = dedup.choose(articles, found, settings.dedup)
            marks = marked(articles, reposts)
            if out.suffix == _PARQUET:
                written = rewrite_parquet(names, marks, unfinished, every=every)
            else:
                written = rewrite_jsonl(names, blocks, marks, unfinished, every=every)
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


def _import_kernels() -> None:
    with as_if_missing("scipy.linalg", "yaml", "cffi"):
        text.warm()


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
