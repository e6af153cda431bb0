"""The stages of a run that continues an archive: where they differ from those of one batch."""

from pipeline.continued.decide import fold, group
from pipeline.continued.exports import repost_texts, run_tables, span_tables, story_tables
from pipeline.continued.growth import growth
from pipeline.continued.keep import Committed, commit
from pipeline.continued.recall import recall
from pipeline.continued.recalled import Recalled
from pipeline.continued.upkeep import forget, rebuild

__all__ = [
    "Committed",
    "Recalled",
    "commit",
    "fold",
    "forget",
    "group",
    "growth",
    "rebuild",
    "recall",
    "repost_texts",
    "run_tables",
    "span_tables",
    "story_tables",
]
