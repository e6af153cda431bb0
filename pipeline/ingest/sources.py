"""Which files a run reads, in an order that the command line cannot change."""

import glob
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.ingest.batch import Reject
from pipeline.seen import FileSeen, see

STDIN = "-"
KINDS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".txt": "page",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".warc": "warc",
    ".wet": "warc",
    ".xml": "listed",
    ".rss": "listed",
    ".atom": "listed",
    ".json": "listed",
}
"""Reader of each ending."""
PAGES = ("page", "html")
"""Kinds of which a file is one record."""
_PACKED = {
    "jsonl": (".gz", ".zst"),
    "csv": (".gz", ".zst"),
    "warc": (".gz", ".zst", ".lz4"),
    "listed": (".gz",),
}
"""Endings of compression that may stand behind those of a kind."""
_READABLE = ", ".join(
    ending + packed for ending, kind in KINDS.items() for packed in ("", *_PACKED.get(kind, ()))
)


class Source(NamedTuple):
    """One file to read."""

    name: str
    """As named to the user."""
    kind: str
    """A value of KINDS."""
    page_id: str | None = None
    """Id of a page: its file name without ending, where no other page has it."""


def expand(inputs: Sequence[str | Path]) -> tuple[list[Source], list[Reject]]:
    """Find the files behind files, folders and globs.

    Parameters
    ----------
    inputs : sequence of str or Path
        ``-`` is standard input, as JSONL; a URL is a source itself.

    Returns
    -------
    sources : list of Source
        Each file once, sorted by name.
    rejects : list of Reject
        Inputs behind which nothing can be read.
    """
    names: set[str] = set()
    rejects = []
    for given in (os.fspath(item) for item in inputs):
        found = [given] if given == STDIN or is_address(given) else _files(given)
        if isinstance(found, str):
            rejects.append(Reject(given, None, found))
        else:
            names.update(found)
    sources = [Source(name, kind_of(name) or "jsonl") for name in _each_file_once(names)]
    return _with_page_ids(sources), rejects


def total_bytes(inputs: Sequence[str | Path]) -> int:
    """Sum the sizes of all files behind the inputs; 0 where one is no file."""
    sources, _ = expand(inputs)
    if any(source.name == STDIN or is_address(source.name) for source in sources):
        return 0
    return sum(Path(source.name).stat().st_size for source in sources)


def files_seen(inputs: Sequence[str | Path]) -> list[FileSeen]:
    """Look at all files behind the inputs, without reading them; sorted by path."""
    sources, _ = expand(inputs)
    return sorted(see(Path(source.name)) for source in sources if Path(source.name).is_file())


def is_address(name: str) -> bool:
    """Tell whether an input is a URL."""
    return name.lower().startswith(("http://", "https://"))


def kind_of(name: str) -> str | None:
    """Name the reader of a file, by its ending; None where there is none."""
    if is_address(name):
        return "address"
    path = Path(name.lower())
    if path.suffix in KINDS:
        return KINDS[path.suffix]
    kind = KINDS.get(path.with_suffix("").suffix)
    return kind if kind and path.suffix in _PACKED.get(kind, ()) else None


def _files(given: str) -> list[str] | str:
    """List the files behind one input, or say why there are none."""
    path = Path(given)
    if path.is_dir():
        inside = [str(file) for file in path.rglob("*") if file.is_file() and kind_of(str(file))]
        return inside or f"nothing readable in this folder; expected files of {_READABLE}"
    if path.is_file():
        return [given] if kind_of(given) else f"unknown kind of file; expected one of {_READABLE}"
    matches = [name for name in glob.glob(given, recursive=True) if Path(name).is_file()]  # noqa: PTH207 - takes absolute patterns
    known = [name for name in matches if kind_of(name)]
    return known or "no such file; expected a file, a folder or a glob that matches files"


def _each_file_once(names: set[str]) -> list[str]:
    """Sort names, and keep the first of those that lead to one file."""
    by_file = {
        name if is_address(name) else os.path.realpath(name): name
        for name in sorted(names, reverse=True)
    }
    return sorted(by_file.values())


def _with_page_ids(sources: list[Source]) -> list[Source]:
    stems = Counter(Path(source.name).stem for source in sources if source.kind in PAGES)
    return [
        source._replace(page_id=Path(source.name).stem)
        if source.kind in PAGES and stems[Path(source.name).stem] == 1
        else source
        for source in sources
    ]
