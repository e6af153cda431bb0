"""What a report is made of, beside the tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True)
class About:
    """Where the tables come from, and what is known of how they came about."""

    origin: str
    """As a reader is told, like ``the archive news``."""
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Counts of each stage, where a run made them."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Seconds of each stage."""
    runs: pa.Table | None = None
    """An archive's committed runs."""
    texts: pa.Table | None = None
    """Texts of kept articles and their reposts: ``article_id``, ``text``."""
