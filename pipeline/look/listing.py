"""Lists of stories: filtered, sorted, cut."""

from datetime import datetime, timedelta
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema

_ORDERS = {
    "size": [("size", "descending")],
    "first": [("first_published", "descending")],
    "last": [("last_published", "descending")],
}


class Filter(NamedTuple):
    """Which stories are wanted."""

    search: str | None = None
    """Words that must stand in headline or keywords, whatever their case."""
    language: str | None = None
    source: str | None = None
    """An outlet that reported it."""
    min_articles: int = 1
    """Articles and reposts."""
    since: datetime | None = None
    """First day of which it has a report."""
    until: datetime | None = None
    """Last day, included."""


def chosen(tables: dict[str, pa.Table], wanted: Filter, sort: str, limit: int) -> pa.Table:
    """Choose stories.

    Parameters
    ----------
    tables : dict of str to table
        By the names of schema.EXPORTS.
    wanted : Filter
    sort : str
        ``size``, ``first`` or ``last`` report; the largest or latest first, ties by id.
    limit : int
        Of stories.

    Returns
    -------
    table of schema.STORIES
    """
    rows = tables["stories"]
    rows = rows.append_column("size", pc.add(rows["articles"], rows["reposts"]))
    rows = rows.filter(pc.greater_equal(rows["size"], wanted.min_articles))
    if wanted.language:
        rows = rows.filter(pc.equal(rows["language"], wanted.language))
    kind = schema.STORIES.field("first_published").type
    if wanted.since:
        rows = rows.filter(pc.greater_equal(rows["last_published"], pa.scalar(wanted.since, kind)))
    if wanted.until:
        end = pa.scalar(wanted.until + timedelta(days=1), kind)
        rows = rows.filter(pc.less(rows["first_published"], end))
    if wanted.source:
        members = tables["members"]
        ids = members.filter(pc.equal(members["source"], wanted.source))["story_id"]
        rows = rows.filter(pc.is_in(rows["story_id"], pc.unique(ids)))
    for word in (wanted.search or "").split():
        said = pc.binary_join_element_wise(
            rows["title"].fill_null(""), pc.binary_join(rows["keywords"], " ").fill_null(""), " "
        )
        rows = rows.filter(pc.match_substring(said, word, ignore_case=True))
    rows = rows.sort_by([*_ORDERS[sort], ("story_id", "ascending")])
    return rows.select(schema.STORIES.names)[:limit]
