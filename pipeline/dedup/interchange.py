"""Signatures for datasketch: its own MinHash objects and LSH index, also one that lies in Redis.

datasketch does not note how the signatures in an index were made, and compares whatever it is
given. So the settings that make a signature are stamped beside the index, and checked whenever
it is opened again.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.errors import SettingsError
from pipeline.settings import DedupSettings
from pipeline.text import KeptWords

SCHEME = "affine32"
_STAMPED = (
    "shingle_words",
    "short_words",
    "short_shingle_words",
    "num_perm",
    "seed",
    "lsh_threshold",
)
_STAMP_KEY = b":storyfold"


def signatures(tokens: pa.Table, settings: DedupSettings, threads: int = 0) -> NDArray[np.uint32]:
    """Sign texts.

    Parameters
    ----------
    tokens : table of schema.TOKENS
        Of n texts.
    settings : DedupSettings
        Shingles, permutations and seed.
    threads : int
        0 for every core.

    Returns
    -------
    uint32 array, shape (n, num_perm)
        Hash values of datasketch's ``MinHash(num_perm, seed, scheme="affine32")``.
    """
    from pipeline.dedup.minhash import fingerprint

    return fingerprint(KeptWords(tokens["text"]), settings, threads).signatures


def to_lean_minhash(signature: NDArray[np.uint32], settings: DedupSettings) -> Any:
    """Make a datasketch LeanMinHash of a signature.

    Parameters
    ----------
    signature : uint32 array, shape (num_perm,)
        A row of `signatures`.
    settings : DedupSettings
        That it was made with.

    Raises
    ------
    SettingsError
        The signature was made with another ``num_perm``.
    """
    from datasketch import LeanMinHash

    if signature.shape != (settings.num_perm,):
        raise SettingsError(
            f"a signature of shape {signature.shape}; expected ({settings.num_perm},), as "
            "dedup.num_perm says: sign and read with the same settings"
        )
    return LeanMinHash(seed=settings.seed, hashvalues=signature, scheme=SCHEME)


def stamp(settings: DedupSettings) -> dict[str, Any]:
    """Give what two signatures must have in common to be compared."""
    return {"scheme": SCHEME, **{name: getattr(settings, name) for name in _STAMPED}}


def open_lsh(settings: DedupSettings, storage: dict[str, Any] | None = None) -> Any:
    """Open a datasketch MinHashLSH for our signatures.

    Parameters
    ----------
    settings : DedupSettings
        Permutations, and the Jaccard threshold that its optimiser sets the bands for.
    storage : dict, optional
        datasketch's ``storage_config``: by default memory; for Redis ``{"type": "redis",
        "basename": b"news", "redis": {"host": "localhost", "port": 6379}}``. An index is
        found again by its basename.

    Returns
    -------
    datasketch.MinHashLSH
        Its keys are bytes.

    Raises
    ------
    SettingsError
        The index there was made with other settings, or has no basename.
    """
    from datasketch import MinHashLSH

    config = {"type": "dict"} if storage is None else storage
    if config["type"] == "redis":
        _stamp_redis(config, settings)
    return MinHashLSH(
        threshold=settings.lsh_threshold,
        num_perm=settings.num_perm,
        storage_config=config,
        prepickle=False,  # keys are bytes: nothing in the store need be unpickled
    )


def fill_lsh(
    index: Any, ids: Sequence[str], signed: NDArray[np.uint32], settings: DedupSettings
) -> None:
    """Put signatures into an index, by article id.

    Parameters
    ----------
    index : datasketch.MinHashLSH
        From `open_lsh`.
    ids : sequence of n str
    signed : uint32 array, shape (n, num_perm)
        From `signatures`.
    settings : DedupSettings
    """
    with index.insertion_session() as session:
        for name, signature in zip(ids, signed, strict=True):
            session.insert(name.encode(), to_lean_minhash(signature, settings))


def similar(index: Any, signature: NDArray[np.uint32], settings: DedupSettings) -> Iterator[str]:
    """Give the ids in an index whose signature shares a band with this one, sorted."""
    found = index.query(to_lean_minhash(signature, settings))
    yield from sorted(key.decode() for key in found)


def _stamp_redis(config: dict[str, Any], settings: DedupSettings) -> None:
    from redis import Redis

    if not config.get("basename"):
        raise SettingsError(
            "an index in Redis without a basename; expected one, by which it is found again"
        )
    wanted = stamp(settings)
    with Redis(**config["redis"]) as server:
        key = config["basename"] + _STAMP_KEY
        server.setnx(key, orjson.dumps(wanted))
        found = orjson.loads(server.get(key))
    other = {name: found.get(name) for name in wanted if found.get(name) != wanted[name]}
    if other:
        told = ", ".join(f"{name} {was!r} and not {wanted[name]!r}" for name, was in other.items())
        raise SettingsError(
            f"the index {config['basename'].decode()} in Redis was made with {told}; open it with "
            "the same settings, or name another basename"
        )
