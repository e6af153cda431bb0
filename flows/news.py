"""The flow ``ingest-to-cluster``: the chain of stages, a task each.

    python -m flows.news INPUT... --out DIR

runs it at once; without a server at ``PREFECT_API_URL`` it starts one for the run.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from prefect import flow
from prefect.settings import (
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_RESULTS_DEFAULT_SERIALIZER,
    PREFECT_SERVER_ANALYTICS_ENABLED,
    PREFECT_SERVER_EPHEMERAL_ENABLED,
    temporary_settings,
)

from flows.artifacts import publish_largest, publish_summary
from flows.handoff import load
from flows.tasks import Manifest, run_stage
from pipeline.config import load_settings
from pipeline.errors import StoryfoldError
from pipeline.settings import Settings
from pipeline.stages import Job, chain, holding

_SETTINGS = {
    PREFECT_SERVER_EPHEMERAL_ENABLED: True,
    PREFECT_SERVER_ANALYTICS_ENABLED: False,
    PREFECT_RESULTS_DEFAULT_SERIALIZER: "json",
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY: 30,
}
"""Also in pyproject.toml, which Prefect reads where it is the working folder's."""


@flow(name="ingest-to-cluster", persist_result=False)
def ingest_to_cluster(
    inputs: list[str],
    out: str = "data/exports",
    settings: Settings = Settings(),  # noqa: B008 - frozen
    archive: str | None = None,
) -> list[str]:
    """Read news, fold reposts, gather stories, and write the export tables.

    Parameters
    ----------
    inputs : list of str
        Files, folders or globs.
    out : str
        Folder for the results.
    settings : Settings
        The pipeline's own.
    archive : str, optional
        Folder or URL of the archive that the run continues.

    Returns
    -------
    list of str
        The files written.
    """
    job = Job(tuple(inputs), Path(out), settings, datetime.now(UTC), archive)
    manifests: list[Manifest] = []

    with tempfile.TemporaryDirectory(prefix="storyfold-") as folder, holding(job):

        def step(stage: str, asked: Job, *earlier: Manifest) -> Manifest:
            named = run_stage.with_options(name=stage, task_run_name=stage)
            manifests.append(named(stage, asked, folder, list(earlier)))
            return manifests[-1]

        last = chain(step, job)
        exported = load("export", Path(last["folder"]))
    publish_summary(manifests, exported.files)
    publish_largest(exported.largest)
    return list(exported.files)


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
    try:
        settings = load_settings(config, {})
        with temporary_settings(_SETTINGS):
            ingest_to_cluster(inputs, str(out), settings, archive)
    except StoryfoldError as error:
        print(f"storyfold: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
