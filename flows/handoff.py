"""Results of stages on disk, so that only their folder passes from task to task."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import pyarrow as pa

from pipeline.stages import STAGES

_PLAIN_FIELDS = "fields.json"


def save(result: Any, folder: Path) -> None:
    """Write a stage's result: its tables as Arrow IPC files, the rest as one JSON file.

    Parameters
    ----------
    result : dataclass
        What a function of `pipeline.stages.STAGES` gives.
    folder : Path
        Made here; must not exist.
    """
    folder.mkdir(parents=True)
    plain = {}
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, pa.Table):
            with pa.ipc.new_file(folder / f"{field.name}.arrow", value.schema) as file:
                file.write_table(value)
        else:
            plain[field.name] = value
    (folder / _PLAIN_FIELDS).write_text(json.dumps(plain), encoding="utf-8")


def load(stage: str, folder: Path) -> Any:
    """Read back what `save` wrote for a stage; tables are mapped from disk, not copied."""
    result_type = get_type_hints(STAGES[stage])["return"]
    values = json.loads((folder / _PLAIN_FIELDS).read_text(encoding="utf-8"))
    for field in fields(result_type):
        if field.name not in values:
            file = pa.memory_map(str(folder / f"{field.name}.arrow"))
            values[field.name] = pa.ipc.open_file(file).read_all().combine_chunks()
    return result_type(**values)
