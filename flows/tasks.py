"""One Prefect task for any stage of the chain."""

import time
from pathlib import Path
from typing import TypedDict

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from flows.handoff import load, save
from pipeline.stages import STAGES, Job


class Manifest(TypedDict):
    """What a stage's task hands on: where its result is, and what to tell of it."""

    stage: str
    folder: str
    counts: dict[str, int]
    seconds: float


@task(name="stage", cache_policy=NO_CACHE, persist_result=False)
def run_stage(stage: str, job: Job, folder: str, earlier: list[Manifest]) -> Manifest:
    """Run one stage on the results of earlier ones, and leave its own in a folder.

    Parameters
    ----------
    stage : str
        A name in `pipeline.stages.STAGES`.
    job : Job
        What the run is asked to do.
    folder : str
        Working folder of the run.
    earlier : list of Manifest
        The stage's inputs, in order.
    """
    begin = time.perf_counter()
    given = [load(manifest["stage"], Path(manifest["folder"])) for manifest in earlier]
    result = STAGES[stage](job, *given)
    place = Path(folder) / stage
    save(result, place)
    seconds = time.perf_counter() - begin
    found = ", ".join(f"{number:,} {name}" for name, number in result.counts.items())
    get_run_logger().info("%s: %.1f s, %s", stage, seconds, found or "done")
    return Manifest(stage=stage, folder=str(place), counts=result.counts, seconds=seconds)
