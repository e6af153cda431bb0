"""Who printed each repost, and how long after the first."""

import pyarrow as pa
import pyarrow.compute as pc


def with_outlets(reposts: pa.Table, articles: pa.Table) -> pa.Table:
    """Add who published each repost, when, and how far behind the first of its copies.

    Parameters
    ----------
    reposts : table with the columns ``article_id`` and ``kept_id``
    articles : table with the columns ``article_id``, ``source`` and ``published``
        Kept articles as well; what is missing here counts as undated.

    Returns
    -------
    table
        With ``source``, ``published`` and ``seconds_behind``: since the earliest of the kept
        article and all its reposts, null where the repost has no date.
    """
    ids = articles["article_id"].combine_chunks()
    at = pc.index_in(reposts["article_id"], ids)
    published = articles["published"].take(at)
    kept = articles["published"].take(pc.index_in(reposts["kept_id"], ids))
    groups = reposts["kept_id"]
    printed = pa.table(
        {
            "kept_id": pa.chunked_array([*groups.chunks, *groups.chunks], groups.type),
            "published": pa.chunked_array([*published.chunks, *kept.chunks], published.type),
        }
    )
    first = printed.group_by("kept_id").aggregate([("published", "min")])
    begin = first["published_min"].take(
        pc.index_in(reposts["kept_id"], first["kept_id"].combine_chunks())
    )
    behind = pc.divide(pc.subtract(published, begin).cast(pa.int64()), 1_000_000)
    return (
        reposts.append_column("source", articles["source"].take(at))
        .append_column("published", published)
        .append_column("seconds_behind", behind)
    )
