"""Ids to keep and ids to drop, for a training corpus."""

from pathlib import Path

import pyarrow as pa


def write_lists(ids: pa.ChunkedArray, kept_ids: pa.ChunkedArray, folder: Path) -> None:
    """Write ``keep.txt`` and ``drop.txt``: ids of kept articles and of reposts, one a line.

    Parameters
    ----------
    ids, kept_ids : string columns
        Articles and those kept for them; null or their own where they are kept.
    folder : Path
        Made where it does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keep: list[str] = []
    drop: list[str] = []
    for one, kept in zip(ids.to_pylist(), kept_ids.to_pylist(), strict=True):
        (keep if kept in (None, one) else drop).append(one)
    for name, listed in (("keep.txt", keep), ("drop.txt", drop)):
        text = "".join(f"{one}\n" for one in sorted(listed))
        (folder / name).write_text(text, "utf-8")
