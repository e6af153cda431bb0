"""Groups to tables: headline, lead, keywords, counts and dates of each story; its members."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import schema
from pipeline.parallel import thread_count
from pipeline.stories.assign import Assignment
from pipeline.stories.central import Central, central, speaking
from pipeline.stories.known import Known
from pipeline.stories.telling import told

_TOO_LATE = np.iinfo(np.int64).max


def story_tables(
    articles: pa.Table,
    tokens: pa.Table,
    folds: pa.Table,
    assignments: list[Assignment],
    words: int,
    threads: int = 1,
    known: Known | None = None,
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Describe every story, the largest first.

    Parameters
    ----------
    articles : table of schema.CLEANED
    tokens : table of schema.TOKENS
    folds : table of schema.FOLDS
    assignments : list of Assignment
        One a language; together they hold every kept article once.
    words : int
        Words of each text that keywords are taken from, besides its title.
    threads : int
        0 for every core.
    known : Known, optional
        As of `pipeline.stories.group`: who says nothing of a story where others do, and which
        stories are told already. Of these the title, the lead and the keywords stay out.

    Returns
    -------
    stories : table of schema.STORIES
        Ordered by articles and reposts (most first), first report, then id.
    memberships : table of schema.MEMBERSHIPS
    profiles : table of schema.PROFILES
        Of the same stories.
    """
    if not assignments:
        return tuple(
            kind.empty_table() for kind in (schema.STORIES, schema.MEMBERSHIPS, schema.PROFILES)
        )
    with ThreadPoolExecutor(thread_count(threads)) as pool:
        found = list(pool.map(central, assignments))
    sizes = np.concatenate([one.sizes for one in found])
    members = np.concatenate([one.members for one in found])
    similarity = np.concatenate([one.similarity for one in found])
    published = _times(articles)
    story = np.repeat(np.arange(len(sizes)), sizes)
    rows, of_story, role, likeness = _with_reposts(members, story, similarity, folds)
    found = _speaking(found, known.silent if known else None, articles)
    wanted = np.ones(len(sizes), dtype=np.bool_)
    if known and known.as_told is not None:
        wanted = ~_as_told(known.as_told, rows, of_story, len(sizes))
    tellings = told(articles, tokens, found, published, wanted, words, threads)
    founders = _founders(members, story, published)
    ids = _story_ids(articles["article_id"].take(pa.array(founders)).to_pylist())
    n_all = np.bincount(of_story, minlength=len(sizes))
    first, last = _span(published, rows, of_story, len(sizes))
    order = np.lexsort((np.array(ids), first, -n_all))
    picked = pa.array(tellings.heads)
    table = pa.table(
        [
            pa.array(ids),
            pa.array(tellings.titles, pa.string()),
            pa.array(tellings.leads, pa.string()),
            pa.array(sizes.astype(np.int32)),
            pa.array((n_all - sizes).astype(np.int32)),
            pa.array(_sources(articles, rows, of_story, len(sizes))),
            _timestamps(first),
            _timestamps(last),
            pa.array(tellings.keywords, type=pa.list_(pa.string())),
            articles["article_id"].take(picked),
            articles["language"].take(picked),
            pa.array(["open"] * len(sizes), type=pa.string()),
        ],
        schema=schema.STORIES,
    ).take(pa.array(order))
    place = np.empty(len(sizes), dtype=np.int32)
    place[order] = np.arange(len(sizes), dtype=np.int32)
    by_story = np.lexsort((rows, place[of_story]))
    memberships = pa.table(
        [
            pa.array(place[of_story][by_story]),
            pa.array(rows[by_story].astype(np.int32)),
            pa.array(np.array(["article", "repost"])[role[by_story]], type=pa.string()),
            pa.array(likeness[by_story]),
        ],
        schema=schema.MEMBERSHIPS,
    )
    profiles = pa.table([tellings.profiles.take(pa.array(order))], schema=schema.PROFILES)
    return table, memberships, profiles


def _speaking(
    found: list[Central], silent: NDArray[np.integer[Any]] | None, articles: pa.Table
) -> list[Central]:
    if silent is None or not len(silent):
        return found
    quiet = np.zeros(len(articles), dtype=np.bool_)
    quiet[silent] = True
    return [speaking(one, quiet) for one in found]


def _as_told(
    before: NDArray[np.integer[Any]], rows: NDArray[np.int64], story: NDArray[np.int64], n: int
) -> NDArray[np.bool_]:
    """Tell which of n stories are earlier ones, with the same articles."""
    first = np.full(n, -1, dtype=np.int64)
    first[story] = before[rows]
    same = np.bincount(story[before[rows] == first[story]], minlength=n)
    size = np.bincount(before[before >= 0], minlength=1)
    return (first >= 0) & (same == np.bincount(story, minlength=n)) & (same == size[first])


def _times(articles: pa.Table) -> NDArray[np.int64]:
    """Microseconds since 1970; the undated come last."""
    return articles["published"].cast(pa.int64()).fill_null(_TOO_LATE).to_numpy()


def _founders(
    members: NDArray[np.int64], story: NDArray[np.int64], published: NDArray[np.int64]
) -> NDArray[np.int64]:
    order = np.lexsort((members, published[members], story))
    starts = np.flatnonzero(np.diff(story, prepend=-1))
    return members[order[starts]]


def _story_ids(founders: list[str]) -> list[str]:
    return ["s" + blake2b(name.encode(), digest_size=8).hexdigest() for name in founders]


def _with_reposts(
    members: NDArray[np.int64],
    story: NDArray[np.int64],
    similarity: NDArray[np.float64],
    folds: pa.Table,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Rows with story, role (1 for a repost) and similarity; a repost's is its Jaccard."""
    reposts = folds["article"].to_numpy().astype(np.int64)
    kept = folds["kept"].to_numpy()
    story_of = np.zeros(int(members.max(initial=-1)) + 1, dtype=np.int64)
    story_of[members] = story
    role = np.repeat([0, 1], [len(members), len(reposts)])
    rows = np.concatenate([members, reposts])
    likeness = np.concatenate([similarity, folds["jaccard"].to_numpy()])
    return rows, np.concatenate([story, story_of[kept]]), role, likeness


def _span(
    published: NDArray[np.int64], rows: NDArray[np.int64], story: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last known time of each story; the far future where none is known."""
    first = np.full(n, _TOO_LATE)
    last = np.full(n, np.iinfo(np.int64).min)
    dated = published[rows] != _TOO_LATE
    np.minimum.at(first, story[dated], published[rows[dated]])
    np.maximum.at(last, story[dated], published[rows[dated]])
    last[first == _TOO_LATE] = _TOO_LATE
    return first, last


def _timestamps(times: NDArray[np.int64]) -> pa.Array:
    unknown = times == _TOO_LATE
    return pa.array(times, mask=unknown).cast(schema.STORIES.field("first_published").type)


def _sources(
    articles: pa.Table, rows: NDArray[np.int64], story: NDArray[np.int64], n: int
) -> NDArray[np.int32]:
    """Different known sources of each story."""
    codes = articles["source"].combine_chunks().dictionary_encode().indices
    code = codes.fill_null(-1).to_numpy()[rows].astype(np.int64)
    known = code >= 0
    pairs = np.unique(np.stack([story[known], code[known]]), axis=1)
    return np.bincount(pairs[0], minlength=n).astype(np.int32)
