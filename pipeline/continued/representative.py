"""Stories that lost the article that stood for them, and the one that stands for them now."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, schema, stories
from pipeline.archive import Archive


def represented(told: pa.Table, members: pa.Table, recalled: pa.Table, past: Archive) -> pa.Table:
    """Give each story a representative, and with it a headline, of its own.

    A description may be of more than the story: of a time before its representative turned
    out to be a repost in another one.

    Parameters
    ----------
    told : table of the archive's ``stories``
    members : table of the archive's ``members``
        All of these stories, at least.
    recalled : table of schema.CLEANED
        Articles at hand.
    past : Archive
        Has the others.

    Returns
    -------
    table like ``told``
    """
    own = members.filter(pc.equal(members["role"], "article"))
    at = pc.index_in(told["representative_id"], own["article_id"].combine_chunks())
    story = own["story_id"].take(at)
    lost = pc.not_equal(story, told["story_id"]).fill_null(True).to_numpy()
    if not lost.any():
        return told
    rows = np.flatnonzero(lost)
    chosen = _nearest(own, told["story_id"].take(pa.array(rows)))
    spoken = stories.told_by(_articles(chosen, recalled, past))
    filled = {
        "representative_id": chosen["article_id"],
        **dict(zip(spoken.column_names, spoken.columns, strict=True)),
    }
    columns = {
        name: pc.replace_with_mask(
            told[name].combine_chunks(), pa.array(lost), values.combine_chunks()
        )
        for name, values in filled.items()
    }
    return schema.with_columns(told, **columns)


def _nearest(own: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    """Give the article nearest to the rest of each story; ties by date, then id."""
    order = [("similarity", "descending"), ("published", "ascending"), ("article_id", "ascending")]
    ordered = own.sort_by(order).combine_chunks()
    first = pc.index_in(ids, ordered["story_id"].combine_chunks())
    return ordered.select(["article_id", "day"]).take(first).combine_chunks()


def _articles(chosen: pa.Table, recalled: pa.Table, past: Archive) -> pa.Table:
    """Articles in the order of those chosen."""
    here = pc.is_in(chosen["article_id"], recalled["article_id"].combine_chunks())
    stored = archive.words_of(past.articles(chosen.filter(pc.invert(here))))
    every = pa.concat_tables([recalled.cast(schema.CLEANED), stored])
    return every.take(pc.index_in(chosen["article_id"], every["article_id"].combine_chunks()))
