"""What a line of a page can be, and which state may follow which."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

STATES = ("above", "body", "noise", "below")
"""Of a line: before the body, of it, foreign to it but between its lines, and behind it."""
ABOVE: Final = 0
BODY: Final = 1
NOISE: Final = 2
BELOW: Final = 3
CHANGES = ((ABOVE, BODY), (BODY, NOISE), (NOISE, BODY), (BODY, BELOW))
"""Changes of state that are possible: so a page has one body, which may be interrupted."""


def change_table() -> NDArray[np.int64]:
    """Give the place in `CHANGES` of each change, shape (n_states, n_states); -1 for none."""
    table = np.full((len(STATES), len(STATES)), -1, np.int64)
    for place, (before, after) in enumerate(CHANGES):
        table[before, after] = place
    return table
