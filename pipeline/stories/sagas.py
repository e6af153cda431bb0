"""Links between stories: the chapters of one saga, and events that go side by side.

Two stories are linked where they weigh the same words: by the cosine of their profiles, the
heaviest terms of each under c-TF-IDF (`contrast`). Membership compares articles within days;
a link compares whole stories, over weeks.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from pipeline import schema
from pipeline.parallel import over_ranges
from pipeline.settings import StorySettings
from pipeline.stories.term_use import numbered
from pipeline.text import offsets_of

PROFILE_TERMS = 32
_ENTRY = np.dtype([("term", "<u8"), ("weight", "<f4")])
_Columns = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]
_MICROSECONDS_A_DAY = 86_400_000_000.0
_TERMS = 4  # words that a link names


def packed(terms: NDArray[np.uint64], weights: NDArray[np.float64]) -> pa.Array:
    """Put the profiles of n stories into a binary column.

    Parameters
    ----------
    terms : uint64 array, shape (n, PROFILE_TERMS)
        Token hashes; 0 for none.
    weights : float64 array, shape (n, PROFILE_TERMS)
    """
    entries = np.zeros(terms.shape, dtype=_ENTRY)
    entries["term"], entries["weight"] = terms, weights
    size = PROFILE_TERMS * _ENTRY.itemsize
    data = pa.py_buffer(entries.tobytes())
    return pa.Array.from_buffers(pa.binary(size), len(terms), [None, data]).cast(pa.binary())


def links(
    stories: pa.Table, settings: StorySettings, fresh: pa.Array | None = None, threads: int = 1
) -> pa.Table:
    """Find the links between stories of one language.

    Parameters
    ----------
    stories : table with columns of schema.STORIES, and ``profile`` (binary, from `packed`)
        ``story_id``, ``language``, ``articles``, ``first_published``, ``last_published`` and
        ``keywords`` are read.
    settings : StorySettings
        Least similarity, greatest gap in days, and how many links a story has.
    fresh : bool array, optional
        Stories of which at least one must be in each link; by default all.
    threads : int
        0 for every core; the result is the same with any number.

    Returns
    -------
    table of schema.STORY_LINKS
        Sorted by ``story_id``, ``other_id``. Of two stories of one article each there is none.
        Each story has its strongest links, and those that are another's strongest.
    """
    chosen = np.ones(len(stories), np.bool_) if fresh is None else np.asarray(fresh, np.bool_)
    languages = stories["language"].fill_null("").combine_chunks().dictionary_encode()
    codes = languages.indices.to_numpy()
    parts = [
        _of_language(stories, np.flatnonzero(codes == code), chosen, settings, threads)
        for code in range(len(languages.dictionary))
    ]
    later, earlier, similarity = (
        (np.concatenate(part) for part in zip(*parts, strict=True))
        if parts
        else (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    )
    strong = _strongest(later, earlier, similarity, settings.most_links)
    return _table(stories, later[strong], earlier[strong], similarity[strong])


def _of_language(
    stories: pa.Table,
    rows: NDArray[np.int64],
    fresh: NDArray[np.bool_],
    settings: StorySettings,
    threads: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    times = stories.select(["first_published", "last_published", "story_id"]).take(pa.array(rows))
    by_time = [("first_published", "ascending"), ("story_id", "ascending")]
    order = pc.sort_indices(times, sort_keys=by_time).to_numpy()  # nulls last
    rows, times = rows[order], times.take(pa.array(order))
    first, last = _days(times["first_published"]), _days(times["last_published"])
    matrix = _matrix(stories["profile"].take(pa.array(rows)))
    reach = np.maximum.accumulate(np.where(np.isnan(last), -np.inf, last))
    oldest = np.searchsorted(reach, first - settings.link_days)
    oldest[np.isnan(first)] = 0
    several = stories["articles"].to_numpy()[rows] > 1
    new = fresh[rows]
    cost = np.where(new, len(rows), new.sum())  # the others meet new ones alone
    parts = over_ranges(
        similar,
        offsets_of(cost),
        threads,
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data,
        *_columns(matrix, new),
        oldest,
        several,
        new,
        settings.link_similarity,
    )
    left, right, similarity = (np.concatenate(part) for part in zip(*parts, strict=True))
    near = ~(first[left] - last[right] > settings.link_days)
    return rows[left[near]], rows[right[near]], similarity[near].astype(np.float64)


def _days(published: pa.ChunkedArray) -> NDArray[np.float64]:
    """Days since 1970; NaN where unknown."""
    known = published.cast(pa.int64()).cast(pa.float64(), safe=False)
    return np.array(known.to_numpy(), dtype=np.float64) / _MICROSECONDS_A_DAY


def _matrix(profiles: pa.ChunkedArray) -> Any:
    """Give unit rows over the terms of all profiles; a null has none."""
    size = PROFILE_TERMS * _ENTRY.itemsize
    filled = profiles.cast(pa.binary()).fill_null(bytes(size)).combine_chunks()
    filled = filled.cast(pa.binary(size))
    data = filled.buffers()[1] or b""
    entries = np.frombuffer(data, dtype=_ENTRY).reshape(-1, PROFILE_TERMS)
    entries = entries[filled.offset : filled.offset + len(filled)]
    row, place = np.nonzero(entries["term"])
    weight = entries["weight"][row, place].astype(np.float64)
    length = np.sqrt(np.bincount(row, weights=weight**2, minlength=len(entries)))
    terms, column = numbered(entries["term"][row, place])
    values = (weight / length[row]).astype(np.float32)
    starts = offsets_of(np.bincount(row, minlength=len(entries)))
    matrix = sparse.csr_array((values, column, starts), shape=(len(entries), len(terms)))
    matrix.sort_indices()
    return matrix


def _columns(matrix: Any, fresh: NDArray[np.bool_]) -> tuple[_Columns, _Columns]:
    """Give starts, rows and values of the columns, and those of their fresh rows alone."""
    columns = matrix.tocsc()
    starts, rows = columns.indptr.astype(np.int64), columns.indices.astype(np.int32)
    chosen = fresh[rows]
    before = offsets_of(chosen)
    return (starts, rows, columns.data), (before[starts], rows[chosen], columns.data[chosen])


@njit(cache=True, nogil=True)
def similar(
    first: int,
    last: int,
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: NDArray[np.float32],
    columns: _Columns,
    fresh_columns: _Columns,
    oldest: NDArray[np.int64],
    several: NDArray[np.bool_],
    fresh: NDArray[np.bool_],
    threshold: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Give the pairs (i, j), ``oldest[i] <= j < i``, whose product reaches the threshold.

    Rows i are those from ``first`` to ``last``. At least one of two must be ``fresh``, and one
    be of ``several`` articles.
    """
    n_rows = len(indptr) - 1
    product = np.zeros(n_rows, dtype=np.float32)
    touched = np.empty(n_rows, dtype=np.int64)
    left, right = [0 for _ in range(0)], [0 for _ in range(0)]
    found = [np.float32(0) for _ in range(0)]
    for i in range(first, last):
        n = 0
        column_starts, column_rows, column_data = columns if fresh[i] else fresh_columns
        for p in range(indptr[i], indptr[i + 1]):
            begin, end = column_starts[indices[p]], column_starts[indices[p] + 1]
            at = begin + np.searchsorted(column_rows[begin:end], oldest[i])
            while at < end and column_rows[at] < i:
                j = column_rows[at]
                if several[i] or several[j]:
                    if product[j] == 0:
                        touched[n] = j
                        n += 1
                    product[j] += data[p] * column_data[at]
                at += 1
        for k in range(n):
            j = touched[k]
            if product[j] >= threshold:
                left.append(i)
                right.append(j)
                found.append(min(product[j], np.float32(1)))
            product[j] = 0
    return np.array(left), np.array(right), np.array(found, dtype=np.float32)


def _strongest(
    later: NDArray[np.int64], earlier: NDArray[np.int64], similarity: NDArray[np.float64], most: int
) -> NDArray[np.bool_]:
    """Tell which links are among the strongest of at least one of their stories."""
    n = len(later)
    ends = np.concatenate([later, earlier])
    order = np.lexsort((np.tile(np.arange(n), 2), -np.tile(similarity, 2), ends))
    begins = np.searchsorted(ends[order], ends[order])
    rank = np.empty(2 * n, dtype=np.int64)
    rank[order] = np.arange(2 * n) - begins
    return np.minimum(rank[:n], rank[n:]) < most


def _table(
    stories: pa.Table,
    later: NDArray[np.int64],
    earlier: NDArray[np.int64],
    similarity: NDArray[np.float64],
) -> pa.Table:
    first, last, ids = (
        stories[name].combine_chunks() for name in ("first_published", "last_published", "story_id")
    )
    after, before = pa.array(later), pa.array(earlier)
    over = pc.less(last.take(before), first.take(after)).fill_null(False)
    columns = {
        "story_id": ids.take(after),
        "other_id": ids.take(before),
        "kind": pc.if_else(over, "predecessor", "sibling"),
        "similarity": pa.array(np.round(similarity, 6)),
        "terms": _terms(stories["keywords"], later, earlier).cast(pa.list_(pa.string())),
    }
    table = pa.table([columns[name] for name in schema.STORY_LINKS.names], schema.STORY_LINKS)
    return table.sort_by([("story_id", "ascending"), ("other_id", "ascending")])


def _terms(
    keywords: pa.ChunkedArray, later: NDArray[np.int64], earlier: NDArray[np.int64]
) -> pa.Array:
    """Give the keywords of each later story that say a word of the earlier one's."""
    rows, place = np.unique(np.concatenate([later, earlier]), return_inverse=True)
    said = keywords.take(pa.array(rows))
    encoded = pc.list_flatten(said).combine_chunks().dictionary_encode()
    starts = offsets_of(pc.list_value_length(said).fill_null(0).to_numpy())
    number: dict[str, int] = {}
    words = [
        [number.setdefault(word, len(number)) for word in one.casefold().split()]
        for one in encoded.dictionary.to_pylist()
    ]
    counts, shared = _shared(
        place[: len(later)],
        place[len(later) :],
        starts,
        encoded.indices.to_numpy().astype(np.int64),
        offsets_of(np.array([len(part) for part in words], dtype=np.int64)),
        np.array([word for part in words for word in part], dtype=np.int64),
    )
    spelt = encoded.dictionary.take(pa.array(shared))
    return pa.ListArray.from_arrays(pa.array(offsets_of(counts).astype(np.int32)), spelt)


@njit(cache=True, nogil=True)
def _shared(
    later: NDArray[np.int64],
    earlier: NDArray[np.int64],
    starts: NDArray[np.int64],
    keyword: NDArray[np.int64],
    word_starts: NDArray[np.int64],
    words: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the first keywords of each later story that say a word of the earlier one's.

    Keywords of story ``i`` are ``keyword[starts[i]:starts[i + 1]]``, words of keyword ``k``
    are ``words[word_starts[k]:word_starts[k + 1]]``.

    Returns
    -------
    counts : int64 array, shape (n_links,)
    shared : int64 array
        Keywords of one link after another.
    """
    known = np.full(words.max() + 1 if len(words) else 0, -1, dtype=np.int64)  # last link to say it
    counts = np.zeros(len(later), dtype=np.int64)
    shared = np.empty(_TERMS * len(later), dtype=np.int64)
    n = 0
    for link in range(len(later)):
        for k in keyword[starts[earlier[link]] : starts[earlier[link] + 1]]:
            for word in words[word_starts[k] : word_starts[k + 1]]:
                known[word] = link
        for k in keyword[starts[later[link]] : starts[later[link] + 1]]:
            if counts[link] == _TERMS:
                break
            for word in words[word_starts[k] : word_starts[k + 1]]:
                if known[word] == link:
                    shared[n] = k
                    n += 1
                    counts[link] += 1
                    break
    return counts, shared[:n].copy()
