"""The stages of a run, and the one chain that they form.

A stage takes the job and the results of earlier stages, and gives a result of Arrow tables
and counts. The command line runs the chain in one process; the Prefect flow runs the same
chain with a task around each stage and the results on disk between them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from pipeline import clean, dedup, export, ingest, stories, text
from pipeline.settings import Settings


@dataclass(frozen=True)
class Job:
    """What a run is asked to do."""

    inputs: Sequence[str]
    """Files, folders, globs; ``-`` for standard input."""
    out: Path
    """Folder of the export."""
    settings: Settings
    now: datetime
    """Time against which a date is absurd."""


@dataclass(frozen=True)
class Tokens:
    """Token hashes of every article."""

    table: pa.Table
    """Of schema.TOKENS."""
    counts: dict[str, int]


@dataclass(frozen=True)
class Exported:
    """Files written."""

    files: list[str]
    """Paths, sorted."""
    largest: pa.Table
    """The largest stories, of schema.STORIES: what a summary shows."""
    counts: dict[str, int]


_LARGEST = 20

Report = Callable[[int, int], None]
"""Told of bytes read, and bytes in all (0 where unknown)."""


class Step(Protocol):
    """Runs one stage: given its name, the job and earlier results, gives its result."""

    def __call__(self, stage: str, *inputs: Any) -> Any:
        """Run ``stage``."""


def chain(step: Step, job: Job) -> Any:
    """Run every stage in the order of the data; give what `write` gives."""
    articles = step("read", job)
    tokens = step("tokenize", job, articles)
    reposts = step("fold", job, articles, tokens)
    grouping = step("group", job, articles, tokens, reposts)
    return step("export", job, articles, tokens, reposts, grouping)


def read(job: Job, report: Report = lambda _done, _total: None) -> clean.Cleaned:
    """Read the inputs and clean what they hold, block by block."""
    settings = job.settings
    total = ingest.total_bytes(job.inputs)

    def cleaned_blocks() -> Iterator[clean.Cleaned]:
        done = 0
        for batch in ingest.read(job.inputs, settings.ingest):
            done += batch.bytes_read
            report(done, total)
            part = clean.clean(batch.records, settings.clean, job.now)
            rejects = pa.concat_tables([batch.rejects, part.rejects])
            yield replace(part, rejects=rejects)

    return clean.unify(cleaned_blocks(), settings.clean)


def tokenize(job: Job, articles: clean.Cleaned) -> Tokens:
    """Turn titles and texts into token hashes."""
    table = text.tokenize(articles.articles, job.settings.threads)
    return Tokens(table, {})


def fold(job: Job, articles: clean.Cleaned, tokens: Tokens) -> dedup.Reposts:
    """Fold reposts into the articles that are kept."""
    return dedup.fold(articles.articles, tokens.table, job.settings.dedup, job.settings.threads)


def group(
    job: Job, articles: clean.Cleaned, tokens: Tokens, reposts: dedup.Reposts
) -> stories.Grouping:
    """Gather the articles of one event into a story."""
    settings = job.settings
    return stories.group(
        articles.articles, tokens.table, reposts.folds, settings.stories, settings.threads
    )


def write(
    job: Job,
    articles: clean.Cleaned,
    tokens: Tokens,
    reposts: dedup.Reposts,
    grouping: stories.Grouping,
) -> Exported:
    """Write the export tables."""
    counted = articles.articles.append_column("words", text.lengths(tokens.table["text"]))
    tables = export.tables(
        counted,
        articles.rejects,
        reposts.pairs,
        reposts.folds,
        grouping.stories,
        grouping.memberships,
        export.run_id(counted, job.settings.model_dump_json(exclude={"threads"})),
    )
    files = export.write(tables, job.out, job.settings.export, job.settings.threads)
    largest = grouping.stories.sort_by([("articles", "descending"), ("story_id", "ascending")])
    return Exported([str(path) for path in files], largest[:_LARGEST], {"files": len(files)})


STAGES: dict[str, Callable[..., Any]] = {
    "read": read,
    "tokenize": tokenize,
    "fold": fold,
    "group": group,
    "export": write,
}
"""Every stage by its name in `chain`, in order."""
