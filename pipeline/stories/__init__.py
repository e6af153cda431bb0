"""Articles to stories: the coverage of one event, and nothing else."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.settings import StorySettings
from pipeline.stories.known import BACKGROUND, Known
from pipeline.stories.sweep import sweep
from pipeline.stories.tracking import Followed, follow

__all__ = [
    "BACKGROUND",
    "Followed",
    "Grouping",
    "Known",
    "evidence",
    "follow",
    "group",
    "links",
    "sweep",
    "told_by",
    "warm",
]


@dataclass(frozen=True)
class Grouping:
    """Articles gathered into stories."""

    stories: pa.Table
    """Of schema.STORIES, the largest first."""
    memberships: pa.Table
    """Of schema.MEMBERSHIPS: every article row once."""
    profiles: pa.Table
    """Of schema.PROFILES, of the rows of ``stories``: what `links` compares."""
    counts: dict[str, int]

    @property
    def profiled(self) -> pa.Table:
        """The stories with their profiles: what `links` takes."""
        return self.stories.append_column("profile", self.profiles["profile"])


def group(
    articles: pa.Table,
    tokens: pa.Table,
    folds: pa.Table,
    settings: StorySettings,
    threads: int = 0,
    known: Known | None = None,
) -> Grouping:
    """Gather kept articles into stories; reposts follow the article that stands for them.

    Articles of one language are compared inside a time window by TF-IDF, and joined by
    average linkage; then an article left alone joins the group nearest to it, where it is near
    enough. An article without a date is compared with all of its language.

    Parameters
    ----------
    articles : table of schema.CLEANED
        Sorted by ``article_id``.
    tokens : table of schema.TOKENS
        Of the same rows.
    folds : table of schema.FOLDS
        Which rows are reposts, and of which row.
    settings : StorySettings
        Window, decay and threshold.
    threads : int
        0 for every core; the result is the same with any number.
    known : Known, optional
        Articles that belong together, roundups, and articles of other stories, by row; and
        stories that were told before: their title is null here, unless they change.

    Returns
    -------
    Grouping
    """
    from pipeline.stories.assign import assign
    from pipeline.stories.describe import story_tables

    assignments = assign(articles, tokens, folds, settings, threads, known)
    stories, memberships, profiles = story_tables(
        articles,
        tokens,
        folds,
        assignments,
        settings.lead_words,
        threads,
        known,
    )
    return Grouping(
        stories=stories,
        memberships=memberships,
        profiles=profiles,
        counts={
            "similar pairs": sum(len(found.pairs.left) for found in assignments),
            "stories": stories.num_rows,
            "of several articles": pc.sum(pc.greater(stories["articles"], 1)).as_py() or 0,
        },
    )


def evidence(*given: Any, **others: Any) -> Any:
    """Say what the grouping measures between an article and others.

    See `pipeline.stories.reasons.evidence`, whose parameters and result these are.
    """
    from pipeline.stories.reasons import evidence as found

    return found(*given, **others)


def links(
    stories: pa.Table, settings: StorySettings, fresh: pa.Array | None = None, threads: int = 1
) -> pa.Table:
    """Find the links between stories; see `pipeline.stories.sagas`.

    Parameters
    ----------
    stories : table of schema.STORIES and schema.PROFILES
    settings : StorySettings
    fresh : bool array, optional
        Stories of which at least one must be in each link; by default all.
    threads : int
        0 for every core; the result is the same with any number.

    Returns
    -------
    table of schema.STORY_LINKS
    """
    from pipeline.stories.sagas import links as found

    return found(stories, settings, fresh, threads)


def told_by(articles: pa.Table) -> pa.Table:
    """Give the headline and the lead of stories that these articles stand for, one each.

    Returns
    -------
    table with the columns ``title`` and ``lead``
    """
    from pipeline.stories.telling import told_by

    return told_by(articles)


def warm() -> None:
    """Import what grouping needs and load its compiled kernels, ahead of need."""
    from pipeline.stories import assign, describe  # noqa: F401
