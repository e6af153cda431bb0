"""HTML to text and metadata, in processes that a page may kill without harm to the run."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.extract.records import Extracted, Extractor

__all__ = ["Extracted", "Extractor"]


def __getattr__(name: str) -> Any:
    """Import what works on Arrow tables when it is asked for: extracting processes never do."""
    if name not in __all__:
        raise AttributeError(f"pipeline.extract has no {name!r}; expected {', '.join(__all__)}")
    from pipeline.extract import records

    return getattr(records, name)
