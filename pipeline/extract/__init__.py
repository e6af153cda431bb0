"""HTML to text and metadata, in processes that a page may kill without harm to the run."""

from pipeline.extract.records import Extracted, Extractor

__all__ = ["Extracted", "Extractor"]
