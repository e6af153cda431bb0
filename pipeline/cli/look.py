"""Commands that look at results, in the terminal."""

from dataclasses import asdict, fields
from enum import StrEnum
from typing import Annotated

import typer

from pipeline.cli.options import (
    RESULTS,
    ArchiveOrNot,
    Assignments,
    Config,
    Export,
    Fields,
    Json,
    Since,
    Threads,
    Until,
    app,
    settings_of,
    tables_of,
)
from pipeline.cli.output import give


class Sort(StrEnum):
    """Orders of a list of stories."""

    size = "size"
    first = "first"
    last = "last"


@app.command()
def stories(
    archive: ArchiveOrNot = None,
    export: Export = RESULTS,
    search: Annotated[str | None, typer.Option(help="Words of headline or keywords.")] = None,
    language: Annotated[str | None, typer.Option(help="Language code, like en.")] = None,
    source: Annotated[str | None, typer.Option(help="An outlet that reported it.")] = None,
    min_articles: Annotated[int, typer.Option(min=1, help="Articles and reposts, at least.")] = 1,
    since: Since = None,
    until: Until = None,
    sort: Annotated[Sort, typer.Option(help="By size, first or last report.")] = Sort.size,
    limit: Annotated[int, typer.Option(min=1, help="Stories to list.")] = 20,
    json: Json = False,
    config: Config = None,
    assign: Assignments = None,
) -> None:
    """List stories; those with a report between the days."""
    from pipeline.look import listing, terminal

    wanted = listing.Filter(search, language, source, min_articles, since, until)
    tables = tables_of(archive, export, settings_of(config, assign=assign))
    rows = listing.chosen(tables, wanted, sort.value, limit).to_pylist()
    give(rows, lambda: terminal.stories_table(rows), json=json)


@app.command()
def story(
    story_id: Annotated[str, typer.Argument(help="Id of a story; see `storyfold stories`.")],
    archive: ArchiveOrNot = None,
    export: Export = RESULTS,
    json: Json = False,
    config: Config = None,
    assign: Assignments = None,
) -> None:
    """Tell one story: outlets, articles with their reposts, growth, linked stories."""
    from pipeline import look
    from pipeline.look import terminal

    if archive:
        tables = look.read_story(archive, settings_of(config, assign=assign), story_id)
    else:
        tables = look.read_export(export)
    view = look.story_view(tables, story_id)
    parts = {part.name: getattr(view, part.name) for part in fields(view)}
    give([parts], lambda: terminal.story_page(view), json=json)


@app.command()
def explain(
    article_id: Annotated[str, typer.Argument(help="Id of an article.")],
    inputs: Annotated[
        list[str] | None, typer.Argument(help="What the run read, where there is no archive.")
    ] = None,
    archive: ArchiveOrNot = None,
    json: Json = False,
    config: Config = None,
    field: Fields = None,
    assign: Assignments = None,
    threads: Threads = 0,
) -> None:
    """Say why an article is in its story, and which came close."""
    from pipeline.errors import InputError
    from pipeline.look import explain as explaining
    from pipeline.look import terminal

    settings = settings_of(config, field, assign, threads)
    if archive:
        why = explaining.explain_archived(archive, settings, article_id)
    elif inputs:
        why = explaining.explain_inputs(inputs, settings, article_id)
    else:
        raise InputError(
            "got no texts: results do not hold them; expected --archive DIR, or the inputs of the "
            f"run: storyfold explain {article_id} INPUT..."
        )
    give([asdict(why)], lambda: terminal.explanation_page(why), json=json)
