"""The line model: which lines of a page are the article's body.

A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) over the lines:
each line's features vote for or against the body, and for a change of state at it; the best
path over the whole page wins. ``make_weights.py`` fits the weights.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.page.features import features
from pipeline.clean.page.lines import Lines, vocabulary_table
from pipeline.clean.page.states import BODY, CHANGES, STATES, change_table

WEIGHTS = Path(__file__).with_name("weights.csv")
_COLUMNS = ("body", *(f"{STATES[before]} to {STATES[after]}" for before, after in CHANGES))
_SECTIONS = ("comments", "related", "sharing and accounts", "advertising and law")
_REPEATED = 12.0
"""What a line that its site repeats loses of its vote for the body: no paragraph has so much."""

_FURNITURE = 3.0
_BRIEF = 4
"""What a line of at most so many words loses that says little but "Comment" or "Related"."""


class Model(NamedTuple):
    """Weights of every feature."""

    body: NDArray[np.float64]
    """Shape (n_features,): for the body."""
    changes: NDArray[np.float64]
    """Shape (n_features, n_changes): for each of `states.CHANGES` at a line."""


def find_bodies(
    lines: Lines, repeated: NDArray[np.bool_] | None = None, model: Model | None = None
) -> NDArray[np.int8]:
    """Find the state of every line.

    Parameters
    ----------
    lines : Lines
        Of some pages.
    repeated : bool array, shape (n,), optional
        Lines that stand on many pages of their site.
    model : Model, optional
        By default the one that is shipped.

    Returns
    -------
    int8 array, shape (n,)
        Places in `states.STATES`.
    """
    from pipeline.clean.page import kernels

    model = model or shipped()
    values, _ = features(lines)
    emissions = np.zeros((len(values), len(STATES)))
    scores = kernels.weighed(values, np.vstack([model.body, model.changes.T]))
    emissions[:, BODY] = scores[:, 0]
    emissions[_furniture(lines), BODY] -= _FURNITURE
    if repeated is not None:
        emissions[repeated, BODY] -= _REPEATED
    path = np.zeros(len(values), np.int8)
    kernels.best_paths(emissions, scores[:, 1:], lines.starts, change_table(), path)
    return path


def _furniture(lines: Lines) -> NDArray[np.bool_]:
    from pipeline.clean.page import kernels

    _, names = vocabulary_table()
    columns = [kernels.COUNTS + names.index(name) for name in _SECTIONS]
    words = lines.counts[:, kernels.WORDS]
    return (words <= _BRIEF) & (2 * lines.counts[:, columns].sum(axis=1) >= np.maximum(words, 1))


@cache
def shipped() -> Model:
    """Read the weights that are shipped."""
    with WEIGHTS.open(newline="", encoding="utf-8") as rows:
        table = np.array([[float(row[name]) for name in _COLUMNS] for row in csv.DictReader(rows)])
    return Model(table[:, 0].copy(), table[:, 1:].copy())


def write(model: Model, names: list[str], path: Path = WEIGHTS) -> None:
    """Write weights, one feature a line."""
    with path.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["feature", *_COLUMNS])
        for name, body, changes in zip(names, model.body, model.changes, strict=True):
            rows.writerow([name, *(f"{weight:.3f}" for weight in (body, *changes))])
