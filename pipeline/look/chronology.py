"""Members in order of publication: who was first, who followed, and how a story grew.

All of these take the members of any number of stories at once; a story is a run of rows.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import schema

_UTC = schema.MEMBERS.field("published").type

OUTLETS = pa.schema(
    [
        ("story_id", pa.string()),
        ("source", pa.string()),
        ("published", _UTC),  # the outlet's first report; null where none is dated
        ("delay", pa.duration("us")),  # behind the first report of all
        ("articles", pa.int32()),
        ("reposts", pa.int32()),
        ("article_id", pa.string()),  # of that first report
    ]
)
"""The outlets of a story, in order of their first report."""

GROWTH = pa.schema(
    [
        ("story_id", pa.string()),
        ("hour", _UTC),
        ("articles", pa.int32()),  # published within it
        ("reposts", pa.int32()),
        ("total", pa.int32()),  # of both, so far
    ]
)
"""Hours in which something was published on a story, in order."""


def in_order(members: pa.Table) -> pa.Table:
    """Sort members by story, then date (the undated last), then id."""
    return members.sort_by(
        [("story_id", "ascending"), ("published", "ascending"), ("article_id", "ascending")]
    )


def outlets(members: pa.Table) -> pa.Table:
    """List the outlets of each story in order of their first report.

    Parameters
    ----------
    members : table of schema.MEMBERS
        In any order. Members without a source make up one outlet without a name.

    Returns
    -------
    table of OUTLETS
        By story, then date, the undated last.
    """
    members = in_order(members)
    story, starts = _stories(members)
    encoded = members["source"].combine_chunks().dictionary_encode()
    source = encoded.indices.fill_null(-1).to_numpy().astype(np.int64)
    key = story * (len(encoded.dictionary) + 1) + source
    _, first, outlet = np.unique(key, return_index=True, return_inverse=True)
    repost = pc.equal(members["role"], "repost").to_numpy()
    reposts = np.bincount(outlet, weights=repost, minlength=len(first)).astype(np.int32)
    total = np.bincount(outlet, minlength=len(first)).astype(np.int32)
    order = np.argsort(first)
    rows = first[order]
    shown = members.take(pa.array(rows))
    beginnings = members["published"].take(pa.array(starts[story[rows]]))
    columns = {
        "story_id": shown["story_id"],
        "source": shown["source"],
        "published": shown["published"],
        "delay": pc.subtract(shown["published"], beginnings),
        "articles": pa.array((total - reposts)[order]),
        "reposts": pa.array(reposts[order]),
        "article_id": shown["article_id"],
    }
    return pa.table([columns[name] for name in OUTLETS.names], schema=OUTLETS)


def growth(members: pa.Table) -> pa.Table:
    """Count what was published on each story by the hour.

    Parameters
    ----------
    members : table of schema.MEMBERS
        In any order; the undated count nowhere.

    Returns
    -------
    table of GROWTH
        Hours without a report are left out.
    """
    members = in_order(members.filter(members["published"].is_valid()))
    story, _ = _stories(members)
    hours = pc.floor_temporal(members["published"], unit="hour")
    ticks = hours.cast(pa.int64()).to_numpy()
    firsts = np.flatnonzero((np.diff(story, prepend=-1) != 0) | (np.diff(ticks, prepend=-1) != 0))
    ends = np.append(firsts[1:], len(members))
    repost = np.cumsum(np.append(0, pc.equal(members["role"], "repost").to_numpy()))
    reposts = (repost[ends] - repost[firsts]).astype(np.int32)
    begins = np.flatnonzero(np.diff(story, prepend=-1))
    picked = pa.array(firsts)
    columns = {
        "story_id": members["story_id"].take(picked),
        "hour": hours.take(picked),
        "articles": pa.array((ends - firsts - reposts).astype(np.int32)),
        "reposts": pa.array(reposts),
        "total": pa.array((ends - begins[story[firsts]]).astype(np.int32)),
    }
    return pa.table([columns[name] for name in GROWTH.names], schema=GROWTH)


def _stories(members: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the number of each row's story, from 0, and the row at which each begins."""
    codes = members["story_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    return codes.astype(np.int64), starts
