"""Options that several commands share, and the settings they make."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.settings import Settings

app = typer.Typer(
    help="Fold reposts of one text into one article, and articles of one event into a story.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Inputs = Annotated[
    list[str], typer.Argument(help="Files, folders, globs or URLs; - for JSONL from stdin.")
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
FastExtract = Annotated[
    bool,
    typer.Option("--fast-extract", help="Take bodies of HTML by resiliparse: faster, noisier."),
]
Threads = Annotated[int, typer.Option(min=0, help="Threads to work with; 0 means all cores.")]
Archive = Annotated[str, typer.Option(help="Folder or URL of the archive.")]
ArchiveOrNot = Annotated[str | None, typer.Option("--archive", help="Archive to look into.")]
Export = Annotated[Path, typer.Option(help="Folder of the results, where there is no archive.")]
RESULTS = Path("data/exports")
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for pipes.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]

_DAY = ["%Y-%m-%d"]
Since = Annotated[
    datetime | None, typer.Option(metavar="DAY", formats=_DAY, help="First day, like 2021-07-05.")
]
Until = Annotated[
    datetime | None, typer.Option(metavar="DAY", formats=_DAY, help="Last day, included.")
]


def day(moment: datetime | None) -> date | None:
    """Give the day that a flag named."""
    return moment.date() if moment else None


def tables_of(archive: str | None, export: Path, settings: "Settings") -> "dict[str, pa.Table]":
    """Read the tables of an archive, where one is named, or of an export folder."""
    from pipeline import look

    return look.read_archive(archive, settings) if archive else look.read_export(export)


def settings_of(
    config: Path | None,
    field: list[str] | None = None,
    assign: list[str] | None = None,
    threads: int = 0,
    **switches: bool,
) -> "Settings":
    """Read settings from the file, the environment, and these flags.

    A switch is a setting that a command has a flag of its own for, as ``stage__name``; one that
    is not set leaves the setting as it is.
    """
    from pipeline.config import load_settings, parse_assignments
    from pipeline.errors import SettingsError

    on = [f"{name.replace('__', '.')}=true" for name, given in switches.items() if given]
    flags: dict[str, Any] = parse_assignments([*(assign or []), *on])
    for pair in field or []:
        ours, equals, yours = pair.partition("=")
        if not equals:
            raise SettingsError(f"--field: got {pair!r}; expected ours=yours, like published=date")
        flags.setdefault("ingest", {}).setdefault("fields", {})[ours] = yours
    if threads:
        flags["threads"] = threads
    return load_settings(config, flags)
