"""What a run did, in words and tables that an operator reads."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from flows.handoff import Manifest, table
from pipeline.counts import told
from pipeline.ingest import Inbox
from pipeline.stages import Job

_REASONS = 20
_SHOWN = ("title", "articles", "reposts", "sources", "first_published", "last_published")
_GROWN = ("title", "event", "articles", "reposts", "sources", "fresh_sources", "last_published")


class Done(NamedTuple):
    """A run that has come to its end."""

    job: Job
    inbox: Inbox | None
    manifests: Sequence[Manifest]
    files: Sequence[str]
    """That were written."""

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Counts by stage."""
        return {manifest["stage"]: manifest["counts"] for manifest in self.manifests}

    def folder(self, stage: str) -> Path:
        """Folder of a stage's result."""
        return Path(next(m["folder"] for m in self.manifests if m["stage"] == stage))


def headline(done: Done) -> str:
    """Say in one line what a run did."""
    read = done.counts["read"]
    folded = sum(_folded(done).values())
    stories = told({name: number for name, number in _stories(done).items() if number})
    return (
        f"{read['articles']:,} articles read, {read['rejects']:,} rejected, {folded:,} folded; "
        f"stories: {stories or 'none changed'}"
    )


def markdown(done: Done, report: str | None = None) -> str:
    """Write the summary: read, rejected, folded, stories, seconds, files.

    Parameters
    ----------
    done : Done
    report : str, optional
        URL of the run's report, for a link.
    """
    parts = [f"**{headline(done)}**", report and f"[The stories as pages, to read]({report})"]
    parts += [_read(done), _waiting(done.inbox)]
    parts += [_table("rejected because", _rejected(done))]
    parts += [_table("folded as", _folded(done)), _table("stories", _stories(done))]
    seconds = {manifest["stage"]: f"{manifest['seconds']:.1f}" for manifest in done.manifests}
    seconds["in all"] = f"{sum(manifest['seconds'] for manifest in done.manifests):.1f}"
    parts += [_table("stage", seconds, "seconds")]
    parts += [f"Files in `{done.job.out}`: {', '.join(Path(file).name for file in done.files)}"]
    return "\n\n".join(part for part in parts if part)


def largest_rows(stories: pa.Table) -> list[dict[str, Any]]:
    """Give the largest stories, of schema.STORIES, as rows of a table artifact."""
    return [_shown(story, _SHOWN) for story in stories.to_pylist()]


def growth_rows(growth: pa.Table, n: int = 10) -> list[dict[str, Any]]:
    """Give the stories that gained most, of `continued.growth`, as rows of a table artifact."""
    rows = []
    for story in growth[:n].to_pylist():
        row = _shown(story, _GROWN)
        for name in ("articles", "reposts", "sources"):
            row[name] = f"{story[name]:,} (+{story[name] - story[f'{name}_before']:,})"
        rows.append(row)
    return rows


def _read(done: Done) -> str:
    met = told(done.counts.get("recall", {}))
    size = sum(file.size for file in done.job.files) / 1e6
    where = f" into the archive `{done.job.archive}` ({met})" if done.job.archive else ""
    found = told(done.counts["read"])
    return f"Read {len(done.job.files):,} files, {size:,.1f} MB: {found}{where}."


def _waiting(inbox: Inbox | None) -> str:
    if inbox is None or not (inbox.later or inbox.unknown):
        return ""
    return "\n".join(
        f"- {len(paths):,} files {why}, such as `{paths[0]}`"
        for paths, why in (
            (inbox.later, "wait for a later run"),
            (inbox.unknown, "are of a kind that is not read"),
        )
        if paths
    )


def _rejected(done: Done) -> dict[str, int]:
    reasons = pc.value_counts(table(done.folder("read"), "rejects")["reason"]).to_pylist()
    ranked = sorted(reasons, key=lambda row: (-row["counts"], row["values"]))
    shown = {row["values"]: row["counts"] for row in ranked[:_REASONS]}
    if others := sum(row["counts"] for row in ranked[_REASONS:]):
        shown[f"{len(ranked) - _REASONS} other reasons"] = others
    return shown


def _folded(done: Done) -> dict[str, int]:
    """Count the folds of articles that came in this run, by relation."""
    folds = table(done.folder("fold"), "folds").select(["article", "relation"])
    if done.job.archive:
        new = table(done.folder("recall"), "standing")["new"]
        folds = folds.filter(new.take(folds["article"]))
    found = pc.value_counts(folds["relation"]).to_pylist()
    counts = {row["values"]: row["counts"] for row in found}
    return {name: counts.get(name, 0) for name in ("exact", "near", "excerpt")}


def _stories(done: Done) -> dict[str, int]:
    if not done.job.archive:
        return {"found": len(table(done.folder("group"), "stories"))}
    counts = done.counts["commit"]
    return {name: counts.get(name, 0) for name in ("born", "grew", "merged", "split", "closed")}


def _table(name: str, rows: Mapping[str, Any], counted: str = "number") -> str:
    if not rows:
        return ""
    lines = [f"| {name} | {counted} |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {_cell(key)} | {value} |" for key, value in rows.items())])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _shown(story: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    row = {name: story[name] for name in names}
    for name, value in row.items():
        if name.endswith("_published"):
            row[name] = value and value.strftime("%Y-%m-%d %H:%M")
    return row
