"""The stages of a run that continues an archive: where they differ from those of one batch."""

from pipeline.continued.decide import fold, group
from pipeline.continued.exports import run_tables, span_tables
from pipeline.continued.keep import Committed, commit
from pipeline.continued.recall import Recalled, recall
from pipeline.continued.track import Tracked, track

__all__ = [
    "Committed",
    "Recalled",
    "Tracked",
    "commit",
    "fold",
    "group",
    "recall",
    "run_tables",
    "span_tables",
    "track",
]
