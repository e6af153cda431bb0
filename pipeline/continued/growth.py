"""How much the stories that a run touched have grown by it."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import archive
from pipeline.archive import Archive

_COUNTED = ("articles", "reposts", "sources")

GROWTH = pa.schema(
    [
        ("story_id", pa.string()),
        ("event", pa.string()),  # born or grew
        ("title", pa.string()),
        ("last_published", pa.timestamp("us", tz="UTC")),
        *[(name, pa.int32()) for name in _COUNTED],
        *[(f"{name}_before", pa.int32()) for name in _COUNTED],
        ("fresh_sources", pa.int32()),  # that reported within some hours before its last report
        ("fresh_sources_before", pa.int32()),
    ]
)
"""A story that was born or grew in a run."""


def growth(past: Archive, run: str, hours: float) -> pa.Table:
    """Tell what a run added to each story.

    Parameters
    ----------
    past : Archive
        Opened after the run.
    run : str
        The archive's last run.
    hours : float
        Length of the window, ending with a story's last report, whose sources are counted as
        ``fresh_sources``.

    Returns
    -------
    table of GROWTH
        Those that gained most sources first; then most articles and reposts.
    """
    events = past.read("story_events", since=run)
    events = events.filter(pc.is_in(events["event"], pa.array(["born", "grew"])))
    events = events.group_by("story_id").aggregate([("event", "min"), ("day", "min")])
    now = _of(past.read("stories", archive.around(events["day_min"], 0)), events["story_id"])
    spans = archive.union(
        zip(now["first_day"].to_pylist(), now["last_day"].to_pylist(), strict=True)
    )
    earlier = [name for name in past.run_ids() if name < run]
    before, members_before = now[:0], past.read("members", [])
    if earlier:
        days = archive.around(events["day_min"], 0)
        before = _of(past.read("stories", days, upto=earlier[-1]), events["story_id"])
        members_before = past.read("members", spans, upto=earlier[-1])
    ids = now["story_id"].combine_chunks()
    columns = {name: now[name] for name in ("story_id", "title", "last_published", *_COUNTED)}
    row = pc.index_in(ids, before["story_id"].combine_chunks())
    for name in _COUNTED:
        columns[f"{name}_before"] = pc.fill_null(before[name].take(row), 0)
    columns["fresh_sources"] = pa.array(_fresh(past.read("members", spans), ids, hours))
    columns["fresh_sources_before"] = pa.array(_fresh(members_before, ids, hours))
    columns["event"] = events["event_min"].take(
        pc.index_in(ids, events["story_id"].combine_chunks())
    )
    table = pa.table([columns[name] for name in GROWTH.names], GROWTH.names).cast(GROWTH)
    return table.take(pa.array(_order(table)))


def _of(rows: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    alive = pc.not_equal(rows["status"], "merged")
    return rows.filter(pc.and_(alive, pc.is_in(rows["story_id"], ids.combine_chunks())))


def _fresh(members: pa.Table, ids: pa.Array, hours: float) -> NDArray[np.int32]:
    """Count the known sources of each story within the hours before its last report."""
    fresh = np.zeros(len(ids), dtype=np.int32)
    rows = members.filter(
        pc.and_(
            pc.is_in(members["story_id"], ids),
            pc.and_(members["published"].is_valid(), members["source"].is_valid()),
        )
    )
    if not rows.num_rows:
        return fresh
    story = pc.index_in(rows["story_id"], ids).to_numpy().astype(np.int64)
    at = rows["published"].cast(pa.int64()).to_numpy()
    last = np.full(len(ids), np.iinfo(np.int64).min)
    np.maximum.at(last, story, at)
    near = at >= last[story] - round(timedelta(hours=hours) / timedelta(microseconds=1))
    source = rows["source"].combine_chunks().dictionary_encode().indices.to_numpy()
    pairs = np.unique(np.stack([story[near], source[near].astype(np.int64)]), axis=1)
    np.add.at(fresh, pairs[0], 1)
    return fresh


def _order(table: pa.Table) -> NDArray[np.int64]:
    gained = {
        name: table[name].to_numpy() - table[f"{name}_before"].to_numpy() for name in _COUNTED
    }
    added = gained["articles"] + gained["reposts"]
    names = table["story_id"].to_numpy(zero_copy_only=False)
    return np.lexsort((names, -added, -gained["sources"]))
