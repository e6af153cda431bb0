"""Keys that several texts have, found among millions that one has."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup.kernels.pairs import KEY_PARTS, pack_recurring

ROW_BITS = 5
SCALE = 8


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), unique=True, max_size=80),
    st.lists(st.integers(0, KEY_PARTS), max_size=4),
    st.data(),
)
def test_keys_that_recur_are_packed_in_whatever_parts(
    pairs: list[tuple[int, int]], cuts: list[int], data: st.DataObject
) -> None:
    """Each once, with its text; rows that stand for no text are left out."""
    spread = np.random.default_rng(0).integers(0, 2**64 // SCALE, 41, dtype=np.uint64)
    hashes = np.array([spread[key] for key, _ in pairs], dtype=np.uint64)
    rows = np.array([row for _, row in pairs], dtype=np.int32)
    order = np.array(data.draw(st.permutations(range(21))), dtype=np.int32)
    text_of = np.where(order < 18, order, -1).astype(np.int32)
    bounds = sorted({0, *cuts, KEY_PARTS})
    found = [
        value
        for first, last in itertools.pairwise(bounds)
        for value in pack_recurring(hashes, rows, text_of, SCALE, ROW_BITS, first, last).tolist()
    ]
    known = [(int(spread[key]) * SCALE, int(text_of[row])) for key, row in pairs]
    known = [(key, text) for key, text in known if text >= 0]
    packed = {(key >> ROW_BITS << ROW_BITS) | text for key, text in known}
    times = {key: sum(key == other for other, _ in known) for key, _ in known}
    recurring = {(k >> ROW_BITS << ROW_BITS) | text for k, text in known if times[k] > 1}
    assert len(found) == len(set(found))
    assert recurring <= set(found) <= packed
