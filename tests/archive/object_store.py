"""An object store in memory that speaks as much of S3 as an archive needs, on the loopback."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def object_store() -> Iterator[dict[str, str]]:
    """Serve an empty store; give delta-rs's options for it.

    In a process of its own: delta-rs waits for answers with Python's lock in its hands.
    """
    command = [sys.executable, "-m", "tests.archive.object_store"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield {
            "aws_endpoint": f"http://127.0.0.1:{int(server.stdout.readline())}",
            "aws_allow_http": "true",
            "aws_region": "us-east-1",
            "aws_access_key_id": "nobody",
            "aws_secret_access_key": "nothing",
            "aws_conditional_put": "etag",
        }
    finally:
        server.kill()
        server.communicate()


def serve() -> None:
    """Serve until killed; print the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


class _Handler(BaseHTTPRequestHandler):
    objects: ClassVar[dict[str, bytes]] = {}
    parts: ClassVar[dict[str, dict[int, bytes]]] = {}
    lock = threading.Lock()
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path.lstrip("/").partition("/")[2])

    def do_PUT(self) -> None:
        body = self._body()
        asked = parse_qs(urlsplit(self.path).query)
        if "partNumber" in asked:  # of an upload in parts
            self.parts.setdefault(self.key, {})[int(asked["partNumber"][0])] = body
            self._answer(200, headers={"ETag": _etag(body)})
            return
        with self.lock:
            if self.headers.get("If-None-Match") == "*" and self.key in self.objects:
                self._answer(412)
                return
            self.objects[self.key] = body
        self._answer(200, headers={"ETag": _etag(body)})

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if "list-type" in asked:
            self._list(asked)
            return
        held = self.objects.get(self.key)
        if held is None:
            self._answer(404)
            return
        headers = {"ETag": _etag(held), "Last-Modified": _DATE}
        span = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if span is None:
            self._answer(200, held, headers)
            return
        first, last = span.groups()
        start = int(first) if first else max(len(held) - int(last), 0)
        stop = int(last) + 1 if first and last else len(held)
        part = held[start:stop]
        headers["Content-Range"] = f"bytes {start}-{start + len(part) - 1}/{len(held)}"
        self._answer(206, part, headers)

    def do_HEAD(self) -> None:
        held = self.objects.get(self.key)
        if held is None:
            self._answer(404)
        else:
            self._answer(200, held, {"ETag": _etag(held), "Last-Modified": _DATE})

    def do_DELETE(self) -> None:
        self.objects.pop(self.key, None)
        self._answer(204)

    def do_POST(self) -> None:
        """Delete many objects, or begin or end an upload in parts."""
        asked = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if "uploads" in asked:
            self._body()
            found = f"<UploadId>{escape(self.key)}</UploadId>"
            self._answer(200, f"<InitiateMultipartUploadResult>{found}</InitiateMultipartUploadResult>".encode())  # fmt: skip  # noqa: E501
            return
        if "uploadId" in asked:
            self._body()
            parts = self.parts.pop(self.key)
            whole = b"".join(parts[number] for number in sorted(parts))
            self.objects[self.key] = whole
            found = f"<ETag>{escape(_etag(whole))}</ETag>"
            self._answer(200, f"<CompleteMultipartUploadResult>{found}</CompleteMultipartUploadResult>".encode())  # fmt: skip  # noqa: E501
            return
        keys = re.findall(r"<Key>(.*?)</Key>", self._body().decode())
        for key in keys:
            self.objects.pop(key, None)
        gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def _list(self, asked: dict[str, list[str]]) -> None:
        prefix = asked.get("prefix", [""])[0]
        delimiter = asked.get("delimiter", [""])[0]
        after = asked.get("start-after", [""])[0]
        folders, entries = set(), []
        for key, held in sorted(self.objects.items()):
            if not key.startswith(prefix) or key <= after:
                continue
            rest = key[len(prefix) :]
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.partition(delimiter)[0] + delimiter)
                continue
            entries.append(
                f"<Contents><Key>{escape(key)}</Key><Size>{len(held)}</Size>"
                f"<LastModified>2022-01-01T00:00:00.000Z</LastModified>"
                f"<ETag>{escape(_etag(held))}</ETag></Contents>"
            )
        for folder in sorted(folders):
            entries += [f"<CommonPrefixes><Prefix>{escape(folder)}</Prefix></CommonPrefixes>"]
        found = f"<IsTruncated>false</IsTruncated>{''.join(entries)}"
        body = f"<ListBucketResult>{found}</ListBucketResult>"
        self._answer(200, body.encode())

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


_DATE = "Sat, 01 Jan 2022 00:00:00 GMT"


def _etag(held: bytes) -> str:
    return f'"{md5(held, usedforsecurity=False).hexdigest()}"'


if __name__ == "__main__":
    serve()
