"""Kernel of the training: the forward-backward algorithm over the lines of pages."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.clean.page.states import NOISE


@njit(cache=True, nogil=True)
def _log_sum(values):
    top = values.max()
    return top if top == -np.inf else top + np.log(np.exp(values - top).sum())


@njit(cache=True, nogil=True)
def all_paths(
    emissions: NDArray[np.float64],
    changes: NDArray[np.float64],
    truth: NDArray[np.int64],
    starts: NDArray[np.int64],
    table: NDArray[np.int64],
    d_emissions: NDArray[np.float64],
    d_changes: NDArray[np.float64],
) -> float:
    """Sum, over pages, how much all paths together outscore the true one.

    Parameters
    ----------
    emissions : float64 array, shape (n, n_states)
        Score of each line in each state.
    changes : float64 array, shape (n, n_changes)
        Score of each change of state at each line.
    truth : int64 array, shape (n,)
        The true states.
    starts : int64 array, shape (n_pages + 1,)
        First line of each page.
    table : int64 array, shape (n_states, n_states)
        From `states.change_table`.
    d_emissions, d_changes : float64 arrays, of the shapes of the scores
        Written: slopes of the sum.
    """
    n_states = emissions.shape[1]
    loss = 0.0
    d_emissions[:] = 0
    d_changes[:] = 0
    paths = np.empty(n_states)
    for page in range(len(starts) - 1):
        a, b = starts[page], starts[page + 1]
        if a == b:
            continue
        to = np.full((b - a, n_states), -np.inf)  # all paths up to a line and state
        behind = np.zeros((b - a, n_states))  # all paths behind it
        to[0, :NOISE] = emissions[a, :NOISE]
        for i in range(a + 1, b):
            for s in range(n_states):
                for r in range(n_states):
                    paths[r] = to[i - 1 - a, r] if r == s else -np.inf
                    if table[r, s] >= 0:
                        paths[r] = to[i - 1 - a, r] + changes[i, table[r, s]]
                to[i - a, s] = _log_sum(paths) + emissions[i, s]
        behind[b - 1 - a, NOISE] = -np.inf
        for i in range(b - 1, a, -1):
            for r in range(n_states):
                for s in range(n_states):
                    paths[s] = behind[i - a, s] + emissions[i, s] if r == s else -np.inf
                    if table[r, s] >= 0:
                        paths[s] = behind[i - a, s] + emissions[i, s] + changes[i, table[r, s]]
                behind[i - 1 - a, r] = _log_sum(paths)
        every = _log_sum(to[b - 1 - a] + behind[b - 1 - a])
        loss += every
        for i in range(a, b):
            loss -= emissions[i, truth[i]]
            d_emissions[i, truth[i]] -= 1
            for s in range(n_states):
                d_emissions[i, s] += np.exp(to[i - a, s] + behind[i - a, s] - every)
            if i == a:
                continue
            if truth[i] != truth[i - 1]:
                loss -= changes[i, table[truth[i - 1], truth[i]]]
                d_changes[i, table[truth[i - 1], truth[i]]] -= 1
            for r in range(n_states):
                for s in range(n_states):
                    if table[r, s] >= 0:
                        d_changes[i, table[r, s]] += np.exp(
                            to[i - 1 - a, r] + changes[i, table[r, s]] + emissions[i, s]
                            + behind[i - a, s] - every
                        )  # fmt: skip
    return loss
