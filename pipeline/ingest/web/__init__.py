"""Pages from the web: politely, within limits, and never from a private network."""

from pipeline.ingest.web.fetcher import Fetched, FetchError
from pipeline.ingest.web.session import Web

__all__ = ["FetchError", "Fetched", "Web"]
