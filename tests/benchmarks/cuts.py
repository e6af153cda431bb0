"""One stream, cut into runs in several ways, and how far the outcomes agree.

Each cut brings the same articles into an archive of its own: all at once, month by month, day
by day, hour by hour. Cleaning learns the lines that a site repeats from what one run brings,
which is no part of this question; so the articles are cleaned together, and then cut. With
``raw`` each run cleans what it brings by itself, as in daily life.
"""

import gzip
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow.compute as pc

from pipeline import archive, clean
from pipeline.continued import span_tables
from pipeline.evaluate import bcubed, read_labels
from pipeline.settings import Settings
from pipeline.stages import STAGES, Job, chain, holding

CUTS = {"whole": None, "monthly": "month", "daily": "day", "hourly": "hour"}
_RUNS_BETWEEN_UPKEEP = 100


class Outcome(NamedTuple):
    """What one cut led to."""

    name: str
    runs: int
    story: dict[str, str]
    """Story of each article."""
    reposts: list[dict[str, Any]]
    """Rows of ``duplicates``, without the run."""


class Agreement(NamedTuple):
    """How far two outcomes agree."""

    names: str
    bcubed_f1: float
    """Of the stories of one outcome against those of the other."""
    reposts_apart: int
    """Rows of ``duplicates`` that only one of them has."""


def outcomes(corpus: Path, names: list[str], settings: Settings, *, raw: bool) -> list[Outcome]:
    """Bring a corpus into archives, cut in several ways.

    Parameters
    ----------
    corpus : Path
        A file of articles.
    names : list of str
        Of the cuts, in CUTS.
    settings : Settings
    raw : bool
        Let each run clean its own articles.
    """
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        job = Job([str(corpus)], folder, settings, now)
        articles = STAGES["read"](job)
        lines = _lines(corpus) if raw else []
        found = []
        for cut in names:
            root = str(folder / cut)
            parts = list(_parts(articles, CUTS[cut]))
            for number, part in enumerate(parts):
                brought = _cleaned_alone(part, lines, job) if raw else part
                _add(replace(job, archive=root), lambda _job, given=brought: given)
                if (number + 1) % _RUNS_BETWEEN_UPKEEP == 0:
                    with archive.writing(root, settings) as held:
                        archive.compact(held, 0, settings.archive.compression)
            found.append(_outcome(cut, len(parts), root, settings))
        return found


def agreements(found: list[Outcome]) -> list[Agreement]:
    """Compare each two outcomes."""
    return [
        Agreement(
            f"{one.name} and {other.name}",
            bcubed(list(one.story.values()), [other.story[name] for name in one.story])[2],
            len(_apart(one.reposts, other.reposts)),
        )
        for one, other in combinations(found, 2)
    ]


def labelled_f1(outcome: Outcome, labels: Path) -> float:
    """Score the stories of an outcome against labels, by BCubed F1."""
    known = {name: story for name, story in read_labels(labels).items() if name in outcome.story}
    return bcubed(list(known.values()), [outcome.story[name] for name in known])[2]


def _apart(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> set[bytes]:
    return {orjson.dumps(row) for row in one} ^ {orjson.dumps(row) for row in other}


def _lines(corpus: Path) -> list[bytes]:
    held = corpus.read_bytes()
    return (gzip.decompress(held) if corpus.suffix == ".gz" else held).splitlines()


def _parts(articles: clean.Cleaned, by: str | None) -> Iterator[clean.Cleaned]:
    """Cut articles by their dates; the undated come last."""
    table = articles.articles
    none = articles.rejects[:0]
    if by is None:
        yield replace(articles, rejects=none)
        return
    at = pc.floor_temporal(table["published"], unit=by)
    for moment in pc.unique(at.sort()).to_pylist():
        own = at.is_null() if moment is None else pc.equal(at, moment).fill_null(False)
        yield replace(articles, articles=table.filter(own), rejects=none)


def _cleaned_alone(part: clean.Cleaned, lines: list[bytes], job: Job) -> clean.Cleaned:
    file = job.out / "part.jsonl"
    positions = part.articles["position"].to_pylist()
    file.write_bytes(b"\n".join(lines[position - 1] for position in positions))
    return STAGES["read"](replace(job, inputs=[str(file)]))


def _add(job: Job, bring: Callable[[Job], clean.Cleaned]) -> None:
    """Run the chain on an archive, with articles at hand and without exports."""
    stages = {**STAGES, "read": bring, "export": lambda *_given: None}
    with holding(job):
        chain(lambda stage, *given: stages[stage](*given), job)


def _outcome(cut: str, runs: int, root: str, settings: Settings) -> Outcome:
    tables = span_tables(archive.open_archive(root, settings), None, None)
    names, stories = (tables["members"][name].to_pylist() for name in ("article_id", "story_id"))
    reposts = tables["duplicates"].drop_columns(["run_id"]).to_pylist()
    return Outcome(cut, runs, dict(zip(names, stories, strict=True)), reposts)
