"""The command that writes the report."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import (
    RESULTS,
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


@app.command()
def report(
    export: Annotated[
        Path | None, typer.Option(help="Folder of the results; by default data/exports.")
    ] = None,
    archive: Annotated[
        str | None, typer.Option(help="Folder or URL of an archive, instead.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("data/report"),
    since: Since = None,
    until: Until = None,
    config: Config = None,
    assign: Assignments = None,
    threads: Threads = 0,
    quiet: Quiet = False,
) -> None:
    """Write the report: a site of stories that opens from disk, without a server."""
    from pipeline import report as reports

    if export and archive:
        raise typer.BadParameter("got --export and --archive; expected one of them")
    if (since or until) and not archive:
        raise typer.BadParameter("--since and --until choose from an archive: name it by --archive")
    settings = settings_of(config, assign=assign, threads=threads)
    if archive:
        counts = reports.of_archive(archive, settings, out, day(since), day(until))
    else:
        counts = reports.of_export(export or RESULTS, out, settings.threads)
    if not quiet:
        print(
            f"{counts['stories']:,} stories on {counts['pages']:,} pages: "
            f"open {out / 'index.html'} in a browser"
        )
