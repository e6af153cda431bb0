"""Commands for reposts alone: fold them, look at them, cut them elsewhere."""

from datetime import UTC, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipeline.cli.options import (
    RESULTS,
    ArchiveOrNot,
    Assignments,
    Config,
    Export,
    Fields,
    Inputs,
    Json,
    Quiet,
    Since,
    Threads,
    Until,
    app,
    settings_of,
    tables_of,
)
from pipeline.cli.output import give

Lists = Annotated[
    Path | None, typer.Option(help="Folder for keep.txt and drop.txt: ids, one a line.")
]


@app.command()
def dedup(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(help="File to write, .jsonl or .parquet, as the inputs.")],
    every: Annotated[
        bool, typer.Option("--all", help="Write reposts as well, marked as such.")
    ] = False,
    lists: Lists = None,
    config: Config = None,
    field: Fields = None,
    assign: Assignments = None,
    threads: Threads = 0,
    quiet: Quiet = False,
) -> None:
    """Fold reposts and nothing else: write the kept records in their own columns, and ours."""
    from pipeline.curate.deduplicate import deduplicate

    settings = settings_of(config, field, assign, threads)
    done = deduplicate(inputs, out, settings, every=every, lists=lists)
    if not quiet:
        print(
            f"{done.articles:,} articles, {done.reposts:,} reposts, {done.rejects:,} rejects: "
            f"{done.written:,} records in {out}"
        )


@app.command()
def duplicates(
    archive: ArchiveOrNot = None,
    export: Export = RESULTS,
    relation: Annotated[
        Literal["exact", "near", "excerpt"] | None, typer.Option(help="Reposts of one relation.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Reposts of, or by, one source.")] = None,
    kept: Annotated[str | None, typer.Option(metavar="ID", help="Reposts of one article.")] = None,
    since: Since = None,
    until: Until = None,
    above: Annotated[
        float | None, typer.Option(min=0, max=1, help="Lowest Jaccard or containment.")
    ] = None,
    borderline: Annotated[
        bool, typer.Option("--borderline", help="Pairs around the thresholds, for review.")
    ] = False,
    recut: Annotated[
        bool, typer.Option("--recut", help="Fold anew at these settings, from the pairs of a run.")
    ] = False,
    lists: Lists = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to print.")] = 50,
    json: Json = False,
    config: Config = None,
    assign: Assignments = None,
) -> None:
    """List reposts with their outlets and delays; pairs to review; folds at other thresholds."""
    from pipeline.curate import duplicates as found
    from pipeline.curate import terminal as display
    from pipeline.curate.lists import write_lists

    settings = settings_of(config, assign=assign)
    tables = tables_of(archive, export, settings)
    articles, pairs, reposts = tables["articles"], tables["pairs"], tables["duplicates"]
    if borderline:
        near = found.borderline(pairs, settings.dedup)
        rows = near.slice(0, limit).to_pylist()
        give(rows, lambda: display.pairs_page(near, articles, limit), json=json)
        return
    if recut:
        reposts = found.recut(articles, pairs, settings.dedup)
    if lists:
        write_lists(articles["article_id"], found.kept_of(articles, reposts), lists)
    filters = found.Filters(
        relation,
        source,
        kept,
        since and since.replace(tzinfo=UTC),
        until and until.replace(tzinfo=UTC) + timedelta(days=1),
        above,
    )
    shown = found.filtered(reposts, articles, filters)
    rows = shown.slice(0, limit).to_pylist()
    give(rows, lambda: display.reposts_page(shown, reposts, articles, limit), json=json)
