"""Keys that several texts have, found among millions that one has."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup.candidates import _quantiles
from pipeline.dedup.kernels.pairs import KEY_PARTS, pack_keys, recurring

ROW_BITS = 5
SCALE = 8

keys_of_rows = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), unique=True, max_size=80)


@given(keys_of_rows, st.integers(0, 80), st.data())
def test_keys_that_recur_are_left_however_they_were_packed(
    pairs: list[tuple[int, int]], cut: int, data: st.DataObject
) -> None:
    """Each once, with its text; rows that stand for no text are left out."""
    spread = np.random.default_rng(0).integers(0, 2**64 // SCALE, 41, dtype=np.uint64)
    hashes = np.array([spread[key] for key, _ in pairs], dtype=np.uint64)
    rows = np.array([row for _, row in pairs], dtype=np.int32)
    order = np.array(data.draw(st.permutations(range(21))), dtype=np.int32)
    text_of = np.where(order < 18, order, -1).astype(np.int32)
    packs = [
        pack_keys(hashes[some], rows[some], text_of, SCALE, ROW_BITS)
        for some in (slice(cut), slice(cut, None))
    ]
    found = []
    for part in range(KEY_PARTS):
        keys = np.concatenate([packed[s[part] : s[part + 1]] for packed, s in packs])
        assert ((keys >> np.uint64(58)) == part).all()
        found += recurring(keys).tolist()
    known = [(int(spread[key]) * SCALE, int(text_of[row])) for key, row in pairs]
    known = [(key, text) for key, text in known if text >= 0]
    packed = {(key >> ROW_BITS << ROW_BITS) | text for key, text in known}
    times = {key: sum(key == other for other, _ in known) for key, _ in known}
    several = {(k >> ROW_BITS << ROW_BITS) | text for k, text in known if times[k] > 1}
    assert len(found) == len(set(found))
    assert several <= set(found) <= packed


@given(st.lists(st.lists(st.integers(0, 2**63)), min_size=1), st.integers(1, 5))
def test_ranges_of_values_hold_every_value_once(parts: list[list[int]], pieces: int) -> None:
    """However many values there are, and however few different ones."""
    arrays = [np.array(part, dtype=np.uint64) for part in parts]
    values = np.concatenate(arrays)
    held = [((values >= low) & (values < high)).sum() for low, high in _quantiles(arrays, pieces)]
    assert sum(held) == len(values)
    assert len(held) <= pieces
