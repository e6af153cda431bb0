"""The stages of a run, and the one chain that they form.

A stage takes the job and the results of earlier stages, and gives a result of Arrow tables
and counts. The command line runs the chain in one process; the Prefect flow runs the same
chain with a task around each stage and the results on disk between them.

With an archive the same stages work on the batch and on what it meets there: the batch is
sorted out against the past (recall), its stories are matched to earlier ones, and what was
found is committed before it is exported.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa

from pipeline import archive, clean, continued, dedup, export, stories, text
from pipeline.continued import Committed, Recalled
from pipeline.gather import gather
from pipeline.job import Exported, Job, Report, Reported, Spent, Step, Tokens, largest
from pipeline.parallel import import_ahead
from pipeline.settings import Settings

__all__ = [
    "STAGES",
    "Exported",
    "Job",
    "Step",
    "Tokens",
    "chain",
    "holding",
    "stages_of",
    "warm_up",
]


def chain(step: Step, job: Job) -> Any:
    """Run every stage in the order of the data; give what exporting gives."""
    articles = step("read", job)
    if job.archive:
        articles = step("recall", job, articles)
    tokens = step("tokenize", job, articles)
    reposts = step("fold", job, articles, tokens)
    grouping = step("group", job, articles, tokens, reposts)
    found: tuple[Any, ...] = (articles, tokens, reposts, grouping)
    if job.archive:
        found = (step("commit", job, articles, reposts, grouping),)
    exported = step("export", job, *found)
    if job.settings.export.report:
        step("report", job, *found)
    return exported


@contextmanager
def holding(job: Job) -> Iterator[None]:
    """Hold the job's archive for writing, where it has one; made, mended and tidied if need be."""
    if not job.archive:
        yield
        return
    settings = job.settings.archive
    with archive.writing(job.archive, job.settings, make=True) as held:
        yield
        archive.tidy(held, settings.keep_days, settings.compression)


def warm_up(settings: Settings) -> None:
    """Import what the later stages need, while the first waits for its files."""
    import_ahead(text.warm, partial(dedup.warm, settings.dedup), stories.warm)


def read(job: Job, report: Report = lambda _done, _total: None) -> clean.Cleaned:
    """Read the inputs, clean what they hold, and settle what records do not state."""
    return clean.settled(gather(job, report), job.settings.threads)


def tokenize(job: Job, articles: clean.Cleaned | Recalled) -> Tokens:
    """Turn titles and texts into token hashes."""
    table = text.tokenize(articles.articles, job.settings.threads)
    return Tokens(table, {})


def fold(job: Job, articles: clean.Cleaned | Recalled, tokens: Tokens) -> dedup.Reposts:
    """Fold reposts into the articles that are kept."""
    if isinstance(articles, Recalled):
        return continued.fold(job, articles, tokens)
    return dedup.fold(articles.articles, tokens.table, job.settings.dedup, job.settings.threads)


def group(
    job: Job, articles: clean.Cleaned | Recalled, tokens: Tokens, reposts: dedup.Reposts
) -> stories.Grouping:
    """Gather the articles of one event into a story."""
    if isinstance(articles, Recalled):
        return continued.group(job, articles, tokens, reposts)
    settings = job.settings
    return stories.group(
        articles.articles,
        tokens.table,
        reposts.folds,
        settings.stories,
        settings.threads,
        stories.Known(dedup.update_rows(reposts.pairs), dedup.roundup_rows(reposts.pairs)),
    )


def write(job: Job, articles: clean.Cleaned | Committed, *found: Any) -> Exported:
    """Write the export tables: of the batch, or of what a run on an archive touched."""
    tables = _tables(job, articles, *found)
    files = export.write(tables, job.out, job.settings.export, job.settings.threads)
    names = [str(path) for path in files]
    return Exported(names, largest(tables["stories"]), {"files": len(files)})


def write_report(
    job: Job, articles: clean.Cleaned | Committed, *found: Any, spent: Spent | None = None
) -> Reported:
    """Write the report: of the batch, or of what a run on an archive touched."""
    from pipeline import report

    tables = _tables(job, articles, *found)
    about = report.About(
        f"a run of {len(job.inputs)} input{'' if len(job.inputs) == 1 else 's'}",
        {stage: counts for stage, (_, counts) in (spent or {}).items()},
        {stage: seconds for stage, (seconds, _) in (spent or {}).items()},
    )
    if isinstance(articles, Committed):
        past = archive.open_archive(str(job.archive), job.settings)
        texts = continued.repost_texts(past, tables["articles"], tables["duplicates"])
        about = replace(about, runs=past.runs(), texts=texts)
    else:
        about = replace(about, texts=articles.articles.select(["article_id", "text"]))
    folder = job.out / "report"
    return Reported(str(folder), report.write_site(tables, folder, about, job.settings.threads))


def _tables(job: Job, articles: clean.Cleaned | Committed, *found: Any) -> dict[str, pa.Table]:
    if isinstance(articles, Committed):
        past = archive.open_archive(str(job.archive), job.settings)
        return continued.run_tables(past, articles.run_id, job.settings)
    return _batch_tables(job, articles, *found)


def _batch_tables(
    job: Job,
    articles: clean.Cleaned,
    tokens: Tokens,
    reposts: dedup.Reposts,
    grouping: stories.Grouping,
) -> dict[str, pa.Table]:
    counted = articles.articles.append_column("words", text.lengths(tokens.table["text"]))
    settings = job.settings.model_dump_json(exclude={"threads", "archive", "inbox"})
    return export.tables(
        counted,
        articles.rejects,
        reposts.pairs,
        reposts.folds,
        dedup.roundup_rows(reposts.pairs),
        grouping.stories,
        grouping.memberships,
        stories.links(grouping.profiled, job.settings.stories, threads=job.settings.threads),
        export.run_id(counted, settings),
    )


STAGES: dict[str, Callable[..., Any]] = {
    "read": read,
    "recall": continued.recall,
    "tokenize": tokenize,
    "fold": fold,
    "group": group,
    "commit": continued.commit,
    "export": write,
    "report": write_report,
}
"""Every stage by its name in `chain`, in order."""

_ARCHIVED = ("recall", "commit")


def stages_of(job: Job) -> list[str]:
    """Name the stages of a job, in order."""
    left_out = () if job.archive else _ARCHIVED
    if not job.settings.export.report:
        left_out = (*left_out, "report")
    return [name for name in STAGES if name not in left_out]
