"""The flow ``ingest-to-cluster``: the chain of stages, as tasks.

    python -m flows.news INPUT... --out DIR

runs it at once; without a server at ``PREFECT_API_URL`` it starts one for the run.
"""

import atexit
import gc
import sys

if __name__ == "__main__":  # not to be put off: the imports below take seconds
    from flows import temporary

    gc.disable()  # what is imported stays: nothing of it is garbage
    temporary.start_early()

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from prefect import State, flow, get_run_logger, runtime
from prefect.states import Cancelled, Completed

from flows.events import EventSettings, send
from flows.handoff import Manifest, load
from flows.reporting import Bar, name_run, publish
from flows.server import some_server
from flows.summary import Done, headline
from flows.tasks import at_once, plan, stages_task
from flows.work import Asked, begin, job_folder
from pipeline import archive as archives
from pipeline import continued
from pipeline.config import load_settings
from pipeline.counts import told
from pipeline.errors import ArchiveHeldError, InputError, StoryfoldError
from pipeline.ingest import Inbox
from pipeline.process import suit_large_tables
from pipeline.settings import Settings
from pipeline.stages import Job, holding, stages_of, warm_up


def _asked_for() -> str:
    """Name a run by what it is asked for; `ingest_to_cluster` says more when it knows more.

    Every event of the run repeats this name several times: no folders, then.
    """
    given = runtime.flow_run.parameters
    if given.get("inbox"):
        return f"inbox {Path(given['inbox']).name}"
    inputs = given.get("inputs") or ["nothing"]
    more = f" and {len(inputs) - 1} more" if len(inputs) > 1 else ""
    return f"{Path(inputs[0]).name}{more}"


@flow(
    name="ingest-to-cluster",
    description="Reads news, folds reposts, gathers stories, and writes the tables.",
    flow_run_name=_asked_for,
    persist_result=False,
    result_serializer="json",
)
def ingest_to_cluster(
    inputs: list[str] = [],  # noqa: B006 - never changed
    inbox: str | None = None,
    archive: str | None = None,
    out: str = "data/exports",
    settings: Settings = Settings(),  # noqa: B008 - frozen
    events: EventSettings = EventSettings(),  # noqa: B008 - frozen
    report: str | None = None,
    report_url: str | None = None,
    work: str = "data/work",
) -> State[list[str]]:
    """Read news, fold reposts, gather stories, and write the export tables.

    The parameters are in the one form that Prefect's own form shows.

    Args:
        inputs: Files, folders or globs to read. Leave empty where an inbox is drained.
        inbox: Folder whose new files are read, each once. Needs an archive.
        archive: Folder or URL of the archive that the run continues.
        out: Folder for the results.
        settings: How the pipeline reads, cleans, folds and groups.
        events: Which stories send events.
        report: Folder for a report of the results; none is written where this is empty.
        report_url: Address under which the report is served, for the link to it.
        work: Folder for what a run that crashes leaves to be continued.
    """
    suit_large_tables()
    asked = _request(inputs, inbox, archive, out, settings)
    warm_up(settings)
    try:
        with _job(asked, Path(work)) as (job, found, folder):
            if not job.inputs:
                name_run(f"nothing new in {inbox}")
                return Completed(message=f"nothing new in {inbox}", data=[])
            name_run(_found(job))
            done = _run_stages(job, found, folder)
            exported = load("export", done.folder("export"))
            page = report and _write_report(job.out, Path(report))
            url = report_url or (page.as_uri() if page else None)
            publish(done, exported.largest, _growth(done, events), url)
            return Completed(message=headline(done), data=list(exported.files))
    except ArchiveHeldError as error:
        if inbox is None:
            raise
        return Cancelled(message=f"{error}; what is in the inbox waits for the next run")


def _request(
    inputs: list[str], inbox: str | None, archive: str | None, out: str, settings: Settings
) -> Asked:
    if bool(inputs) == (inbox is not None):
        raise InputError(
            f"got inputs={inputs!r} and inbox={inbox!r}; expected inputs to read, or an inbox "
            "to drain"
        )
    if inbox is not None and archive is None:
        raise InputError(
            f"got inbox={inbox!r} without an archive; expected one: it remembers which files were "
            "read"
        )
    if archive is not None and "://" not in archive:
        archive = str(Path(archive).absolute())
    where = None if inbox is None else str(Path(inbox).absolute())
    return Asked(inputs, where, archive, str(Path(out).absolute()), settings)


@contextmanager
def _job(asked: Asked, work: Path) -> Iterator[tuple[Job, Inbox | None, Path]]:
    """Hold a job and its archive while the run works."""
    now = datetime.now(UTC)
    whole = Job((), Path(asked.out), asked.settings, now, asked.archive)
    with job_folder(work, asked) as folder, holding(whole):
        yield *begin(asked, folder, now), folder


def _run_stages(job: Job, inbox: Inbox | None, folder: Path) -> Done:
    """Run the chain, task by task."""
    manifests: list[Manifest] = []
    bar = Bar(stages_of(job))
    for name, stages in plan(job):
        done: list[Manifest] = at_once(
            stages_task(name), stages=stages, folder=str(folder), bar=bar
        )
        manifests += done
    return Done(job, inbox, manifests, load("export", folder / "export").files)


def _write_report(export: Path, out: Path) -> Path | None:
    """Write the report of what a run exported, and give its page; without it, the run goes on."""
    from pipeline import report

    begin = time.perf_counter()
    try:
        counts = report.of_export(export, out)
    except StoryfoldError as error:
        get_run_logger().warning("no report: %s", error)
        return None
    seconds = time.perf_counter() - begin
    get_run_logger().info("report: %.1f s, %s, in %s", seconds, told(counts), out)
    return out.absolute() / "index.html"


def _growth(done: Done, events: EventSettings) -> Any:
    """Tell how stories grew, also as events; None without an archive."""
    if done.job.archive is None:
        return None
    past = archives.open_archive(done.job.archive, done.job.settings)
    run = load("commit", done.folder("commit")).run_id
    growth = continued.growth(past, run, events.spread_hours)
    counts = send(growth, events, done.job.archive)
    get_run_logger().info(
        "events about stories: %d sent, %d left out (events.most)", *counts.values()
    )
    return growth


def _found(job: Job) -> str:
    """Name a run by its files."""
    size = sum(file.size for file in job.files) / 1e6
    names = [Path(file.path).name for file in job.files] or list(job.inputs)
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"{names[0]}{more}, {size:,.1f} MB"


def main(
    inputs: Annotated[list[str], typer.Argument(help="Files, folders or globs.")],
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("data/exports"),
    archive: Annotated[
        str | None, typer.Option(help="Folder or URL of the archive that this run continues.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings; by default storyfold.toml, if it is here.")
    ] = None,
) -> None:
    """Run the flow ingest-to-cluster once."""
    gc.freeze()
    gc.enable()
    atexit.register(gc.freeze)  # a last search for garbage would take nearly a second
    try:
        settings = load_settings(config, {})
        warm_up(settings)
        with some_server():
            ingest_to_cluster(inputs, archive=archive, out=str(out), settings=settings)
    except StoryfoldError as error:
        print(f"storyfold: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
