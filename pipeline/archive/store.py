"""An archive that is open: what earlier runs left, and the way to add to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.archive import files, recent, tables, whereabouts
from pipeline.archive.days import union
from pipeline.archive.files import DataFile, Span
from pipeline.archive.pending import Pending
from pipeline.archive.place import Place
from pipeline.archive.reading import (
    Kept,
    Source,
    by_file,
    last_row,
    newest,
    picked,
    read,
    rows_where,
)
from pipeline.archive.tables import RUNS, TABLES
from pipeline.errors import ArchiveError, first_line
from pipeline.seen import FileSeen

_KEPT = ("fingerprints", "pairs", "duplicates", "members", "stories", "story_links")
"""Tables whose rows of some weeks are read by each run: what was read of them is kept."""

_MAPPED = ("fingerprints", "stories")
"""Those of them that hardly shrink, for they are mostly hashes and weights: their copies are
mapped into memory as they are."""

_MANY_FILES = 16
"""Files that are not in the copy of recent rows: so many are worth a new copy."""

_MANY_IDS = 4096
"""The same, of ids whose days are not at hand."""


class Archive:
    """The committed rows of an archive, as they were when it was opened.

    One that is held for writing goes on with its own commits.
    """

    def __init__(self, place: Place, level: int, opened: Mapping[str, Any] | None = None) -> None:
        self.place = place
        self._level = level
        self._open = dict(opened or {"runs": tables.open_table(place, "runs")})
        self._listed: dict[str, tuple[int, pa.Table]] = {}
        self._kept: dict[str, Kept] = {}
        self._copied: dict[str, Kept] = {}
        self._writing = opened is not None
        self.last_run = files.last_run(self._listing("runs"))
        """The last committed run; empty before the first."""

    @cached_property
    def _last(self) -> dict[str, Any]:
        return last_row(self.place, self.table("runs")) or {"number": 0, "clock": None}

    @property
    def clock(self) -> datetime | None:
        """Latest date of any article so far."""
        return self._last["clock"]

    def next_run(self, digest: str) -> str:
        """Name the run after the last one; names sort in the order of the runs."""
        return f"{self._last['number'] + 1:08d}-{digest[:12]}"

    def runs(self) -> pa.Table:
        """Give every committed run."""
        every = self._run_columns(*RUNS.names).cast(RUNS).sort_by("number")
        return every.filter(pc.not_equal(every["kind"], "move"))

    def run_ids(self) -> list[str]:
        """Name every committed run, in order."""
        return self.runs()["run_id"].to_pylist()

    def files_read(self) -> set[FileSeen]:
        """Give the files that committed runs read, as these saw them.

        A file that changed since is another one. With the run's row its files are marked as
        read, so that a run which was killed has read none.
        """
        lists = self._run_columns("files")["files"].to_pylist()
        return {FileSeen(*file) for files in lists for file in orjson.loads(files)}

    def _run_columns(self, *names: str) -> pa.Table:
        return read(self._source("runs"), self.last_run, columns=names)

    def last_files(self) -> list[FileSeen]:
        """Give the files that the last committed run read."""
        return [FileSeen(*file) for file in orjson.loads(self._last.get("files") or "[]")]

    def read(
        self,
        name: str,
        spans: Sequence[Span] | None = None,
        columns: Sequence[str] | None = None,
        upto: str | None = None,
        since: str = "",
        where: pc.Expression | None = None,
        *,
        history: bool = False,
    ) -> pa.Table:
        """Give the rows that hold: of those with one key, that of the latest run.

        Parameters
        ----------
        name : str
            In `tables.TABLES`.
        spans : sequence of (first day, last day), optional
            Days to read; every one where it is not given.
        columns : sequence of str, optional
            The table's keys, ``run_id``, and what is in `tables.LYING`, are given as well.
        upto : str, optional
            The state after an earlier run.
        since : str
            The first run whose rows are wanted.
        where : Expression, optional
            Of key columns alone: it chooses rows before it is known which of them hold.
        history : bool
            Give the rows that held once as well.

        Raises
        ------
        ArchiveError
            A file of the table is damaged.
        """
        keys = tables.KEYS.get(name, [])
        lying = tables.LYING.get(name)
        always = [*keys, "run_id", *([lying] if lying else [])]
        wanted = columns and [*dict.fromkeys([*columns, *always])]
        rows = self._guarded(
            name,
            lambda: read(
                self._source(name, lasting=spans is not None),
                upto or self.last_run, spans, wanted, since, where,
            ),
        )  # fmt: skip
        if not keys or history:
            return rows
        rows = newest(rows, name)
        return rows_where(rows, rows[lying].is_valid()) if lying else rows

    def days_of(self, ids: pa.Array) -> list[date]:
        """Give the days under which articles of some ids may lie, in the whole archive.

        In an object store, where nothing is kept beside the tables, none is given.
        """
        folder = self.place.folder
        if folder is None:
            return []
        known = whereabouts.load(folder)
        listing = self.files("fingerprints")
        new = [file for file in listing if file.path not in known.files]
        source = self._source("fingerprints")
        at_hand = {**source.copied, **self._kept.get("fingerprints", {})}
        parts = by_file(source._replace(copied=at_hand, whole=False), new, ["article_id"])
        more = {
            file.path: (part["article_id"], file.day)
            for file, part in zip(new, parts, strict=True)
            if file.day
        }
        known = whereabouts.extended(known, more, (file.path for file in listing))
        many_ids = sum(len(ids) for ids, _ in more.values()) >= _MANY_IDS
        if self._writing and (len(new) >= _MANY_FILES or many_ids):
            whereabouts.save(folder, known)
        return whereabouts.days_of(known, ids)

    def articles(self, wanted: pa.Table) -> pa.Table:
        """Read whole articles, and as few others as their files allow.

        Parameters
        ----------
        wanted : table with the columns ``article_id`` and ``day``

        Returns
        -------
        table of the archive's ``articles``
        """
        return self._guarded("articles", lambda: self._fetch(wanted.select(["article_id", "day"])))

    def _fetch(self, wanted: pa.Table) -> pa.Table:
        by_day: dict[date, list[str]] = {}
        for row in wanted.to_pylist():
            by_day.setdefault(row["day"], []).append(row["article_id"])
        source = self._source("articles")
        days = union((day, day) for day in by_day)
        found_in = files.data_files(files.chosen(source.files, days, "", self.last_run))
        at_hand = [(file.path, file.day, by_day[file.day]) for file in found_in if file.day]
        with ThreadPoolExecutor() as pool:
            found = pool.map(lambda at: picked(source.system, *at), at_hand)
            rows = pa.concat_tables([TABLES["articles"].empty_table(), *found])
        rows = newest(rows_where(rows, pc.less_equal(rows["run_id"], self.last_run)), "articles")
        return rows_where(rows, rows["words"].is_valid())

    def files(self, name: str) -> list[DataFile]:
        """List the files of a table."""
        return files.data_files(self._listing(name))

    def table(self, name: str) -> Any:
        """Give the Delta table itself."""
        if name not in self._open:
            self._open[name] = tables.open_table(self.place, name)
        return self._open[name]

    def _listing(self, name: str) -> pa.Table:
        version = self.table(name).version()
        if self._listed.get(name, (-1, None))[0] != version:
            self._listed[name] = version, files.listed(self.table(name))
        return self._listed[name][1]

    def _source(self, name: str, *, lasting: bool = False) -> Source:
        kind = RUNS if name == "runs" else TABLES[name]
        system = self.place.filesystem(name)
        if name not in _KEPT:
            return Source(kind, self._listing(name), system)
        if name not in self._copied:
            folder = self.place.folder
            self._copied[name] = recent.load(folder, name, kind) if folder else {}
        kept = self._kept.setdefault(name, {}) if lasting else None
        return Source(kind, self._listing(name), system, self._copied[name], kept, self._writing)

    def remember(self) -> None:
        """Copy the rows of some weeks that this run read, for the next one to have at hand."""
        if self.place.folder is None:
            return
        with ThreadPoolExecutor() as pool:
            tasks = [
                pool.submit(self._copy, self.place.folder, name, kept)
                for name, kept in self._kept.items()
                if len(kept.keys() - self._copied[name].keys()) >= _MANY_FILES
            ]
        for task in tasks:
            task.result()

    def _copy(self, folder: Path, name: str, kept: Kept) -> None:
        order = self._listing(name).sort_by([("day", "descending")])["path"].to_pylist()
        parts = {path: kept[path] for path in order if path in kept}
        compression = None if name in _MAPPED else "lz4"
        recent.save(folder, name, TABLES[name], parts, compression)

    def forget_copies(self) -> None:
        """Delete the copy of recent rows, and make none of what was read."""
        if self.place.folder:
            recent.drop(self.place.folder)
        self._kept.clear()
        self._copied.clear()

    def _guarded(self, name: str, reader: Callable[[], pa.Table]) -> pa.Table:
        try:
            return reader()
        except (OSError, pa.ArrowInvalid) as error:
            raise ArchiveError(self._damage(name, error)) from error

    def _damage(self, name: str, error: Exception) -> str:
        """Say which file is damaged: one that is not as long as the log has it."""
        for file in self.files(name) if self.place.folder else []:
            path = Path(self.place.table(name)) / file.path
            size = path.stat().st_size if path.is_file() else 0
            if size != file.size:
                return (
                    f"the archive's file {path} is damaged: got {size} bytes, expected "
                    f"{file.size}; put it back from a backup of the archive"
                )
        return f"the archive's table {self.place.table(name)} cannot be read: {first_line(error)}"

    def resolve(self, story_id: str) -> str:
        """Give the id that a story goes by now: it may have become part of an elder one."""
        columns = ["story_id", "event", "other_id"]
        return heir(self.read("story_events", columns=columns), story_id)

    @contextmanager
    def committing(self, run: str, about: Mapping[str, Any]) -> Iterator[Pending]:
        """Append the rows of a run; its row in ``runs`` comes last, and makes them count.

        Where anything is raised within, nothing of the run counts.

        Parameters
        ----------
        run : str
            From `next_run`.
        about : mapping
            Of ``kind``, ``began``, ``clock``, ``settings`` and ``files``.

        Raises
        ------
        ArchiveError
            The archive cannot be written, or another run was committed meanwhile.
        """
        from deltalake.exceptions import CommitFailedError, DeltaError

        with ThreadPoolExecutor() as pool:
            pending = Pending(run, self.table, self._level, pool)
            yield pending
            try:
                pending.commit(self._last["number"] + 1, about)
            except CommitFailedError as error:
                raise ArchiveError(
                    f"another run was committed to the archive at {self.place.root} while this "
                    "one worked; nothing of this one counts: run it again"
                ) from error
            except (OSError, DeltaError) as error:
                raise ArchiveError(
                    f"cannot write the archive at {self.place.root}: {first_line(error)}; "
                    "expected room to write: nothing of this run counts, run it again"
                ) from error
            self.last_run = run
            self.__dict__.pop("_last", None)


def heir(events: pa.Table, story_id: str) -> str:
    """Give the id that a story goes by now, by a table of story events."""
    merged = events.filter(pc.equal(events["event"], "merged"))
    into = dict(zip(merged["story_id"].to_pylist(), merged["other_id"].to_pylist(), strict=True))
    while story_id in into:
        story_id = into[story_id]
    return story_id


def words_of(rows: pa.Table) -> pa.Table:
    """Reduce rows of ``articles`` to schema.CLEANED."""
    return rows.select(schema.CLEANED.names).cast(schema.CLEANED)
