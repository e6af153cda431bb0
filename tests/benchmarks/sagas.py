"""Links between stories, against the topics of ECB+: of each, two events of one kind.

    python -m tests.benchmarks.sagas

ECB+ pairs each event with another of its kind (a celebrity goes into rehab; another does), so
that its stories of one topic are what links are to find, and those of two topics are not.
Prints for each `link_similarity` how many links join one topic (precision), and for how many
topics of several stories some two of these are linked (recall).
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipeline import stories
from pipeline.settings import Settings
from tests.benchmarks.labelled import labelled

SIMILARITIES = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)


class LinkScores(NamedTuple):
    """How well links keep to topics; shares from 0 to 1."""

    similarity: float
    links: int
    precision: float
    recall: float


def measure() -> list[LinkScores]:
    """Score the links of ECB+'s stories, as grouped with the defaults."""
    corpus = labelled("ecbplus")
    settings = Settings().stories
    grouping = stories.group(*corpus[:3], settings, known=corpus.known)
    topic_of = _topics(corpus.articles, grouping.memberships)
    ids = grouping.stories["story_id"].to_pylist()
    topic = dict(zip(ids, topic_of, strict=True))
    several = {name for name in topic_of if topic_of.count(name) > 1}
    scores = []
    for similarity in SIMILARITIES:
        strict = settings.model_copy(update={"link_similarity": similarity})
        links = stories.links(grouping.profiled, strict)
        ends = zip(links["story_id"].to_pylist(), links["other_id"].to_pylist(), strict=True)
        pairs = [(topic[one], topic[other]) for one, other in ends]
        within = [one for one, other in pairs if one == other]
        precision = len(within) / max(len(pairs), 1)
        found = len(several & set(within)) / max(len(several), 1)
        scores.append(LinkScores(similarity, len(pairs), precision, found))
    return scores


def _topics(articles: pa.Table, memberships: pa.Table) -> list[str]:
    """Give the topic that most articles of each story are of: the number before the ``_``."""
    ids = articles["article_id"].take(memberships["article"]).to_pylist()
    topic = np.array([name.partition("_")[0] for name in ids])
    story = memberships["story"].to_numpy()
    found = []
    for one in range(int(story.max()) + 1):
        names, counts = np.unique(topic[story == one], return_counts=True)
        found.append(str(names[np.argmax(counts)]))
    return found


def main() -> None:
    for row in measure():
        print(  # noqa: T201
            f"similarity {row.similarity:.2f}: {row.links:4} links, "
            f"precision {row.precision:.3f}, recall of topics {row.recall:.3f}"
        )


if __name__ == "__main__":
    main()
