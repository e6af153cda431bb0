"""Fit the line model: a conditional random field with a margin.

The loss is the softmax-margin of Gimpel and Smith (2010, "Softmax-margin CRFs"): a path that
loses or keeps words wrongly must be worse than the true one by as much as those words weigh.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.page.model import Model
from pipeline.clean.page.states import BODY, CHANGES, STATES, change_table

_LEAST_WORDS = 20  # a body of fewer words weighs as one of so many


class Examples(NamedTuple):
    """Lines of pages whose bodies are known."""

    values: NDArray[np.float64]
    """Shape (n, n_features)."""
    states: NDArray[np.int64]
    """Shape (n,): the true ones."""
    words: NDArray[np.float64]
    """Shape (n,): words of each line."""
    starts: NDArray[np.int64]
    """Shape (n_pages + 1,): first line of each page."""

    def only(self, pages: NDArray[np.bool_]) -> "Examples":
        """Take the pages of a mask."""
        lines = np.repeat(pages, np.diff(self.starts))
        starts = np.append(0, np.cumsum(np.diff(self.starts)[pages]))
        return Examples(self.values[lines], self.states[lines], self.words[lines], starts)


def train(examples: Examples, ridge: float, margin: float, rounds: int) -> Model:
    """Fit weights by L-BFGS.

    Parameters
    ----------
    examples : Examples
    ridge : float
        Of the squared weights.
    margin : float
        By which a path that gets the whole body wrong must be worse.
    rounds : int
        Of L-BFGS at most.
    """
    from scipy.optimize import minimize

    from pipeline.clean.page.loss import all_paths

    values, n_features = examples.values, examples.values.shape[1]
    costs, table = _costs(examples, margin), change_table()
    d_emissions = np.empty((len(values), len(STATES)))
    d_changes = np.empty((len(values), len(CHANGES)))
    n_pages = len(examples.starts) - 1

    def objective(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        model = _model(weights, n_features)
        emissions = costs.copy()
        emissions[:, BODY] += values @ model.body
        loss = all_paths(
            emissions, values @ model.changes, examples.states, examples.starts, table,
            d_emissions, d_changes,
        )  # fmt: skip
        slope = np.append(values.T @ d_emissions[:, BODY], (values.T @ d_changes).ravel())
        penalty = 0.5 * ridge * weights @ weights
        return loss / n_pages + penalty, slope / n_pages + ridge * weights

    begin = np.zeros(n_features * (1 + len(CHANGES)))
    found = minimize(objective, begin, jac=True, method="L-BFGS-B", options={"maxiter": rounds})
    return _model(found.x, n_features)


def _model(weights: NDArray[np.float64], n_features: int) -> Model:
    return Model(weights[:n_features], weights[n_features:].reshape(n_features, len(CHANGES)))


def _costs(examples: Examples, margin: float) -> NDArray[np.float64]:
    """Give what each state of each line would add to a path's words that are wrong."""
    page = np.repeat(np.arange(len(examples.starts) - 1), np.diff(examples.starts))
    inside = examples.states == BODY
    body = np.bincount(page, examples.words * inside, len(examples.starts) - 1)
    share = np.minimum(examples.words / np.maximum(body, _LEAST_WORDS)[page], 1)
    wrong = (np.arange(len(STATES)) == BODY)[None, :] != inside[:, None]
    return wrong * (margin * share)[:, None]
