"""The edge model, chosen by cross-validation on the development corpora.

    python -m tests.benchmarks.edges [full|excerpts|headlines] [--write]

A setting is worth the mean over corpora of BCubed F1, smoothed over three neighbouring
thresholds: half of it over labelled articles that share their label, as `storyfold evaluate`
counts, and half over those alone in their label too, else joining these to anything would cost
nothing. From the values that hold, one parameter after another takes the best
of a coarse grid, twice over. To see what such a choice is worth elsewhere, it is made anew
without each corpus, and without each half of the labels of all (by time, or by topic), and
scored on what was left out. What `--write` writes is chosen on all.

Cosines do not depend on the weights: they are computed once for each decay.
"""

import argparse
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import schema
from pipeline.settings import Settings, StorySettings
from pipeline.stories import edges
from pipeline.stories.assign import Collection, Measured, collections, kept_rows
from pipeline.stories.edges import EdgeModel
from pipeline.stories.forms import without_forms
from pipeline.stories.kernels.nearness import products, rows_of
from pipeline.stories.known import heeding
from pipeline.stories.linkage import average_linkage
from pipeline.stories.neighbors import less_crowding, near_pairs
from pipeline.stories.strays import with_strays
from tests.benchmarks.labelled import NAMES, Labelled, f1, labelled, shared

THRESHOLDS = tuple(round(0.06 + 0.005 * step, 3) for step in range(13))
STRAYS = (0.6, 0.7, 0.8, 1.0)
GRID: dict[str, tuple[Any, ...]] = {
    "decay_days": (2.0, 2.5, 3.0, 4.0),
    "unknown_gap_days": (0.0, 0.25, 0.5, 1.0),
    "weights": tuple(
        (whole, round(1 - whole - title, 2), title)
        for whole in (0.45, 0.6, 0.75)
        for title in (0.0, 0.1, 0.2)
    ),
    "crowding": (0.35, 0.5, 0.65),
}
SEARCHED = {"full": tuple(GRID), "excerpts": ("weights", "crowding"), "headlines": ("crowding",)}
CHARACTERS = {"full": None, "excerpts": 300, "headlines": 0}


class Choice(NamedTuple):
    """One setting of everything that is searched."""

    decay_days: float
    unknown_gap_days: float
    weights: tuple[float, float, float]
    crowding: float


class Candidates(NamedTuple):
    """A collection, and the pairs that any weights could let score."""

    one: Collection
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    decayed: NDArray[np.float32]
    """Cosines of texts, leads and titles after decay, shape (3, n_pairs)."""


Scores = NDArray[np.float64]
"""F1 by (threshold, stray)."""


def cut_to_characters(most: int, articles: pa.Table) -> pa.Table:
    """Leave the headline and the first characters of each text, up to a whole word."""
    texts = [
        text if len(text) <= most else text[: most + 1].rpartition(" ")[0]
        for text in articles["text"].to_pylist()
    ]
    return schema.with_columns(articles, text=pa.array(texts, articles["text"].type))


@cache
def corpus(name: str, kind: str) -> Labelled:
    most = CHARACTERS[kind]
    return labelled(name, None if most is None else partial(cut_to_characters, most))


@cache
def candidates(name: str, kind: str, decay_days: float, unknown_gap: float) -> list[Candidates]:
    """Find the pairs of a corpus under weights of 1, which no others exceed."""
    given = corpus(name, kind)
    settings = Settings().stories.model_copy(
        update={"texts": kind, "decay_days": decay_days, "unknown_gap_days": unknown_gap}
    )
    widest = EdgeModel(kind, 0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0)
    found = []
    for one in collections(given.articles, given.tokens, given.folds, settings, 0):
        pairs = near_pairs(one.vectors, one.days, widest, settings, 0)
        gap = one.days[pairs.left] - one.days[pairs.right]
        decay = np.exp(-np.where(np.isnan(gap), unknown_gap, gap) / decay_days)
        cosines = (
            products(pairs.left, pairs.right, rows_of(rows)) * decay.astype(np.float32)
            for rows in (one.vectors.whole, one.vectors.lead, one.vectors.title)
        )
        found.append(Candidates(one, pairs.left, pairs.right, np.stack(list(cosines))))
    return found


def measured(name: str, kind: str, choice: Choice) -> Iterator[Measured]:
    """Score the candidate pairs, as `pipeline.stories.assign.measure` does."""
    given = corpus(name, kind)
    kept = kept_rows(len(given.articles), given.folds)
    undated = name in ("ecbplus", "galaxy")
    decay = (1.0, choice.unknown_gap_days / choice.decay_days) if undated else (choice[0], 0.0)
    for one, left, right, decayed in candidates(name, kind, *decay):
        near = np.array(choice.weights, np.float32) @ decayed
        there = near >= Settings().stories.floor
        pairs = less_crowding(
            len(one.rows), left[there], right[there], near[there], choice.crowding
        )
        pairs = heeding(without_forms(pairs, one.form, one.days), one.rows, given.known, kept)
        yield Measured(**vars(one), pairs=pairs)


@cache
def groupings(name: str, kind: str, choice: Choice) -> NDArray[np.int64]:
    """Give the stories of labelled articles, shape (n_thresholds, n_strays, n)."""
    given = corpus(name, kind)
    found = list(measured(name, kind, choice))
    reposts, kept = given.folds["article"].to_numpy(), given.folds["kept"].to_numpy()
    stories = np.empty((len(THRESHOLDS), len(STRAYS), len(given.rows)), dtype=np.int64)
    for i, threshold in enumerate(THRESHOLDS):
        story = np.tile(np.arange(len(given.articles)), (len(STRAYS), 1))
        for one in found:
            pairs = (one.pairs.left, one.pairs.right, one.pairs.similarity.astype(np.float64))
            labels = average_linkage(len(one.rows), *pairs, threshold)
            for j, stray in enumerate(STRAYS):
                story[j, one.rows] = one.rows[
                    with_strays(labels, *pairs, one.form, stray * threshold)[0]
                ]
        story[:, reposts] = story[:, kept]
        stories[i] = story[:, given.rows]
    return stories


@cache
def scores(name: str, kind: str, choice: Choice, half: int | None, *, lone: bool) -> Scores:
    """Score a corpus, or half of its labels; with ``lone``, those of one article count too."""
    given = corpus(name, kind)
    middle = np.median(given.gold)
    halves = {None: given.gold >= 0, 0: given.gold <= middle, 1: given.gold > middle}
    counted = halves[half] if lone else halves[half] & shared(given)
    stories = groupings(name, kind, choice)
    return np.array([[f1(given, story, counted) for story in row] for row in stories])


class Best(NamedTuple):
    """The best of what was tried."""

    worth: float
    choice: Choice
    threshold: int
    """Index into `THRESHOLDS`."""
    stray: int
    """Index into `STRAYS`."""


Worth = Callable[[Choice], Scores]


def worth(names: tuple[str, ...], kind: str, half: int | None, choice: Choice) -> Scores:
    """Mean F1 over corpora at each threshold and stray, smoothed over three thresholds."""
    given = [(name, kind, choice, half) for name in names]
    mean = np.mean([scores(*one, lone=lone) for one in given for lone in (False, True)], axis=0)
    padded = np.pad(mean, ((1, 1), (0, 0)), mode="edge")
    return (padded[:-2] + padded[1:-1] + padded[2:]) / 3


def search(of: Worth, start: Choice, names: tuple[str, ...]) -> Best:
    """Take the best value of one parameter after another, twice over."""
    best = _best(of, start)
    for name in 2 * names:
        tried = (best.choice._replace(**{name: value}) for value in GRID[name])
        best = max([best, *(_best(of, one) for one in tried)], key=lambda found: found.worth)
    return best


def _best(of: Worth, choice: Choice) -> Best:
    table = of(choice)
    threshold, stray = np.unravel_index(int(np.argmax(table)), table.shape)
    return Best(float(table.max()), choice, int(threshold), int(stray))


def held_out(kind: str, start: Choice) -> Iterator[tuple[str, Best, dict[str, float]]]:
    """Choose without a corpus, or a half of each, and score on it."""
    every = tuple(NAMES)
    for left_out in (("allsides_dev", "folded"), ("ecbplus",), ("galaxy",)):
        others = tuple(name for name in every if name not in left_out)
        best = search(partial(worth, others, kind, None), start, SEARCHED[kind])
        yield "without " + " and ".join(left_out), best, _at(best, kind, left_out, None)
    for half in (0, 1):
        best = search(partial(worth, every, kind, 1 - half), start, SEARCHED[kind])
        yield f"half {half + 1} by the other", best, _at(best, kind, every, half)


def _at(
    best: Best, kind: str, names: tuple[str, ...], half: int | None, *, lone: bool = False
) -> dict[str, float]:
    tables = {name: scores(name, kind, best.choice, half, lone=lone) for name in names}
    return {name: float(table[best.threshold, best.stray]) for name, table in tables.items()}


def current(kind: str, settings: StorySettings) -> Choice:
    model = edges.models()[kind]
    weights = (model.whole, model.lead, model.title)
    return Choice(settings.decay_days, settings.unknown_gap_days, weights, model.crowding)


def _percent(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {100 * value:.1f}" for name, value in figures.items())


def _told(best: Best) -> str:
    choice = best.choice
    weights = "/".join(f"{weight:g}" for weight in choice.weights)
    return (
        f"decay {choice.decay_days:g}, unknown gap {choice.unknown_gap_days:g}, "
        f"weights {weights}, crowding {choice.crowding:g}, "
        f"threshold {THRESHOLDS[best.threshold]:g}, stray {STRAYS[best.stray]:g}"
    )


def section(kind: str, best: Best, lines: list[str]) -> str:
    """Give the model as a table of edges.toml, under what was found out about it."""
    values = dict(
        zip(("whole", "lead", "title"), best.choice.weights, strict=True),
        crowding=best.choice.crowding,
        threshold=THRESHOLDS[best.threshold],
        stray=STRAYS[best.stray],
    )
    comments = "".join(f"# {line}\n" for line in lines)
    head = f"{comments}[{kind}]\nwords = {edges.models()[kind].words}\n"
    return head + "".join(f"{name} = {value}\n" for name, value in values.items())


def write(kind: str, text: str) -> None:
    """Replace the table of a kind in edges.toml, and the comments above it."""
    parts = edges.PATH.read_text("utf-8").split("\n\n")
    kept = [
        text.rstrip() if re.search(rf"^\[{kind}\]$", one, re.MULTILINE) else one for one in parts
    ]
    edges.PATH.write_text("\n\n".join(kept).rstrip() + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", choices=[*SEARCHED], default="full")
    parser.add_argument("--write", action="store_true", help="into pipeline/stories/edges.toml")
    arguments = parser.parse_args()
    kind, settings = arguments.kind, Settings().stories
    start = current(kind, settings)
    lines = [f"`python -m tests.benchmarks.edges {kind} --write`, BCubed F1:"]
    for name, best, figures in held_out(kind, start):
        lines.append(f"{name}: {_percent(figures)}")
        print(f"{lines[-1]}\n    {_told(best)}", flush=True)  # noqa: T201
    best = search(partial(worth, tuple(NAMES), kind, None), start, SEARCHED[kind])
    lines.append(f"chosen on all: {_percent(_at(best, kind, tuple(NAMES), None))}")
    lone = _at(best, kind, tuple(NAMES), None, lone=True)
    lines.append(f"the same over articles alone in their label too: {_percent(lone)}")
    print("\n".join([*lines[-2:], f"    {_told(best)}"]))  # noqa: T201
    if arguments.write:
        write(kind, section(kind, best, lines))
    if (best.choice.decay_days, best.choice.unknown_gap_days) != start[:2]:
        print("decay_days and unknown_gap_days stand in pipeline/settings.py")  # noqa: T201


if __name__ == "__main__":
    main()
