"""Stories under one threshold after another, measured once."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.settings import StorySettings
from pipeline.stories.known import Known


def sweep(
    articles: pa.Table,
    tokens: pa.Table,
    folds: pa.Table,
    settings: StorySettings,
    thresholds: Sequence[float | None],
    threads: int = 0,
    known: Known | None = None,
) -> Iterator[NDArray[np.int64]]:
    """Group articles under each threshold; the pairs are sought once.

    Parameters
    ----------
    articles, tokens, folds : tables
        As of `pipeline.stories.group`.
    settings : StorySettings
        All but its threshold.
    thresholds : sequence of float or None
        None for that of the edge model that each language's texts need.
    threads : int
        0 for every core.
    known : Known, optional
        As of `pipeline.stories.group`.

    Yields
    ------
    int64 array, shape (n_articles,)
        For each threshold, the story of each article, named by a row of it; a repost is in
        that of its kept article.
    """
    from pipeline.stories.assign import link, measure

    measured = measure(articles, tokens, folds, settings, threads, known)
    reposts, kept = folds["article"].to_numpy(), folds["kept"].to_numpy()
    for threshold in thresholds:
        story = np.arange(len(articles))
        for one in measured:
            story[one.rows] = one.rows[link(one, threshold).labels]
        story[reposts] = story[kept]
        yield story
