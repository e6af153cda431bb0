"""Results of stages on disk, so that only their folder passes from task to task."""

import json
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any, TypedDict, get_type_hints

import pyarrow as pa

from pipeline.stages import STAGES

_PLAIN_FIELDS = "fields.json"
_MANIFEST = "manifest.json"


class Manifest(TypedDict):
    """What a stage's task hands on: where its result is, and what to tell of it."""

    stage: str
    folder: str
    counts: dict[str, int]
    seconds: float


def save(result: Any, stage: str, job: Path, seconds: float) -> Manifest:
    """Write a stage's result: its tables as Arrow IPC files, the rest as one JSON file.

    The stage's folder appears whole: that it is there says that the stage is done.

    Parameters
    ----------
    result : dataclass
        What a function of `pipeline.stages.STAGES` gives.
    stage : str
    job : Path
        The job's folder.
    seconds : float
        That the stage took.
    """
    place, partial = job / stage, job / f"{stage}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    plain = {}
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, pa.Table):
            with pa.ipc.new_file(partial / f"{field.name}.arrow", value.schema) as file:
                file.write_table(value)
        else:
            plain[field.name] = value
    (partial / _PLAIN_FIELDS).write_text(json.dumps(plain), encoding="utf-8")
    manifest = Manifest(stage=stage, folder=str(place), counts=result.counts, seconds=seconds)
    sizes = {path.name: path.stat().st_size for path in partial.iterdir()}
    (partial / _MANIFEST).write_text(json.dumps({"manifest": manifest, "sizes": sizes}), "utf-8")
    partial.rename(place)
    return manifest


def finished(stage: str, job: Path) -> Manifest | None:
    """Give the manifest of a stage that an earlier attempt finished; None where there is none.

    A folder whose files are not as long as they were written is removed: the machine went
    down before they reached the disk.
    """
    place = job / stage
    try:
        known = json.loads((place / _MANIFEST).read_text("utf-8"))
        if all((place / name).stat().st_size == size for name, size in known["sizes"].items()):
            manifest: Manifest = known["manifest"]
            return manifest
    except (OSError, ValueError, KeyError):
        pass
    shutil.rmtree(place, ignore_errors=True)
    return None


def load(stage: str, folder: Path) -> Any:
    """Read back what `save` wrote for a stage; tables are mapped from disk, not copied."""
    result_type = get_type_hints(STAGES[stage])["return"]
    values = json.loads((folder / _PLAIN_FIELDS).read_text(encoding="utf-8"))
    for field in fields(result_type):
        if field.name not in values:
            values[field.name] = table(folder, field.name).combine_chunks()
    return result_type(**values)


def table(folder: Path, name: str) -> pa.Table:
    """Map one table of a stage's result from disk."""
    return pa.ipc.open_file(pa.memory_map(str(folder / f"{name}.arrow"))).read_all()
