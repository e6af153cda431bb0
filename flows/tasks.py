"""One Prefect task for any stage of the chain."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect import Task, get_run_logger, runtime, task
from prefect.cache_policies import NO_CACHE

from flows.handoff import Manifest, finished, load, save
from flows.work import job_of
from pipeline.counts import told
from pipeline.errors import InputError, StoryfoldError
from pipeline.stages import STAGES

_READING = ("read", "recall")
_BACKOFF_SECONDS = [2.0, 10.0, 30.0]


@task(name="stage", cache_policy=NO_CACHE, persist_result=False)
def run_stage(
    stage: str, folder: str, earlier: list[str], report: Callable[[int, int], None]
) -> Manifest:
    """Run one stage on the results of earlier ones, and leave its own in the job's folder.

    A stage that an earlier attempt at the job finished is not run again.

    Parameters
    ----------
    stage : str
        A name in `pipeline.stages.STAGES`.
    folder : str
        Of the job, from `flows.work.begin`.
    earlier : list of str
        The stages whose results this one takes, in order.
    report : callable
        Told of bytes read, and bytes in all.
    """
    log, place = get_run_logger(), Path(folder)
    if done := finished(stage, place):
        log.info("%s: done already, by an earlier run that did not end", stage)
        return done
    begin = time.perf_counter()
    given = [load(name, place / name) for name in earlier]
    extra = {"report": report} if stage == "read" else {}
    result = STAGES[stage](job_of(place), *given, **extra)
    seconds = time.perf_counter() - begin
    log.info("%s: %.1f s, %s", stage, seconds, told(result.counts) or "done")
    return save(result, stage, place, seconds)


@task(name="report", task_run_name="report", cache_policy=NO_CACHE, persist_result=False)
def write_report(export: str, out: str) -> str | None:
    """Write the report of what a run exported; the run goes on where that fails.

    Returns
    -------
    str or None
        Path of its front page.
    """
    from pipeline import report

    try:
        counts = report.of_export(Path(export), Path(out))
    except StoryfoldError as error:
        get_run_logger().warning("no report: %s", error)
        return None
    get_run_logger().info("report: %s, in %s", told(counts), out)
    return str(Path(out).absolute() / "index.html")


def stage_task(stage: str) -> Task[..., Manifest]:
    """Give a stage's task: named by it, and tried again if it reads what may come back."""
    if stage not in _READING:
        return run_stage.with_options(name=stage, task_run_name=stage)
    return run_stage.with_options(
        name=stage,
        task_run_name=stage,
        retries=len(_BACKOFF_SECONDS),
        retry_delay_seconds=_BACKOFF_SECONDS,
        retry_jitter_factor=0.5,
        retry_condition_fn=_may_pass,
    )


def _may_pass(_task: Any, _run: Any, state: Any) -> bool:
    """Tell whether it pays to wait: a file system or network may recover, a typo will not.

    Inputs that cannot be read are waited for where nobody sits in front of the run.
    """
    error = state.result(raise_on_failure=False)
    return isinstance(error, OSError) or (
        isinstance(error, InputError) and runtime.deployment.id is not None
    )
