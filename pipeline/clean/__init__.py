"""Records to articles: title, body, date, source, language; and what a site repeats is cut."""

from pipeline.clean.records import Block, Cleaned, clean
from pipeline.clean.unify import unify

__all__ = ["Block", "Cleaned", "clean", "unify"]
