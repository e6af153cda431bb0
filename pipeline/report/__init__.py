"""The report: a static site of stories that opens from disk."""

from pipeline.report.about import About
from pipeline.report.site import write_site
from pipeline.report.sources import of_archive, of_export

__all__ = ["About", "of_archive", "of_export", "write_site"]
