"""Prefect tasks for the stages of the chain."""

import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect import State, Task, get_run_logger, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun, TaskRunPolicy
from prefect.context import FlowRunContext
from prefect.states import Pending
from prefect.task_engine import run_task_sync

from flows.handoff import Manifest, finished, load, save
from flows.reporting import Bar
from flows.work import job_of
from pipeline.counts import told
from pipeline.errors import InputError
from pipeline.job import Job
from pipeline.stages import STAGES, chain

R = TypeVar("R")

TASKS = {
    "read": ("read", "recall"),
    "fold": ("tokenize", "fold"),
    "group": ("group",),
    "export": ("commit", "export", "report"),
}
"""The stages that a task runs, by its name.

A task costs the server's database some 12 kB, so that short stages share one with the stage
that they serve. They are tried again and continued one by one all the same.
"""
_READING = "read"
_BACKOFF_SECONDS = [2.0, 10.0, 30.0]


def plan(job: Job) -> list[tuple[str, dict[str, list[str]]]]:
    """Plan the tasks of a job, in order.

    Returns
    -------
    list of (str, dict of str to list of str)
        Name of each, and its stages, each with those whose results it takes.
    """
    takes: dict[str, list[str]] = {}

    def note(stage: str, _job: Job, *earlier: str) -> str:
        takes[stage] = list(earlier)
        return stage

    chain(note, job)
    shares = {
        name: {stage: takes[stage] for stage in stages if stage in takes}
        for name, stages in TASKS.items()
    }
    return list(shares.items())


@task(name="stages", cache_policy=NO_CACHE, persist_result=False)
def run_stages(stages: Mapping[str, Sequence[str]], folder: str, bar: Bar) -> list[Manifest]:
    """Run some stages in turn.

    Parameters
    ----------
    stages : mapping of str to sequence of str
        Names in `pipeline.stages.STAGES`, each with those whose results it takes, in order.
    folder : str
        Of the job, from `flows.work.begin`.
    bar : Bar
        Told of progress.
    """
    manifests = []
    for stage, earlier in stages.items():
        manifests.append(_run_stage(stage, earlier, Path(folder), bar))
        bar.finish(stage)
    return manifests


def _run_stage(stage: str, earlier: Sequence[str], place: Path, bar: Bar) -> Manifest:
    """Run one stage on the results of earlier ones, and leave its own in the job's folder.

    A stage that an earlier attempt at the job finished is not run again.
    """
    log = get_run_logger()
    if done := finished(stage, place):
        log.info("%s: done already, by an earlier attempt", stage)
        return done
    begin = time.perf_counter()
    given = [load(name, place / name) for name in earlier]
    extra = {"report": partial(bar.advance, stage)} if stage == "read" else {}
    result = STAGES[stage](job_of(place), *given, **extra)
    seconds = time.perf_counter() - begin
    log.info("%s: %.1f s, %s", stage, seconds, told(result.counts) or "done")
    return save(result, stage, place, seconds)


def at_once(task: Task[..., R], **parameters: Any) -> R:
    """Run a task of the flow run, and call it Running from the start.

    Called as a function, a task is first told to be Pending, for no time at all; but that is an
    event and a state, a third of what the task leaves in the server's database. Nor does each of
    its events name the deployment, queue and pool, which the flow run that they name has.
    """
    pending: State[Any] = Pending()
    run = TaskRun(
        name=task.name,
        flow_run_id=runtime.flow_run.id,
        task_key=task.task_key,
        dynamic_key=f"{task.name}-{runtime.flow_run.run_count}",
        empirical_policy=TaskRunPolicy(
            retries=task.retries,
            retry_delay=task.retry_delay_seconds,
            retry_jitter_factor=task.retry_jitter_factor,
        ),
        expected_start_time=pending.timestamp,
        state=pending,
    )
    around = cast(FlowRunContext, FlowRunContext.get())
    bare = {"deployment_id": None, "work_queue_id": None, "work_pool_name": None}
    flow_run = around.flow_run and around.flow_run.model_copy(update=bare)
    with around.model_copy(update={"flow_run": flow_run}):
        return cast(R, run_task_sync(task, task_run=run, parameters=parameters))


def stages_task(name: str) -> Task[..., list[Manifest]]:
    """Give a task of `TASKS`: named so, and tried again if it reads what may come back."""
    if name != _READING:
        return run_stages.with_options(name=name)
    return run_stages.with_options(
        name=name,
        retries=len(_BACKOFF_SECONDS),
        retry_delay_seconds=_BACKOFF_SECONDS,
        retry_jitter_factor=0.5,
        retry_condition_fn=_may_pass if runtime.deployment.id is None else _may_come,
    )


def _may_pass(_task: Any, _run: Any, state: Any) -> bool:
    """Tell whether it pays to wait: a file system or network may recover, a typo will not."""
    return isinstance(state.result(raise_on_failure=False), OSError)


def _may_come(_task: Any, _run: Any, state: Any) -> bool:
    """Tell the same where nobody sits in front of the run: inputs may become readable, too."""
    return isinstance(state.result(raise_on_failure=False), OSError | InputError)
