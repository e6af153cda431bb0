"""Results against labels: how good they are, and which settings make them better."""

from pipeline.evaluate.scores import (
    RepostScores,
    Results,
    StoryScores,
    bcubed,
    read_labels,
    report,
    score_reposts,
    score_stories,
)

__all__ = [
    "RepostScores",
    "Results",
    "StoryScores",
    "bcubed",
    "read_labels",
    "report",
    "score_reposts",
    "score_stories",
]
