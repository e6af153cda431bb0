"""The page of the run: what was counted, how long it took, what was rejected and why."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.counts import told
from pipeline.report import words
from pipeline.report.about import About
from pipeline.report.paper import Paper, cut, drawn

_ROWS_BYTES = 90_000
_RUNS = 100


def write_run(paper: Paper, tables: Mapping[str, pa.Table], about: About) -> None:
    """Write the page of the run, and its continuations where there are many rejects.

    Parameters
    ----------
    paper : Paper
    tables : mapping of str to table
        By the names of schema.EXPORTS.
    about : About
    """
    rejects = tables["rejects"]
    parts = cut(drawn(paper.parts.reject, rejects.to_pylist()), _ROWS_BYTES) or [[]]
    runs = about.runs.sort_by([("number", "descending")]) if about.runs is not None else None
    for number, rows in enumerate(parts, 1):
        paper.write(
            _url(number),
            "run.html",
            here="run",
            counts=_counts(tables),
            stages=_stages(about),
            seconds=sum(about.seconds.values()),
            runs=_runs(runs.slice(0, _RUNS)) if runs is not None else [],
            runs_left=max(0, len(runs) - _RUNS) if runs is not None else 0,
            rejected=len(rejects),
            reasons=_reasons(rejects),
            rows=rows,
            number=number,
            many=len(parts),
            urls=_url,
        )


def _url(number: int) -> str:
    return "run.html" if number == 1 else f"run-{number}.html"


def _counts(tables: Mapping[str, pa.Table]) -> list[tuple[str, int]]:
    relations = Counter(tables["duplicates"]["relation"].to_pylist())
    several = pc.greater(pc.add(tables["stories"]["articles"], tables["stories"]["reposts"]), 1)
    return [
        ("articles", len(tables["articles"])),
        ("kept", tables["articles"]["kept_id"].null_count),
        *((f"{relation} reposts", many) for relation, many in sorted(relations.items())),
        ("stories", len(tables["stories"])),
        ("stories told more than once", pc.sum(several).as_py() or 0),
        ("without a date", tables["articles"]["published"].null_count),
        ("rejects", len(tables["rejects"])),
    ]


def _stages(about: About) -> list[dict[str, Any]]:
    longest = max(about.seconds.values(), default=0) or 1
    return [
        {
            "name": stage,
            "seconds": seconds,
            "share": round(100 * seconds / longest, 1),
            "found": _found(about.counts.get(stage, {})),
        }
        for stage, seconds in about.seconds.items()
    ]


def _runs(runs: pa.Table) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "seconds": (row["committed"] - row["began"]).total_seconds(),
            "found": _found(orjson.loads(row["counts"] or "{}")),
        }
        for row in runs.to_pylist()
    ]


def _found(counts: Mapping[str, Any]) -> str:
    return told({name: number for name, number in counts.items() if isinstance(number, int)})


def _reasons(rejects: pa.Table) -> list[tuple[str, int]]:
    """Count rejects by what their reasons begin with: what follows a colon is of one record.

    A single word before it is the name of a field, and no reason by itself.
    """
    reasons = (reason for reason in rejects["reason"].to_pylist() if reason)
    heads = ((reason.partition(":")[0], reason) for reason in reasons)
    kinds = (head if " " in head else reason for head, reason in heads)
    return Counter(words.clean(kind, 120) for kind in kinds).most_common()
