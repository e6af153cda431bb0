"""The report: a static site of stories that opens from disk."""

from pipeline.report.about import About
from pipeline.report.site import write_site

__all__ = ["About", "write_site"]
