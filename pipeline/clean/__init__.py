"""Records to articles: title, body, date, source, language; and what a site repeats is cut."""

from pipeline.clean.records import Block, clean
from pipeline.clean.settled import Cleaned, credited, dated, settled
from pipeline.clean.unify import Unified, unify

__all__ = ["Block", "Cleaned", "Unified", "clean", "credited", "dated", "settled", "unify"]
