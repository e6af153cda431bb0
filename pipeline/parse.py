"""What was understood of each record, for a person to check."""

import sys
from collections import defaultdict
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
        None for standard output; with `clean.show_cut` also the lines that were cut, and why.
        Rejects go to standard error.
    settings : Settings
        Of reading and cleaning.
    """
    job = Job(inputs, out or Path(), settings, datetime.now(UTC))
    understood = read(job)
    articles = understood.articles.sort_by([("input", "ascending"), ("position", "ascending")])
    table = pa.table({shown: articles[name] for shown, name in _SHOWN.items()})
    if settings.clean.show_cut:
        table = table.append_column("cut", _cut_of(articles, understood.cut))
    write_jsonl(table, out or Path("/dev/stdout"))
    for reject in understood.rejects.to_pylist():
        print(
            f"rejected: {reject['input']}:{reject['position']}: {reject['reason']}", file=sys.stderr
        )


def _cut_of(articles: pa.Table, cut: pa.Table) -> pa.Array:
    """Give every article its own cut lines, as a list of kind and line."""
    lines: defaultdict[tuple[str, int], list[dict[str, str]]] = defaultdict(list)
    for row in cut.to_pylist():
        lines[row["input"], row["position"]].append({"kind": row["kind"], "line": row["line"]})
    places = zip(articles["input"].to_pylist(), articles["position"].to_pylist(), strict=True)
    kind = pa.list_(pa.struct([("kind", pa.string()), ("line", pa.string())]))
    return pa.array([lines[place] for place in places], kind)
