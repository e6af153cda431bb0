"""Results to tables: of an export folder, of an archive, or of one story in it."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, continued, schema
from pipeline.errors import InputError
from pipeline.settings import Settings


def read_export(folder: Path) -> dict[str, pa.Table]:
    """Read the Parquet files of an export folder.

    Parameters
    ----------
    folder : Path
        That a run or ``storyfold export`` wrote.

    Returns
    -------
    dict of str to table
        One for each name in schema.EXPORTS, with that schema. A column or a table that an
        earlier version of storyfold did not write is null or empty.

    Raises
    ------
    InputError
        There is no ``stories.parquet``, or a file is no table of ours.
    """
    if not (folder / "stories.parquet").is_file():
        raise InputError(
            f"{folder}: no stories.parquet in it; expected the folder of a run that wrote Parquet "
            "(`storyfold run INPUT... --out DIR`)"
        )
    return {name: _table(folder / f"{name}.parquet", name) for name in schema.EXPORTS}


def _table(path: Path, name: str) -> pa.Table:
    import pyarrow.parquet as pq

    wanted = schema.EXPORTS[name]
    if not path.is_file():
        return wanted.empty_table()
    try:
        found = pq.read_table(path)
        columns = [
            found[field.name].cast(field.type)
            if field.name in found.column_names
            else pa.nulls(len(found), field.type)
            for field in wanted
        ]
    except (OSError, pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f"{path}: cannot be read as the table {name}: {str(error).splitlines()[0]}; "
            "expected the file that a run wrote: run it again"
        ) from error
    return pa.table(columns, schema=wanted)


def read_archive(
    root: str, settings: Settings, since: date | None = None, until: date | None = None
) -> dict[str, pa.Table]:
    """Read a span of an archive; all of it by default.

    Parameters
    ----------
    root : str
        The archive's folder or URL.
    settings : Settings
    since, until : date, optional
        First and last day whose articles are wanted, both included. Their stories are
        described whole.

    Returns
    -------
    dict of str to table
        One for each name in schema.EXPORTS, with that schema.

    Raises
    ------
    ArchiveError
    """
    return continued.span_tables(archive.open_archive(root, settings), since, until)


def read_story(root: str, settings: Settings, story_id: str) -> dict[str, pa.Table]:
    """Read one story of an archive, under whatever id it goes by now.

    Parameters
    ----------
    root : str
        The archive's folder or URL.
    settings : Settings
    story_id : str
        Of the story, or of one that became part of it.

    Returns
    -------
    dict of str to table
        One for each name in schema.EXPORTS. Members, articles and reposts are those of this
        story; ``stories`` also has those that it is linked to.

    Raises
    ------
    ArchiveError
    InputError
        The archive has no such story.
    """
    past = archive.open_archive(root, settings)
    found = continued.story_tables(past, story_id)
    if found is None:
        raise no_such_story(story_id, root)
    return found


def resolved(tables: dict[str, pa.Table], story_id: str) -> str:
    """Give the id that a story goes by now, by the events in the tables.

    Raises
    ------
    InputError
        The tables hold neither this story nor one that it became part of.
    """
    heir = archive.heir(tables["story_events"], story_id)
    if not pc.any(pc.equal(tables["stories"]["story_id"], heir)).as_py():
        raise no_such_story(story_id, "these results")
    return heir


def no_such_story(story_id: str, place: str) -> InputError:
    """Say that there is no such story."""
    return InputError(
        f"no story {story_id} in {place}; expected an id as `storyfold stories` lists them"
    )
