"""All inputs of a run, one reader a format."""

import logging
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from pipeline.errors import InputError
from pipeline.ingest.ahead import ahead
from pipeline.ingest.batch import Batch, Reject
from pipeline.ingest.delimited import read_csv
from pipeline.ingest.heap import large_blocks_mapped
from pipeline.ingest.jsonl import read_jsonl
from pipeline.ingest.listed import read_address, read_listed
from pipeline.ingest.pages import TEXT_OF, read_pages
from pipeline.ingest.parquet import read_parquet
from pipeline.ingest.records import empty_batch
from pipeline.ingest.sources import Source, expand
from pipeline.ingest.warc import read_warc
from pipeline.settings import IngestSettings

_READERS = {
    "csv": read_csv,
    "parquet": read_parquet,
    "warc": read_warc,
    "listed": read_listed,
    "address": read_address,
}
_SHOWN_FAULTS = 3
_AHEAD = 6  # batches: as many as are read while the kernels that clean them are imported
_log = logging.getLogger(__name__)


def read(inputs: Sequence[str | Path], settings: IngestSettings) -> Iterator[Batch]:
    """Read every record behind files, folders and globs.

    Parameters
    ----------
    inputs : sequence of str or Path
        ``-`` is standard input, as JSONL. Their order does not matter: files are read in
        the order of their names.
    settings : IngestSettings
        Names of fields, size of blocks.

    Yields
    ------
    Batch
        Records in the order of files and of lines, and rejects with their place. A reader
        works ahead on a thread of its own while a batch is used.

    Raises
    ------
    InputError
        Nothing behind the inputs can be read, or a mapped column does not exist.
    """
    sources, missing = expand(inputs)
    readable = bool(sources)
    faults = [f"{reject.input}: {reject.reason}" for reject in missing]
    if readable:
        if missing:
            yield empty_batch(missing)
        readable = False
        with large_blocks_mapped():
            for batch in ahead(_read_sources(sources, settings), _AHEAD):
                whole = [r for r in batch.rejects.to_pylist() if r["position"] is None]
                told = [f"{reject['input']}: {reject['reason']}" for reject in whole]
                for fault in told:
                    _log.warning("%s", fault)
                faults += told
                readable |= not whole or len(batch.records) > 0
                yield batch
    if not readable:
        faults = faults or ["got no inputs; expected files, folders or globs"]
        more = f" and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
        raise InputError(f"no input can be read: {'; '.join(faults[:_SHOWN_FAULTS])}{more}")


def _read_sources(sources: list[Source], settings: IngestSettings) -> Iterator[Batch]:
    for kind, group in groupby(sources, key=lambda source: source.kind):
        if kind in TEXT_OF:
            yield from read_pages(list(group), settings)
            continue
        if kind == "jsonl":
            yield from read_jsonl(group, settings)
            continue
        for source in group:
            try:
                yield from _READERS[kind](source, settings)
            except OSError as error:
                yield empty_batch(
                    [Reject(source.name, None, f"cannot be read: {error.strerror or error}")]
                )
