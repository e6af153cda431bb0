"""Past articles whose folds hang together with those of others."""

from datetime import timedelta
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline import archive, dedup
from pipeline.archive import Archive, Span
from pipeline.settings import DedupSettings


def connected(past: Archive, start: pa.Table, settings: DedupSettings) -> tuple[pa.Table, pa.Table]:
    """Find all articles that verified pairs or folds lead to.

    Folds are a function of the verified pairs of a connected component, so that a component
    is decided anew as a whole, and no more than it.

    Parameters
    ----------
    past : Archive
    start : table with the columns ``article_id`` and ``day``
        Where to begin.
    settings : DedupSettings
        From where a pair may fold, and the window. A pair that is wider, for an article of it
        has no date, lies under the days of both.

    Returns
    -------
    articles : table with the columns ``article_id`` and ``day``
        Those of ``start`` as well.
    pairs : table of the archive's ``pairs``
        All that were read, also the borderline.
    """
    covered: list[Span] = []
    window = timedelta(days=settings.window_days)
    found = start.select(["article_id", "day"])
    pairs = archive.TABLES["pairs"].empty_table()
    while True:
        needed = archive.union([*covered, *archive.around(found["day"], settings.window_days, 0)])
        if needed == covered:
            return found, pairs
        covered = needed
        pairs = past.read("pairs", covered)
        pairs = pairs.filter(pairs["jaccard"].is_valid())
        later = ((first, last + window) for first, last in covered)
        ends = (archive.around(pairs[end], 0) for end in ("article_day", "other_day"))
        repeats = past.read("duplicates", archive.union(chain(later, *ends)))
        edges = dedup.may_fold(pairs, settings) | _folded(pairs, repeats)
        found = _component(pairs.filter(pa.array(edges)), start)


def _folded(pairs: pa.Table, repeats: pa.Table) -> NDArray[np.bool_]:
    """Tell of which pairs one is folded into the other, be it by thresholds of an earlier run."""
    of = repeats["article_id"].combine_chunks()

    def into(article: str, other: str) -> pa.ChunkedArray:
        kept = repeats["kept_id"].take(pc.index_in(pairs[article], of))
        return pc.equal(kept, pairs[other]).fill_null(False)

    return pc.or_(into("article_id", "other_id"), into("other_id", "article_id")).to_numpy()


def _component(edges: pa.Table, start: pa.Table) -> pa.Table:
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    ends = [("article_id", "article_day"), ("other_id", "other_day")]
    nodes = pa.concat_tables(
        [start, *(edges.select(end).rename_columns(["article_id", "day"]) for end in ends)]
    ).combine_chunks()
    code = nodes["article_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    n = int(code.max(initial=-1)) + 1
    left, right = np.split(code[len(start) :], 2)
    graph = sparse.coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    _, component = connected_components(graph, directed=False)
    reached = np.isin(component, component[code[: len(start)]])
    _, first = np.unique(code, return_index=True)
    return nodes.take(pa.array(first[reached[code[first]]]))
