"""The whole site, in the order of its pages."""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import look
from pipeline.report import words
from pipeline.report.about import About
from pipeline.report.front import write_front
from pipeline.report.outlets import Firsts, write_outlets
from pipeline.report.paper import HERE, paper
from pipeline.report.place import beside
from pipeline.report.repost_pages import Texts
from pipeline.report.run_page import write_run
from pipeline.report.story_pages import write_story


def write_site(tables: Mapping[str, pa.Table], out: Path, about: About) -> dict[str, int]:
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

    Returns
    -------
    dict of str to int
        Counts of stories and of pages.

    Raises
    ------
    ExportError
        The folder cannot be written, or something else is there.
    """
    texts = Texts(about.texts)
    firsts = Firsts()
    with beside(out) as folder:
        period = words.span(*_ends(tables["members"]))
        sheets = paper(folder, origin=about.origin, period=period)
        shutil.copytree(HERE / "assets", folder / "assets")
        listed = []
        for view in look.story_views(dict(tables)):
            listed.append(write_story(sheets, view, texts))
            firsts.note(view)
        write_front(sheets, tables["members"], listed)
        write_outlets(sheets, tables["articles"], firsts)
        write_run(sheets, tables, about)
        pages = sum(1 for _ in folder.rglob("*.html"))
    return {"stories": len(listed), "pages": pages}


def _ends(members: pa.Table) -> tuple[datetime | None, datetime | None]:
    ends = pc.min_max(members["published"]).as_py()
    return ends["min"], ends["max"]
