"""A batch, sorted out against the archive, with the articles and stories that it meets there."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import archive, clean, dedup, schema, text
from pipeline.archive import Archive
from pipeline.continued.background import background
from pipeline.continued.closure import connected
from pipeline.continued.recalled import PLACES, Recalled, gathered, whole_stories
from pipeline.job import Job
from pipeline.settings import Settings


def recall(job: Job, articles: clean.Cleaned) -> Recalled:
    """Sort a batch out against the archive.

    An article whose id is known is skipped where its text is, else it is a revision, which
    lies under its own date from now on, or, without one, where it lay.
    """
    settings = job.settings
    past = archive.open_archive(str(job.archive), settings)
    reach = max(settings.archive.quiet_days, settings.stories.window_days)
    batch = articles.articles
    days = archive.days_column(batch["published"], _undated_day(past, batch, job))
    with ThreadPoolExecutor(1) as beside:  # the batch is signed while earlier prints are read
        signed = beside.submit(_signed, batch, settings)
        near = past.read("fingerprints", archive.around(days, settings.dedup.window_days))
        prints = pa.concat_tables([near, _elsewhere(past, batch["article_id"], near)])
        found = signed.result()
    known = _places(batch["article_id"], prints["article_id"])
    same = _same_text(found, prints, known)
    fresh = np.flatnonzero(~same)
    picked, before = pa.array(fresh), known[fresh]
    revised = before[before >= 0]
    stored_day = prints["day"].take(pa.array(before, mask=before < 0))
    dated = batch["published"].is_valid().take(picked)
    days = pc.if_else(dated, days.take(picked), pc.coalesce(stored_day, days.take(picked)))
    moves = pc.not_equal(stored_day, days).fill_null(False)
    moved = pa.table(
        [found["article_id"].take(picked).filter(moves), stored_day.filter(moves)], schema=PLACES
    )
    found = found.take(picked)
    with ThreadPoolExecutor(1) as beside:  # what may be repeated is sought meanwhile
        both = pa.chunked_array([*days.chunks, *moved["day"].chunks], pa.date32())
        around = beside.submit(_near, past, archive.around(both, reach))
        start = prints.select(["article_id", "day"]).take(
            pa.array(np.concatenate([_partners(found, near, revised, job), revised]))
        )
        linked, pairs = connected(past, start, settings.dedup)
        whole, active, at_hand = around.result()
    members = pa.concat_tables([whole, _others(past, linked, active, whole.column_names)])
    met = gathered(
        past, batch.take(picked), days, linked, pairs, members, active, at_hand, moved,
        settings.threads,
    )  # fmt: skip
    counts = {
        "new": len(fresh) - len(revised),
        "revised": len(revised),
        "known": int(same.sum()),
        **met.counts,
    }
    return replace(
        met,
        rejects=articles.rejects,
        fingerprints=found,
        counts=counts,
        background=background(past, met.articles, pc.max(days).as_py(), settings.threads),
    )


def _signed(batch: pa.Table, settings: Settings) -> pa.Table:
    tokens = text.tokenize(batch, settings.threads)
    return dedup.fingerprints(batch, tokens, settings.dedup, settings.threads)


def _elsewhere(past: Archive, ids: pa.ChunkedArray, near: pa.Table) -> pa.Table:
    """Fingerprints of articles of a batch that lie far from where it looks for copies."""
    far = ids.filter(pc.invert(pc.is_in(ids, near["article_id"].combine_chunks())))
    wanted = far.combine_chunks()
    days = past.days_of(wanted)
    found = past.read("fingerprints", archive.union((day, day) for day in days))
    return found.filter(pc.is_in(found["article_id"], wanted)).select(near.column_names)


def _partners(
    found: pa.Table, prints: pa.Table, revised: NDArray[np.int64], job: Job
) -> NDArray[np.int64]:
    """Rows of ``prints`` that new articles may repeat; earlier forms of revised ones are not."""
    past = prints.select(schema.FINGERPRINTS.names)
    settings = (job.settings.dedup, job.settings.threads)
    if not len(revised):
        return dedup.partners(found, past, *settings)
    others = np.setdiff1d(np.arange(len(prints)), revised)  # of which some lie elsewhere
    past = past.take(pa.array(others))
    return others[dedup.partners(found, past, *settings)]


def _near(past: Archive, near: list[archive.Span]) -> tuple[pa.Table, pa.Array, pa.Table]:
    """Members of the stories that have one in some days, the ids of these, and their articles.

    A story comes whole: of one that came in part, a split would leave reposts behind.
    """
    inside = past.read("members", near, ["story_id", "story_day"])
    active = pc.unique(inside["story_id"])
    whole = whole_stories(past, inside, active)
    return whole, active, past.articles(whole)


def _others(past: Archive, linked: pa.Table, active: pa.Array, columns: list[str]) -> pa.Table:
    """Members rows of linked articles in other stories."""
    rows = past.read("members", archive.around(linked["day"], 0))
    rows = rows.filter(pc.is_in(rows["article_id"], linked["article_id"].combine_chunks()))
    return rows.filter(pc.invert(pc.is_in(rows["story_id"], active))).select(columns)


def _undated_day(past: Archive, batch: pa.Table, job: Job) -> date:
    """Give the day that articles without a date lie under: the latest of any so far."""
    latest = pc.max(batch["published"]).as_py()
    known = [moment for moment in (past.clock, latest) if moment]
    return archive.day_of(max(known, default=job.now))


def _places(values: pa.ChunkedArray, among: pa.ChunkedArray) -> NDArray[np.int64]:
    """Row in ``among`` of each value; -1 where it is not there."""
    found = pc.index_in(values, among.combine_chunks()).fill_null(-1)
    return found.to_numpy().astype(np.int64)


def _same_text(found: pa.Table, prints: pa.Table, known: NDArray[np.int64]) -> NDArray[np.bool_]:
    stored = prints["text_key"].take(pa.array(known, mask=known < 0))
    return pc.equal(found["text_key"], stored).fill_null(False).to_numpy()
