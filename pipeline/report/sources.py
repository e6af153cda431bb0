"""Where a report's tables may come from."""

from datetime import date
from pathlib import Path

from pipeline import archive, continued, look
from pipeline.report.about import About
from pipeline.report.site import write_site
from pipeline.settings import Settings


def of_export(folder: Path, out: Path, threads: int = 0) -> dict[str, int]:
    """Write the report of an export folder; it holds no texts to compare.

    Parameters
    ----------
    folder : Path
        That a run or ``storyfold export`` wrote.
    out : Path
        Folder to make; an earlier report there is replaced.
    threads : int
        As of `write_site`.

    Returns
    -------
    dict of str to int
        Counts of stories and of pages.

    Raises
    ------
    InputError
        It is no export folder.
    ExportError
        The report cannot be written.
    """
    about = About(f"the export folder {folder.name}")
    return write_site(look.read_export(folder), out, about, threads)


def of_archive(
    root: str, settings: Settings, out: Path, since: date | None, until: date | None
) -> dict[str, int]:
    """Write the report of a span of an archive, with the texts of reposts.

    Parameters
    ----------
    root : str
        The archive's folder or URL.
    settings : Settings
    out : Path
        Folder to make; an earlier report there is replaced.
    since, until : date or None
        First and last day, both included; None for the first and last there is.

    Returns
    -------
    dict of str to int
        Counts of stories and of pages.

    Raises
    ------
    ArchiveError
    ExportError
        The report cannot be written.
    """
    past = archive.open_archive(root, settings)
    tables = continued.span_tables(past, since, until)
    texts = continued.repost_texts(past, tables["articles"], tables["duplicates"])
    name = root.rstrip("/").rsplit("/", 1)[-1]
    about = About(f"the archive {name}", runs=past.runs(), texts=texts)
    return write_site(tables, out, about, settings.threads)
