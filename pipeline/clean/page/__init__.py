"""Page text, all visible lines of a page, to headline, date, byline and body."""

from pipeline.clean.page.reading import Page, read_page, read_pages

__all__ = ["Page", "read_page", "read_pages"]
