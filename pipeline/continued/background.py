"""Earlier articles beside a run's own, where these are too few to tell which terms are common.

In a stream of ten articles a day, those of two weeks are some hundred, in which the words of
one event are as frequent as those of its topic. The latest articles before them, which are
not grouped, count in the document frequencies.
"""

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import archive, stories, text
from pipeline.archive import Archive
from pipeline.continued.recalled import PLACES

ENOUGH = 1000
"""Articles, with the run's own; where `tfidf.contrast` begins to fall."""
_LATEST_FIRST = [("day", "descending"), ("article_id", "ascending")]


def background(
    past: Archive, articles: pa.Table, latest: date | None, threads: int
) -> pa.Table | None:
    """Read the latest kept articles of the past, as many as a run lacks.

    Parameters
    ----------
    past : Archive
    articles : table with the column ``article_id``
        The run's own.
    latest : date
        Of these; later ones are not read.
    threads : int
        0 for every core.

    Returns
    -------
    table of stories.BACKGROUND, or None
        None where the run has `ENOUGH` articles of its own, or there are no others.
    """
    lacking = ENOUGH - len(articles)
    if lacking <= 0 or latest is None:
        return None
    wanted = _latest(past, articles["article_id"], latest, lacking)
    if not len(wanted):
        return None
    found = past.articles(wanted).sort_by(_LATEST_FIRST)
    tokens = text.tokenize(archive.words_of(found), threads)
    return tokens.append_column("language", found["language"]).cast(stories.BACKGROUND)


def _latest(past: Archive, own: pa.ChunkedArray, latest: date, n: int) -> pa.Table:
    """Give the ids and days of the n latest kept articles that are not a run's own."""
    days = sorted({file.day for file in past.files("members") if file.day and file.day <= latest})
    known = own.combine_chunks()
    reach, found = 32, PLACES.empty_table()
    while days and len(found) < n:
        begin = max(days[0], days[-1] - timedelta(days=reach))
        rows = past.read("members", [(begin, days[-1])], ["day", "role"])
        kept = pc.equal(rows["role"], "article").fill_null(False)
        kept = pc.and_(kept, pc.invert(pc.is_in(rows["article_id"], known)))
        found = rows.filter(kept).select(PLACES.names)
        if begin == days[0]:
            break
        reach *= 2
    return found.sort_by(_LATEST_FIRST).slice(0, n)
