"""Groups to stories that go on: their ids, members, counts and events."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import archive, dedup, export, schema, stories
from pipeline.archive import TABLES, Archive
from pipeline.continued.decide import Seats, changed, seats
from pipeline.continued.links import linked
from pipeline.continued.recalled import Recalled
from pipeline.continued.representative import represented
from pipeline.continued.story_events import story_events
from pipeline.continued.story_rows import gone_quiet, story_rows, tombstones
from pipeline.job import Job

MEMBER_ROWS = pa.schema([field for field in TABLES["members"] if field.name != "run_id"])


@dataclass(frozen=True)
class Tracked:
    """Rows for the archive, without their run."""

    members: pa.Table
    """Of the archive's ``members``: those of every story that changed."""
    stories: pa.Table
    """Of the archive's ``stories``: those that changed."""
    story_events: pa.Table
    """Of the archive's ``story_events``."""
    links: pa.Table
    """Of the archive's ``story_links``: those of the stories that changed."""
    links_before: pa.Table
    """The same, as they were."""
    counts: dict[str, int]


def run_name(past: Archive, job: Job, recalled: Recalled) -> str:
    """Name the run by its place among the others, by what it brings, and how."""
    settings = job.settings.model_dump_json(exclude={"threads", "archive", "inbox"})
    return past.next_run(export.run_id(recalled.fingerprints, settings))


def clock_of(past: Archive, job: Job, recalled: Recalled) -> datetime:
    """Give the latest date of any article so far; the present where none has a date."""
    latest = pc.max(recalled.fingerprints["published"]).as_py()
    return max((at for at in (past.clock, latest) if at), default=job.now)


def track(
    past: Archive,
    run: str,
    clock: datetime,
    job: Job,
    recalled: Recalled,
    reposts: dedup.Reposts,
    grouping: stories.Grouping,
) -> Tracked:
    """Match groups to the stories of earlier runs, and tell what became of them.

    ``run`` and ``clock`` are those of `run_name` and `clock_of`.
    """
    quiet_since = clock - timedelta(days=job.settings.archive.quiet_days)
    standing = recalled.standing
    earlier = recalled.stories
    before = pc.index_in(standing["story_id"], earlier["story_id"].combine_chunks())
    prior = before.fill_null(-1).to_numpy().astype(np.int64)
    rows = grouping.memberships["article"].to_numpy()
    group = grouping.memberships["story"].to_numpy().astype(np.int64)
    closed = pc.is_in(earlier["story_id"], recalled.settled().combine_chunks()).to_numpy()
    followed = stories.follow(group, prior[rows], closed)
    seated = seats(recalled, reposts.folds)
    story = _seated(prior, seated)
    story[rows] = followed.story
    story = story[seated.kept]  # a repost goes with its kept article, even out of a closed story
    known = _known_stories(earlier, _born(run, grouping, followed, group, rows, standing))
    touched, other = _touched(recalled, seated, prior, story, len(known))
    written = _member_rows(
        recalled, other | (touched[story] & seated.grouped), story, known, seated, reposts,
        grouping,
    )  # fmt: skip
    into = dict(followed.merged.tolist())
    fellows, moved = _fellows(
        past, earlier, touched, [*written["article_id"].to_pylist(), *recalled.gone], into, known
    )
    everyone = pa.concat_tables([written, fellows])
    into |= _emptied(touched[: len(earlier)], prior, story, everyone, known, into)
    alive = touched.copy()
    alive[list(into)] = False
    shown = np.flatnonzero(alive)
    table = story_rows(
        known.take(pa.array(shown)),
        _described(followed, closed, grouping.stories, len(known))[shown],
        grouping.profiled,
        earlier,
        everyone,
        quiet_since,
    )
    table = represented(table, everyone, recalled.articles, past)
    quieted = gone_quiet(past, table, quiet_since, clock)
    tombs = tombstones(earlier.take(pa.array(sorted(into), pa.int64())))
    quieted = quieted.filter(pc.invert(pc.is_in(quieted["story_id"], tombs["story_id"])))
    split = dict(followed.split.tolist())
    events = story_events(table, quieted, earlier, known, into, split, clock)
    links, links_before = linked(past, table, tombs, job.settings.stories, job.settings.threads)
    return Tracked(
        pa.concat_tables([written, moved]),
        pa.concat_tables([table, quieted, tombs]),
        events,
        links,
        links_before,
        {
            str(row["values"]): int(row["counts"])
            for row in pc.value_counts(events["event"]).to_pylist()
        },
    )


def _seated(prior: NDArray[np.int64], seated: Seats) -> NDArray[np.int64]:
    """Story of each article that is not grouped; a new one takes that of its eldest repost."""
    none = np.iinfo(np.int64).max
    eldest = np.full(len(prior), none)
    np.minimum.at(eldest, seated.kept, np.where(prior >= 0, prior, none))
    own = np.where(prior >= 0, prior, np.where(eldest < none, eldest, -1))
    return own[seated.kept]


def _born(
    run: str,
    grouping: stories.Grouping,
    followed: stories.Followed,
    group: NDArray[np.int64],
    rows: NDArray[np.int64],
    standing: pa.Table,
) -> pa.Table:
    """Ids and days of new stories, in their order; an id is made of the run: none is used twice."""
    m = int(followed.story.max(initial=-1)) + 1
    groups = np.flatnonzero(followed.named >= 0)
    groups = groups[np.argsort(followed.named[groups], kind="stable")]
    days = standing["day"].cast(pa.int32()).to_numpy()[rows]
    first = np.full(len(followed.named), np.iinfo(np.int32).max, dtype=np.int32)
    mine = followed.story == followed.named[group]
    np.minimum.at(first, group[mine], days[mine])
    names = grouping.stories["story_id"].to_pylist()
    return pa.table(
        {
            "code": pa.array(followed.named[groups]),
            "story_id": pa.array([_story_id(run, names[g]) for g in groups.tolist()], pa.string()),
            "day": pa.array(first[groups]).cast(pa.date32()),
        }
    ).filter(pc.less(pa.array(followed.named[groups]), m))


def _story_id(run: str, name: str) -> str:
    return "s" + blake2b(f"{run} {name}".encode(), digest_size=8).hexdigest()


def _known_stories(earlier: pa.Table, born: pa.Table) -> pa.Table:
    """Columns ``story_id`` and ``day``: earlier stories, then new ones, each at its number."""
    names = ["story_id", "day"]
    new = born.filter(pc.greater_equal(born["code"], len(earlier))).select(names)
    return pa.concat_tables([earlier.select(names), new]).combine_chunks()


def _touched(
    recalled: Recalled,
    seated: Seats,
    prior: NDArray[np.int64],
    story: NDArray[np.int64],
    n_stories: int,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Stories that changed, and articles whose place in one did."""
    other = changed(recalled, seated) | (story != prior)
    touched = np.zeros(n_stories, dtype=np.bool_)
    touched[story[other]] = True
    touched[prior[other & (prior >= 0)]] = True
    if recalled.gone:  # whatever was told of a forgotten article is told anew
        touched[prior[prior >= 0]] = True
    return touched, other


def _member_rows(
    recalled: Recalled,
    which: NDArray[np.bool_],
    story: NDArray[np.int64],
    known: pa.Table,
    seated: Seats,
    reposts: dedup.Reposts,
    grouping: stories.Grouping,
) -> pa.Table:
    similarity = np.ones(len(story))
    similarity[reposts.folds["article"].to_numpy()] = reposts.folds["jaccard"].to_numpy()
    members = grouping.memberships
    similarity[members["article"].to_numpy()] = members["similarity"].to_numpy()
    rows = np.flatnonzero(which)
    picked, of = pa.array(rows), pa.array(story[rows])
    role = np.where(seated.kept[rows] != rows, "repost", "article")
    articles = recalled.articles
    columns = {
        "article_id": articles["article_id"].take(picked),
        "story_id": known["story_id"].take(of),
        "story_day": known["day"].take(of),
        "role": pa.array(role, pa.string()),
        "similarity": pa.array(similarity[rows]),
        "source": articles["source"].take(picked),
        "published": articles["published"].take(picked),
        "day": recalled.standing["day"].take(picked),
    }
    return pa.table([columns[name] for name in MEMBER_ROWS.names], schema=MEMBER_ROWS)


def _fellows(
    past: Archive,
    earlier: pa.Table,
    touched: NDArray[np.bool_],
    apart: list[str],
    ended: dict[int, int],
    known: pa.Table,
) -> tuple[pa.Table, pa.Table]:
    """Members of changed stories but those apart, and those of them that move.

    Where a story became part of another, they go with it.
    """
    old = earlier.filter(pa.array(touched[: len(earlier)]))
    spans = archive.union(
        zip(old["first_day"].to_pylist(), old["last_day"].to_pylist(), strict=True)
    )
    rows = past.read("members", spans).select(MEMBER_ROWS.names)
    rows = rows.filter(pc.is_in(rows["story_id"], old["story_id"].combine_chunks()))
    rows = rows.filter(pc.invert(pc.is_in(rows["article_id"], pa.array(apart, pa.string()))))
    code = pc.index_in(rows["story_id"], known["story_id"].combine_chunks()).to_numpy()
    now = np.array([ended.get(one, one) for one in code.tolist()], dtype=np.int64)
    story = known.select(["story_id", "day"]).take(pa.array(now))
    rows = schema.with_columns(rows, story_id=story["story_id"], story_day=story["day"])
    return rows, rows.filter(pa.array(now != code))


def _emptied(
    touched: NDArray[np.bool_],
    prior: NDArray[np.int64],
    story: NDArray[np.int64],
    everyone: pa.Table,
    known: pa.Table,
    ended: dict[int, int],
) -> dict[int, int]:
    """Find earlier stories that lost every member, and where the first of them went.

    Their articles turned out to be reposts of articles in other stories.
    """
    left = pc.index_in(pc.unique(everyone["story_id"]), known["story_id"].combine_chunks())
    empty = np.setdiff1d(np.flatnonzero(touched), left.to_numpy(zero_copy_only=False))
    rows, first = np.unique(prior, return_index=True)
    went = dict(zip(rows.tolist(), story[first].tolist(), strict=True))
    return {s: went[s] for s in empty.tolist() if s not in ended and s in went}


def _described(
    followed: stories.Followed, closed: NDArray[np.bool_], groups: pa.Table, n: int
) -> NDArray[np.int64]:
    """Give the group that describes each story, -1 where it stays as it was described."""
    group = np.full(n, -1, dtype=np.int64)
    named = followed.named
    own = (named >= 0) & ~np.append(closed, np.zeros(n - len(closed), dtype=np.bool_))[named]
    own &= groups["title"].is_valid().to_numpy()
    group[named[own]] = np.flatnonzero(own)
    return group
