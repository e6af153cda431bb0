"""The whole site, in the order of its pages."""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.report import words
from pipeline.report.about import About
from pipeline.report.front import write_front
from pipeline.report.outlets import write_outlets
from pipeline.report.paper import HERE, paper
from pipeline.report.place import beside
from pipeline.report.run_page import write_run
from pipeline.report.shares import write_stories


def write_site(
    tables: Mapping[str, pa.Table], out: Path, about: About, threads: int = 0
) -> dict[str, int]:
    """Write the report: a front page, a page a story, a page a repost group, one of the run.

    The site needs no server and asks none: it opens from disk. Its pages hold no script but
    the front page's own, and forbid any other (Content-Security-Policy).

    Parameters
    ----------
    tables : mapping of str to table
        By the names of schema.EXPORTS.
    out : Path
        Folder to make; an earlier report there is replaced once all is written.
    about : About
    threads : int
        Processes that write pages where there are many stories; 0 for every core.

    Returns
    -------
    dict of str to int
        Counts of stories and of pages.

    Raises
    ------
    ExportError
        The folder cannot be written, or something else is there.
    """
    with beside(out) as folder:
        period = words.span(*_ends(tables["members"]))
        sheets = paper(folder, origin=about.origin, period=period)
        shutil.copytree(HERE / "assets", folder / "assets")
        listed = write_stories(sheets, tables, _of_reposts(about, tables["duplicates"]), threads)
        write_front(sheets, tables["members"], listed)
        write_outlets(sheets, tables["articles"], tables["members"])
        write_run(sheets, tables, about)
        pages = sum(1 for _ in folder.rglob("*.html"))
    return {"stories": len(listed), "pages": pages}


def _of_reposts(about: About, duplicates: pa.Table) -> pa.Table | None:
    """Give the texts that can be compared; a run's others may be many times as many."""
    if about.texts is None:
        return None
    ids = [duplicates[name].combine_chunks() for name in ("article_id", "kept_id")]
    return about.texts.filter(pc.is_in(about.texts["article_id"], pa.concat_arrays(ids)))


def _ends(members: pa.Table) -> tuple[datetime | None, datetime | None]:
    ends = pc.min_max(members["published"]).as_py()
    return ends["min"], ends["max"]
