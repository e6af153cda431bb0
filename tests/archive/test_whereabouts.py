"""Under which days articles lie, by their ids."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.whereabouts import NOWHERE, Whereabouts, days_of, extended, load, save

IDS = [f"a{n}" for n in range(6)]
FILE = st.tuples(st.lists(st.sampled_from(IDS), max_size=5), st.integers(0, 4))
DAY = date(2021, 7, 5)


def asked(known: Whereabouts) -> Mapping[str, list[date]]:
    return {one: days_of(known, pa.array([one])) for one in IDS}


@given(st.lists(FILE, max_size=8), st.integers(0, 8))
def test_an_article_lies_where_its_files_say(files: list[tuple[list[str], int]], cut: int) -> None:
    """Told at once or in two parts, put down between them: each id has its days, each once."""
    told = {
        f"{n}.parquet": (pa.array(ids, pa.string()), DAY + timedelta(days=day))
        for n, (ids, day) in enumerate(files)
    }
    names = list(told)
    wanted = {
        one: sorted({DAY + timedelta(days=day) for ids, day in files if one in ids}) for one in IDS
    }
    known = extended(NOWHERE, {name: told[name] for name in names[:cut]}, names)
    with TemporaryDirectory() as folder:
        save(Path(folder), known)
        known = extended(load(Path(folder)), {name: told[name] for name in names[cut:]}, names)
    assert asked(known) == wanted
    assert len(known.hashes) == len(known.days) == sum(map(len, wanted.values()))
    assert (np.diff(known.hashes.astype(object)) >= 0).all()
    assert known.files == {*names}
    assert not extended(known, {}, []).files
