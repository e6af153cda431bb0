"""Web archives: every packing, every kind of record, every fault."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from fastwarc import stream_io

from pipeline.errors import InputError
from pipeline.ingest import read
from pipeline.settings import IngestSettings

DATE = "2024-03-05T06:07:08Z"
HTML = b"Content-Type: text/html; charset=utf-8\r\n"


def record(kind: str, uri: str, block: bytes, media: str = "application/http") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: {DATE}\r\n"
        f"Content-Type: {media}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(n: int, body: bytes, status: str = "200 OK", headers: bytes = HTML) -> bytes:
    http = f"HTTP/1.1 {status}\r\n".encode() + headers + b"\r\n" + body
    return record("response", f"https://harbour.example/{n}", http)


def page(n: int) -> bytes:
    letters = bytes(97 + (n * at * at + at) % 26 for at in range(2_000))
    return b"<html><p>Page %d %b" % (n, letters)


def pages(count: int) -> list[bytes]:
    return [response(n, page(n)) for n in range(count)]


def read_all(path: Path, **settings: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    batches = list(read([path], IngestSettings(**settings)))
    records = [row for batch in batches for row in batch.records.to_pylist()]
    return records, [row for batch in batches for row in batch.rejects.to_pylist()]


def lz4(data: bytes) -> bytes:
    packed = io.BytesIO()
    writer = stream_io.Lz4Writer(packed)
    writer.write(data)
    writer.finish()
    writer.flush()
    return packed.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.compress,
    ".lz4": lz4,
}


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("ending", PACKINGS)
def test_archives_of_every_packing(tmp_path: Path, ending: str, together: bool) -> None:
    """Packed record by record, as crawlers do, or as a whole."""
    pack = PACKINGS[ending]
    parts = pages(3)
    data = pack(b"".join(parts)) if together else b"".join(map(pack, parts))
    (tmp_path / f"in.warc{ending}").write_bytes(data)
    records, rejects = read_all(tmp_path / f"in.warc{ending}")
    assert [row["html"].encode() for row in records] == [page(n) for n in range(3)]
    assert [row["fetched_url"][-2:] for row in records] == ["/0", "/1", "/2"]
    assert {row["crawled"] for row in records} == {DATE}
    assert rejects == []


def test_only_pages_are_read(tmp_path: Path) -> None:
    """Not requests, redirects, errors, images; positions count them all."""
    parts = [
        record("warcinfo", "x", b"software: ours\r\n", "application/warc-fields"),
        record("request", "https://harbour.example/", b"GET / HTTP/1.1\r\n\r\n"),
        response(1, page(1)),
        response(2, page(2), status="404 Not Found"),
        response(3, page(3), status="301 Moved"),
        response(4, b"\x89PNG", headers=b"Content-Type: image/png\r\n"),
        response(5, page(5), headers=b""),
        response(6, page(6), headers=b"Content-Type: application/xhtml+xml\r\n"),
    ]
    (tmp_path / "in.warc").write_bytes(b"".join(parts))
    records, rejects = read_all(tmp_path / "in.warc")
    assert [row["position"] for row in records] == [3, 7, 8]
    assert rejects == []


def test_texts_of_wet_files(tmp_path: Path) -> None:
    """A conversion record is a page's text, with its address and time."""
    text = "The ferry sails.\nNobody waved."
    data = gzip.compress(record("conversion", "https://e.example/1", text.encode(), "text/plain"))
    (tmp_path / "in.warc.wet.gz").write_bytes(data)
    [row], rejects = read_all(tmp_path / "in.warc.wet.gz")
    assert (row["page_text"], row["html"], row["crawled"]) == (text, None, DATE)
    assert (row["fetched_url"], rejects) == ("https://e.example/1", [])


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data)


@pytest.mark.parametrize(
    ("headers", "encode"),
    [
        (b"Content-Encoding: gzip\r\n", gzip.compress),
        (b"Content-Encoding: gzip\r\n", bytes),
        (b"Transfer-Encoding: chunked\r\n", chunked),
        (b"Transfer-Encoding: chunked\r\n", bytes),
        (
            b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
            lambda data: chunked(gzip.compress(data)),
        ),
    ],
)
def test_bodies_are_decoded(
    tmp_path: Path, headers: bytes, encode: Callable[[bytes], bytes]
) -> None:
    """As their headers say, also where an archive kept the header of a body it decoded."""
    data = response(1, encode(page(1)), headers=HTML + headers) + response(2, page(2))
    (tmp_path / "in.warc").write_bytes(data)
    records, rejects = read_all(tmp_path / "in.warc")
    assert [row["html"].encode() for row in records] == [page(1), page(2)]
    assert rejects == []


def test_a_body_that_cannot_be_decoded_costs_itself(tmp_path: Path) -> None:
    """So does one that a bomb would fill the memory with."""
    packed = HTML + b"Content-Encoding: gzip\r\n"
    bomb = gzip.compress(b"<p>" + bytes(3 << 20))
    parts = [response(1, b"\x1f\x8b\x08rubbish", headers=packed), response(2, bomb, headers=packed)]
    (tmp_path / "in.warc").write_bytes(b"".join([*parts, response(3, page(3))]))
    records, rejects = read_all(tmp_path / "in.warc", page_megabytes=1)
    assert [row["position"] for row in records] == [3]
    assert [reject["position"] for reject in rejects] == [1, 2]
    assert "cannot be decoded" in rejects[0]["reason"]
    assert "larger than 1 MB" in rejects[1]["reason"]


@pytest.mark.parametrize("ending", PACKINGS)
@pytest.mark.parametrize("cut", [5, 300, 2_100])
def test_a_cut_off_archive_gives_all_before_the_cut(tmp_path: Path, ending: str, cut: int) -> None:
    """Whole records are read, and a reject says at which record the archive ends."""
    parts = pages(5)
    whole = b"".join(map(PACKINGS[ending], parts))
    last = PACKINGS[ending](parts[-1])
    data = whole[: -max(len(last) * cut // len(parts[-1]), 5)]
    (tmp_path / f"in.warc{ending}").write_bytes(data)
    records, [reject] = read_all(tmp_path / f"in.warc{ending}")
    assert len(records) in (4, 5)  # all, where only a checksum is cut off
    assert [row["html"].encode() for row in records] == [page(n) for n in range(len(records))]
    assert reject["position"] == len(records) + 1
    assert "damaged file" in reject["reason"]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_corrupt_archive_gives_all_before_the_fault(tmp_path: Path, ending: str) -> None:
    """A flipped byte in one record ends the archive there."""
    parts = list(map(PACKINGS[ending], pages(5)))
    broken = bytearray(parts[3])
    broken[len(broken) // 2] ^= 0xFF
    (tmp_path / f"in.warc{ending}").write_bytes(b"".join([*parts[:3], broken, parts[4]]))
    records, [reject] = read_all(tmp_path / f"in.warc{ending}")
    assert [row["position"] for row in records] == [1, 2, 3]
    assert reject["position"] == 4
    assert "damaged file" in reject["reason"]


def test_rubbish_between_records_ends_an_archive(tmp_path: Path) -> None:
    """What comes before is read, and the reject has its place."""
    first, second = pages(2)
    (tmp_path / "in.warc").write_bytes(first + b"rubbish\r\n" * 9 + second)
    [row], [reject] = read_all(tmp_path / "in.warc")
    assert (row["position"], reject["position"]) == (1, 2)


@pytest.mark.parametrize("data", [b"", b"no archive at all " * 99])
def test_no_archive_is_told(tmp_path: Path, data: bytes) -> None:
    """Where nothing else is read, the run fails."""
    (tmp_path / "in.warc").write_bytes(data)
    with pytest.raises(InputError, match=r"no pages|damaged file"):
        read_all(tmp_path / "in.warc")


def test_a_record_that_claims_to_be_endless_is_not_gathered(tmp_path: Path) -> None:
    """It is a reject by its header alone."""
    huge = response(1, page(1)).replace(b"Content-Length: ", b"Content-Length: 9999999")
    (tmp_path / "in.warc").write_bytes(response(0, page(0)) + huge)
    [row], [reject] = read_all(tmp_path / "in.warc")
    assert (row["position"], reject["position"]) == (1, 2)
    assert "larger than 16 MB" in reject["reason"]
