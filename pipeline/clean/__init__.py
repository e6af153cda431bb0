"""Records to articles: title, body, date, source, language; and what a site repeats is cut."""

from pipeline.clean.records import Cleaned, clean
from pipeline.clean.unify import unify

__all__ = ["Cleaned", "clean", "unify"]
