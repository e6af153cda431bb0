"""Links of the stories that a run changed, to each other and to those of the weeks around."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, schema, stories
from pipeline.archive import Archive, Span
from pipeline.settings import StorySettings

_LONG = 30
"""Days that a story may last beyond its last link: one that was born earlier is not looked for."""
_COMPARED = (
    "story_id", "language", "articles", "first_published", "last_published", "keywords", "profile",
    "status", "day",
)  # fmt: skip
"""What `stories.links` reads of a story, then what says whether and where it lies."""


def linked(
    past: Archive, changed: pa.Table, ended: pa.Table, settings: StorySettings, threads: int
) -> tuple[pa.Table, pa.Table]:
    """Find the links of changed stories anew.

    Parameters
    ----------
    past : Archive
    changed, ended : tables of the archive's ``stories``, without ``run_id``
        Stories that changed, and those that are part of another now.
    settings : StorySettings
    threads : int
        0 for every core.

    Returns
    -------
    now, before : tables of the archive's ``story_links``, without ``run_id``
        All links of these stories.
    """
    touched = pa.concat_tables([changed, ended]).combine_chunks()
    around = spans(touched, settings)
    with ThreadPoolExecutor(1) as beside:  # links as they were are read while new ones are sought
        before = beside.submit(_links, past, touched, around)
        changed = changed.select(_COMPARED)
        others = past.read("stories", around, _COMPARED).select(_COMPARED)
        known = pc.is_in(others["story_id"], touched["story_id"].combine_chunks())
        others = others.filter(pc.and_not(pc.not_equal(others["status"], "merged"), known))
        everyone = pa.concat_tables([changed, others]).combine_chunks()
        fresh = pc.is_in(everyone["story_id"], changed["story_id"].combine_chunks())
        found = stories.links(everyone, settings, fresh, threads)
        later = pc.index_in(found["story_id"], everyone["story_id"].combine_chunks())
        found = found.append_column("day", everyone["day"].take(later))
        return found, before.result().select([*schema.STORY_LINKS.names, "day"])


def spans(rows: pa.Table, settings: StorySettings) -> list[Span]:
    """Give the days under which stories, and links to them, may lie."""
    reach = timedelta(days=settings.link_days + 1)
    days = zip(rows["first_day"].to_pylist(), rows["last_day"].to_pylist(), strict=True)
    return archive.union(
        (first - reach - timedelta(days=_LONG), last + reach) for first, last in days
    )


def _links(past: Archive, rows: pa.Table, days: Sequence[Span] | None) -> pa.Table:
    """Read the links from and to some stories, and no row of the others'."""
    ids = rows["story_id"].combine_chunks()
    either = pc.field("story_id").isin(ids) | pc.field("other_id").isin(ids)
    found = past.read("story_links", days, where=either)
    return found.filter(found["kind"].is_valid())


def links_of(past: Archive, rows: pa.Table, days: Sequence[Span] | None = None) -> pa.Table:
    """Read the links of stories.

    Parameters
    ----------
    past : Archive
    rows : table of the archive's ``stories``
    days : sequence of (first day, last day), optional
        Days under which they may lie, from `spans`; every one where it is not given.

    Returns
    -------
    table of schema.STORY_LINKS
        Sorted by ``story_id``, ``other_id``.
    """
    found = _links(past, rows, days).select(schema.STORY_LINKS.names)
    return found.sort_by([("story_id", "ascending"), ("other_id", "ascending")])
