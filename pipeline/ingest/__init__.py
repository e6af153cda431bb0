"""Files to records: one reader a format, and a reject with its place for all it cannot use."""

from pipeline.ingest.batch import Batch
from pipeline.ingest.reader import read
from pipeline.ingest.sources import total_bytes

__all__ = ["Batch", "read", "total_bytes"]
