"""What was understood of each record, for a person to check."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from pipeline.export import write_jsonl
from pipeline.settings import Settings
from pipeline.stages import Job, read

_SHOWN = {"id": "article_id", "title": "title", "text": "text", "published": "published"}
_SHOWN |= {"source": "source", "language": "language", "byline": "byline", "agency": "agency"}


def parse_to(inputs: Sequence[str], out: Path | None, settings: Settings) -> None:
    """Write what the readers and the cleaner make of the inputs, one record a line.

    Parameters
    ----------
    inputs : sequence of str
        As in `pipeline.run.run`.
    out : Path or None
        A JSONL file with id, title, text, published, source, language, in input order;
        None for standard output. Rejects go to standard error.
    settings : Settings
        Of reading and cleaning.
    """
    job = Job(inputs, out or Path(), settings, datetime.now(UTC))
    understood = read(job)
    articles = understood.articles.sort_by([("input", "ascending"), ("position", "ascending")])
    table = pa.table({shown: articles[name] for shown, name in _SHOWN.items()})
    write_jsonl(table, out or Path("/dev/stdout"))
    for reject in understood.rejects.to_pylist():
        print(
            f"rejected: {reject['input']}:{reject['position']}: {reject['reason']}", file=sys.stderr
        )
