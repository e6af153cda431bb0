"""Commands that work on an archive."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import (
    RESULTS,
    Archive,
    Assignments,
    Config,
    Quiet,
    Since,
    Threads,
    Until,
    app,
    day,
    settings_of,
)
from pipeline.counts import told


@app.command()
def export(
    archive: Archive,
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = RESULTS,
    since: Since = None,
    until: Until = None,
    config: Config = None,
    assign: Assignments = None,
    quiet: Quiet = False,
) -> None:
    """Write the tables of a span of days; of the whole archive by default."""
    from pipeline.archive import open_archive
    from pipeline.continued import span_tables
    from pipeline.export import write

    settings = settings_of(config, assign=assign)
    past = open_archive(archive, settings)
    tables = span_tables(past, day(since), day(until))
    write(tables, out, settings.export, settings.threads)
    if not quiet:
        print(f"{told({name: len(table) for name, table in tables.items()})}: results in {out}")


@app.command()
def compact(
    archive: Archive, config: Config = None, assign: Assignments = None, quiet: Quiet = False
) -> None:
    """Join small files of an archive, and delete those that were replaced a week ago."""
    from pipeline import archive as archives

    settings = settings_of(config, assign=assign)
    keep, level = settings.archive.keep_days, settings.archive.compression
    with archives.writing(archive, settings) as held:
        counts = archives.compact(held, keep, level)
    if not quiet:
        print(told(counts))


@app.command()
def rebuild(
    archive: Archive,
    since: Since = None,
    until: Until = None,
    config: Config = None,
    assign: Assignments = None,
    threads: Threads = 0,
    quiet: Quiet = False,
) -> None:
    """Gather the stories of a span anew, under these settings; ids are carried over."""
    from pipeline import continued

    settings = settings_of(config, assign=assign, threads=threads)
    counts = continued.rebuild(archive, settings, day(since), day(until), datetime.now(UTC))
    if not quiet:
        print(told(counts))


@app.command()
def forget(
    articles: Annotated[list[str], typer.Argument(help="Ids of articles, from the export.")],
    archive: Archive,
    config: Config = None,
    assign: Assignments = None,
    quiet: Quiet = False,
) -> None:
    """Delete articles and every trace of them, also from earlier versions of the archive."""
    from pipeline import continued

    settings = settings_of(config, assign=assign)
    counts = continued.forget(archive, settings, articles, datetime.now(UTC))
    if not quiet:
        print(told(counts))
