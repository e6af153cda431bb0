"""Records with the text of a page to records with a body, a headline and a date."""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema
from pipeline.clean.page import Page, read_pages
from pipeline.clean.records import sources_of
from pipeline.settings import CleanSettings


def read_page_records(
    records: pa.Table, settings: CleanSettings
) -> tuple[pa.Table, Counter[str], pa.Table]:
    """Read the pages of a run.

    Parameters
    ----------
    records : table of schema.RECORDS
        All of them have ``page_text``, none ``text``.
    settings : CleanSettings
        How often a site must print a line.

    Returns
    -------
    records : table of schema.RECORDS
        With ``text``; headline, date, byline where the record itself had none.
    kinds : Counter of str
        How many lines were cut of each kind.
    cut : table of schema.CUT
        The lines, where ``settings.show_cut`` asks for them; else empty.
    """
    pages = read_pages(
        records["page_text"].to_pylist(),
        sources_of(records).to_pylist(),
        settings.repeated_line_articles,
        settings.repeated_line_share,
    )
    kinds = Counter(kind for page in pages for kind, _ in page.cut)
    found = {
        "text": [page.text for page in pages],
        "title": [page.title for page in pages],
        "published": [page.dated for page in pages],
        "byline": [page.byline or page.agency for page in pages],
    }
    filled = {
        name: pc.coalesce(records[name], pa.array(values, schema.RECORDS.field(name).type))
        for name, values in found.items()
    }
    records = schema.with_columns(records, **filled)
    cut = _cut_table(records, pages) if settings.show_cut else schema.CUT.empty_table()
    return records, kinds, cut


def _cut_table(records: pa.Table, pages: list[Page]) -> pa.Table:
    rows = [
        {"input": name, "position": position, "kind": kind, "line": line}
        for name, position, page in zip(
            records["input"].to_pylist(), records["position"].to_pylist(), pages, strict=True
        )
        for kind, line in page.cut
    ]
    return pa.Table.from_pylist(rows, schema=schema.CUT)
