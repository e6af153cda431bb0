"""The command ``storyfold``: parse the command line, call, print."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import StoryfoldError

if TYPE_CHECKING:
    from pipeline.settings import Settings

app = typer.Typer(
    help="Fold reposts of one text into one article, and articles of one event into a story.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Inputs = Annotated[
    list[str], typer.Argument(help="Files, folders or globs; - for JSONL on standard input.")
]
Config = Annotated[
    Path | None, typer.Option(help="Settings; by default storyfold.toml, if it is here.")
]
Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="STAGE.NAME=VALUE", help="A setting, like dedup.jaccard=0.8."),
]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="OURS=YOURS", help="A column's name in your files."),
]
Threads = Annotated[int, typer.Option(min=0, help="Threads to work with; 0 means all cores.")]


@app.command()
def run(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("data/exports"),
    archive: Annotated[
        str | None, typer.Option(help="Folder or URL of the archive that this run continues.")
    ] = None,
    config: Config = None,
    field: Fields = None,
    assign: Assignments = None,
    threads: Threads = 0,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Read articles, fold reposts, gather stories, and write the tables."""
    from pipeline import display
    from pipeline.run import Progress
    from pipeline.run import run as run_chain

    settings = _settings(config, field, assign, threads)
    bars = display.LiveBars()
    on_terminal = sys.stderr.isatty()
    progress = Progress() if quiet else bars if on_terminal else display.Lines()
    try:
        summary = run_chain(inputs, out, settings, progress, archive=archive)
    finally:
        bars.close()
    if not quiet:
        display.show_summary(summary, str(out))


@app.command()
def parse(
    inputs: Inputs,
    out: Annotated[Path | None, typer.Option(help="JSONL file; by default the terminal.")] = None,
    config: Config = None,
    field: Fields = None,
    assign: Assignments = None,
) -> None:
    """Show what the readers and the cleaner make of each record, in input order."""
    from pipeline.parse import parse_to

    parse_to(inputs, out, _settings(config, field, assign, threads=0))


@app.command()
def evaluate(
    labels: Annotated[Path, typer.Argument(help="CSV with the columns id and story.")],
    export: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("data/exports"),
    reposts: Annotated[
        Path | None, typer.Option(help="CSV with the columns article_id and kept_id.")
    ] = None,
) -> None:
    """Score exported stories and reposts against labels."""
    from pipeline.evaluate import report

    print(report(labels, export, reposts))


def _settings(
    config: Path | None, field: list[str] | None, assign: list[str] | None, threads: int
) -> "Settings":
    from pipeline.config import load_settings, parse_assignments
    from pipeline.errors import SettingsError

    flags: dict[str, Any] = parse_assignments(assign or [])
    for pair in field or []:
        ours, equals, yours = pair.partition("=")
        if not equals:
            raise SettingsError(f"--field: got {pair!r}; expected ours=yours, like published=date")
        flags.setdefault("ingest", {}).setdefault("fields", {})[ours] = yours
    if threads:
        flags["threads"] = threads
    return load_settings(config, flags)


def main() -> None:
    """Run the command line; an error that storyfold raises on purpose is one line and exit 1."""
    try:
        app()
    except StoryfoldError as error:
        print(f"storyfold: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our pipe has gone: nobody is left to tell
        sys.exit(1)
