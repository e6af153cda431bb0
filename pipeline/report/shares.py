"""Stories written by several processes, each a share; the pages are the same by however many."""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from pipeline import look
from pipeline.errors import ExportError
from pipeline.parallel import thread_count
from pipeline.report.paper import Paper, paper
from pipeline.report.repost_pages import Texts
from pipeline.report.story_pages import Listed, write_story

_ENOUGH = 500
"""Stories that are worth a process: it takes half a second to start."""
_WORK = "from pipeline.report.shares import main; main()"
_SHARED = ".shared"
_TEXTS = "texts"


@dataclass(frozen=True)
class _Share:
    """Which stories a process writes: every so manyth, for the largest come first."""

    folder: str
    first: int
    step: int
    known: dict[str, str]
    """What all pages are given."""


def write_stories(
    sheets: Paper, tables: Mapping[str, pa.Table], texts: pa.Table | None, threads: int
) -> list[Listed]:
    """Write the pages of all stories.

    Parameters
    ----------
    sheets : Paper
    tables : mapping of str to table
        By the names of schema.EXPORTS.
    texts : table or None
        Of articles: ``article_id``, ``text``.
    threads : int
        Processes to write with where there are many stories; 0 for every core.

    Returns
    -------
    list of Listed
        In the order of the table ``stories``.

    Raises
    ------
    OSError
        A page cannot be written.
    ExportError
        A process died.
    """
    many = len(tables["stories"])
    processes = min(thread_count(threads), many // _ENOUGH)
    if processes < 2:
        return _written(sheets, tables, texts, None)
    shared = sheets.folder / _SHARED
    shared.mkdir()
    _lay_out(shared, tables, texts)
    shares = [_Share(str(sheets.folder), n, processes, sheets.known) for n in range(processes)]
    listed: list[Any] = [None] * many
    with ThreadPoolExecutor(processes) as pool:
        for share, part in zip(shares, pool.map(_in_a_process, shares), strict=True):
            listed[share.first :: share.step] = part
    for path in shared.iterdir():
        path.unlink()
    shared.rmdir()
    return listed


def _written(
    sheets: Paper,
    tables: Mapping[str, pa.Table],
    texts: pa.Table | None,
    story_ids: list[str] | None,
) -> list[Listed]:
    told = Texts(texts)
    return [write_story(sheets, view, told) for view in look.story_views(dict(tables), story_ids)]


def _lay_out(shared: Path, tables: Mapping[str, pa.Table], texts: pa.Table | None) -> None:
    """Leave tables where every process can map them, instead of copying them to each."""
    for name, table in {**tables, **({_TEXTS: texts} if texts is not None else {})}.items():
        with pa.ipc.new_file(shared / name, table.schema) as file:
            file.write_table(table)


def _in_a_process(share: _Share) -> list[Listed]:
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _WORK, json.dumps(vars(share))], stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise ExportError(
            f"a process that writes pages of the report ended with exit code {done.returncode}; "
            "expected 0: try --threads 1, which starts none"
        )
    answer = orjson.loads(done.stdout)
    if "errno" in answer:
        raise OSError(answer["errno"], answer["fault"])
    return [Listed(**row) for row in answer["listed"]]


def main() -> None:
    """Write the share that the command line tells of; say on standard output what was written."""
    share = _Share(**json.loads(sys.argv[1]))
    folder = Path(share.folder)
    tables = {path.name: _mapped(path) for path in (folder / _SHARED).iterdir()}
    texts = tables.pop(_TEXTS, None)
    stories = tables["stories"]["story_id"].to_pylist()[share.first :: share.step]
    answer: dict[str, Any]
    try:
        listed = _written(paper(folder, **share.known), tables, texts, stories)
        answer = {"listed": listed}
    except OSError as error:
        answer = {"errno": error.errno, "fault": error.strerror or str(error)}
    sys.stdout.buffer.write(orjson.dumps(answer))


def _mapped(path: Path) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
