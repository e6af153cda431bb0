"""Under which days the articles of an archive lie, by their ids: a page may come again years later.

A run reads the ids of some weeks. Those of the rest are looked up in one file beside the
tables, sorted by a hash of eight bytes: what is found there may lie under a day, what is not
found is new. Like the copy of recent rows it holds nothing of its own.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.archive import recent

_NAME = "whereabouts"
_KIND = pa.schema([("hash", pa.uint64()), ("day", pa.date32())])


class Whereabouts(NamedTuple):
    """Days of n ids."""

    files: frozenset[str]
    """Files of fingerprints whose articles are known."""
    hashes: NDArray[np.uint64]
    """Of each id; sorted; shape (n,)."""
    days: NDArray[np.int32]
    """Since 1970; shape (n,)."""


NOWHERE = Whereabouts(frozenset(), np.empty(0, np.uint64), np.empty(0, np.int32))


def load(archive: Path) -> Whereabouts:
    """Give what was put down; nothing where that cannot be read."""
    for files, columns in recent.load(archive, _NAME, _KIND).items():
        hashes, days = columns["hash"].to_numpy(), columns["day"].cast(pa.int32()).to_numpy()
        return Whereabouts(frozenset(orjson.loads(files)), hashes, days)
    return NOWHERE


def save(archive: Path, known: Whereabouts) -> None:
    """Put down what is known, for later runs."""
    columns = {"hash": pa.array(known.hashes), "day": pa.array(known.days).cast(pa.date32())}
    files = orjson.dumps(sorted(known.files)).decode()
    recent.save(archive, _NAME, _KIND, {files: columns}, compression=None)  # hashes do not shrink


def extended(
    known: Whereabouts, more: Mapping[str, tuple[pa.Array, date]], alive: Iterable[str]
) -> Whereabouts:
    """Add the articles of more files.

    Parameters
    ----------
    known : Whereabouts
    more : mapping of file to (ids, day)
    alive : iterable of str
        Files that are still part of the table; others are named no longer.
    """
    hashes, days = [NOWHERE.hashes], [NOWHERE.days]
    for ids, day in more.values():
        hashes.append(_hashes(ids))
        days.append(np.full(len(ids), (day - date(1970, 1, 1)).days, np.int32))
    hashed, lying = np.concatenate(hashes), np.concatenate(days)
    order = np.lexsort((lying, hashed))  # of the new ones alone: the others are many, and sorted
    hashed, lying = hashed[order], lying[order]
    new = np.append(True, (hashed[1:] != hashed[:-1]) | (lying[1:] != lying[:-1]))[: len(order)]
    first, last = _places(known, hashed)
    at_hand = (known.days[a:b] for a, b in zip(first, last, strict=True))
    new &= np.array([day not in had for day, had in zip(lying, at_hand, strict=True)], np.bool_)
    first, hashed, lying = first[new], hashed[new], lying[new]
    files = (known.files | more.keys()) & {*alive}
    return Whereabouts(
        files, np.insert(known.hashes, first, hashed), np.insert(known.days, first, lying)
    )


def days_of(known: Whereabouts, ids: pa.Array) -> list[date]:
    """Give the days under which articles of some ids may lie."""
    places = zip(*_places(known, _hashes(ids)), strict=True)
    found = {int(day) for first, last in places for day in known.days[first:last]}
    return pa.array(sorted(found), pa.int32()).cast(pa.date32()).to_pylist()


def _places(
    known: Whereabouts, hashes: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the first place of each hash, and the one behind its last."""
    return np.searchsorted(known.hashes, hashes, "left"), np.searchsorted(
        known.hashes, hashes, "right"
    )


def _hashes(ids: pa.Array) -> NDArray[np.uint64]:
    digests = b"".join(blake2b(name.encode(), digest_size=8).digest() for name in ids.to_pylist())
    return np.frombuffer(digests, dtype=np.uint64)
