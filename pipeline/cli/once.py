"""Commands that read inputs, or look at what a run wrote."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import (
    RESULTS,
    ArchiveOrNot,
    Assignments,
    Config,
    Export,
    FastExtract,
    Fields,
    Inputs,
    Quiet,
    Threads,
    app,
    settings_of,
)


@app.command()
def run(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = RESULTS,
    archive: Annotated[
        str | None, typer.Option(help="Folder or URL of the archive that this run continues.")
    ] = None,
    config: Config = None,
    field: Fields = None,
    assign: Assignments = None,
    fast_extract: FastExtract = False,
    report: Annotated[
        bool, typer.Option("--report", help="Also write the report, into the folder's report.")
    ] = False,
    threads: Threads = 0,
    quiet: Quiet = False,
) -> None:
    """Read articles, fold reposts, gather stories, and write the tables."""
    from pipeline import display
    from pipeline.run import Progress
    from pipeline.run import run as run_chain

    switches = {"ingest__fast_extract": fast_extract, "export__report": report}
    settings = settings_of(config, field, assign, threads, **switches)
    bars = display.LiveBars()
    on_terminal = sys.stderr.isatty()
    progress = Progress() if quiet else bars if on_terminal else display.Lines()
    try:
        summary = run_chain(inputs, out, settings, progress, archive=archive)
    finally:
        bars.close()
    if not quiet:
        display.show_summary(summary, str(out))
        if settings.export.report:
            print(f"open {out / 'report' / 'index.html'} in a browser")


@app.command()
def parse(
    inputs: Inputs,
    out: Annotated[Path | None, typer.Option(help="JSONL file; by default the terminal.")] = None,
    config: Config = None,
    field: Fields = None,
    assign: Assignments = None,
    fast_extract: FastExtract = False,
    show_cut: Annotated[
        bool, typer.Option("--show-cut", help="Also list the lines that were cut, and why.")
    ] = False,
    threads: Threads = 0,
) -> None:
    """Show what the readers and the cleaner make of each record, in input order."""
    from pipeline.parse import parse_to

    switches = {"ingest__fast_extract": fast_extract, "clean__show_cut": show_cut}
    parse_to(inputs, out, settings_of(config, field, assign, threads, **switches))


@app.command()
def evaluate(
    labels: Annotated[
        Path | None, typer.Argument(help="CSV with the columns id and story.")
    ] = None,
    archive: ArchiveOrNot = None,
    export: Export = RESULTS,
    reposts: Annotated[
        Path | None, typer.Option(help="CSV of pairs: article_id, kept_id, perhaps relation.")
    ] = None,
    config: Config = None,
    assign: Assignments = None,
) -> None:
    """Score stories and reposts against labels."""
    from pipeline.evaluate import Results, report

    results: Results = export
    if archive:
        from pipeline.look import read_archive

        results = read_archive(archive, settings_of(config, assign=assign))
    print(report(labels, results, reposts))


@app.command()
def tune(
    labels: Annotated[Path, typer.Argument(help="CSV with the columns id and story.")],
    inputs: Inputs,
    out: Annotated[
        Path, typer.Option(help="Settings file to write; it must not exist yet.")
    ] = Path("storyfold.toml"),
    config: Config = None,
    field: Fields = None,
    assign: Assignments = None,
    threads: Threads = 0,
) -> None:
    """Find the story threshold that fits your own labels, and write a settings file."""
    from pipeline import display
    from pipeline.errors import SettingsError
    from pipeline.evaluate import tune as tuning

    if out.exists():
        raise SettingsError(f"{out}: exists already; move it away, or name another with --out")
    trials = tuning.tune(inputs, labels, settings_of(config, field, assign, threads))
    chosen = tuning.best(trials)
    out.write_text(tuning.settings_text(chosen, labels), "utf-8")
    display.show_trials(trials, chosen, str(out))
