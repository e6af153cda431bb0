"""Signatures that datasketch understands, and an index of its own in a real Redis."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from datasketch import LeanMinHash, MinHash

from pipeline.dedup.interchange import fill_lsh, open_lsh, signatures, similar, to_lean_minhash
from pipeline.dedup.kernels.shingles import shingle_into
from pipeline.errors import SettingsError
from pipeline.settings import DedupSettings
from pipeline.text import list_arrays, tokenize
from tests.dedup.test_fold import prose

SETTINGS = DedupSettings()


def tokens_of(*texts: str) -> pa.Table:
    return tokenize(pa.table({"title": [""] * len(texts), "text": list(texts)}))


@pytest.fixture(scope="module")
def redis_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server here (Debian: apt-get install redis-server)")
    folder: Path = tmp_path_factory.mktemp("redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log)
        try:
            _until_it_answers(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(10)


def _until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "redis-server ended at once"
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("redis-server does not answer")


def storage(port: int, name: bytes) -> dict[str, Any]:
    where = {"host": "127.0.0.1", "port": port}
    return {"type": "redis", "basename": name, "redis": where}


def test_a_lean_minhash_is_datasketchs_own() -> None:
    """It equals the one that datasketch makes of the same shingles, also when it was stored."""
    tokens = tokens_of(prose(1))
    values, offsets = list_arrays(tokens["text"])
    shingles = np.empty(len(values), dtype=np.uint64)
    n = shingle_into(values, offsets[0], offsets[1], SETTINGS.shingle_words, shingles)
    oracle = MinHash(SETTINGS.num_perm, SETTINGS.seed, hashfunc=int, scheme="affine32")
    oracle.update_batch((shingles[:n] >> np.uint64(32)).tolist())
    ours = to_lean_minhash(signatures(tokens, SETTINGS)[0], SETTINGS)
    assert ours == LeanMinHash(oracle)
    stored = bytearray(ours.bytesize())
    ours.serialize(stored)
    assert LeanMinHash.deserialize(stored) == ours


def test_a_signature_of_other_length_is_refused() -> None:
    """Datasketch would compare it in silence."""
    with pytest.raises(SettingsError, match="num_perm"):
        to_lean_minhash(np.zeros(64, dtype=np.uint32), SETTINGS)


def test_an_index_in_redis_finds_copies_in_another_process_life(redis_port: int) -> None:
    """What one opening put in, the next one finds."""
    text = prose(2, 200)
    signed = signatures(tokens_of(text, prose(3, 200)), SETTINGS)
    where = storage(redis_port, b"news")
    fill_lsh(open_lsh(SETTINGS, where), ["one", "other"], signed, SETTINGS)
    again = open_lsh(SETTINGS, where)
    copy = signatures(tokens_of(f"{text} and more"), SETTINGS)[0]
    assert list(similar(again, copy, SETTINGS)) == ["one"]


@pytest.mark.parametrize("other", [{"seed": 7}, {"shingle_words": 4}, {"lsh_threshold": 0.6}])
def test_an_index_of_other_settings_is_refused(redis_port: int, other: dict[str, Any]) -> None:
    """The settings are stamped beside the index, and must be those of who opens it."""
    where = storage(redis_port, b"stamped")
    open_lsh(SETTINGS, where)
    with pytest.raises(SettingsError, match=next(iter(other))):
        open_lsh(DedupSettings(**other), where)


def test_an_index_in_redis_needs_a_name() -> None:
    """Without one, datasketch would draw one that nobody can find again."""
    with pytest.raises(SettingsError, match="basename"):
        open_lsh(SETTINGS, {"type": "redis", "redis": {"port": 1}})


def test_an_index_in_memory_needs_no_server() -> None:
    """The same index works without Redis."""
    signed = signatures(tokens_of(prose(4), prose(5)), SETTINGS)
    index = open_lsh(SETTINGS)
    fill_lsh(index, ["a", "b"], signed, SETTINGS)
    assert list(similar(index, signed[1], SETTINGS)) == ["b"]
