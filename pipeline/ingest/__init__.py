"""Files to records: one reader a format, and a reject with its place for all it cannot use."""

from pipeline.ingest.batch import Batch
from pipeline.ingest.inbox import Inbox, waiting
from pipeline.ingest.reader import read
from pipeline.ingest.sources import files_seen, total_bytes

__all__ = ["Batch", "Inbox", "files_seen", "read", "total_bytes", "waiting"]
