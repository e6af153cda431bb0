"""A web server on loopback that also does all that servers should not."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


class Site:
    """What the server answers, and what it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, Answer | Callable[[BaseHTTPRequestHandler], None]] = {
            "/slow": _slow,
            "/slow-headers": _slow_headers,
            "/endless": _endless,
            "/loop": (302, {"Location": "/loop"}, b""),
            "/to-file": (302, {"Location": "file:///etc/hostname"}, b""),
            "/rubbish": _rubbish,
            "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(20 << 20))),
            "/cut-gzip": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 999)[:-9]),
            "/strange": (200, {"Content-Encoding": "zstd"}, b"?"),
        }
        self.asked: list[tuple[str, dict[str, str]]] = []

    def put(self, path: str, data: bytes | str, **headers: str) -> str:
        """Answer a path with data; give its URL."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (200, named, data.encode() if isinstance(data, str) else data)
        return self.address + path

    def paths(self) -> list[str]:
        """Name what was asked for, in order."""
        return [path for path, _ in self.asked]


@contextmanager
def serving() -> Iterator[Site]:
    """Serve a site on 127.0.0.1 until left."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            answer = site.answers.get(self.path, (404, {}, b"absent"))
            try:
                if callable(answer):
                    answer(self)
                else:
                    _answer(self, answer)
            except OSError:
                return  # the other side had enough

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    status, headers, data = answer
    unchanged = [
        headers.get("ETag", "") == handler.headers.get("If-None-Match"),
        headers.get("Last-Modified", "") == handler.headers.get("If-Modified-Since"),
    ]
    if any(unchanged):
        status, data = 304, b""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def _slow(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):  # each byte comes in time, the whole does not
        handler.wfile.write(b"x")
        time.sleep(0.05)


def _slow_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    for number in range(100):
        handler.wfile.write(b"X-%d: y\r\n" % number)
        time.sleep(0.05)


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"word " * 10_000)


def _rubbish(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"this is no HTTP\r\n\r\n")
