"""A Prefect server for one run, where none is named: it starts early, and ends with its starter.

Starting one takes longer than everything else that a run imports, so it begins at once and in a
process of its own: nothing here imports Prefect before that.
"""

import asyncio
import atexit
import gc
import http.client
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from pipeline.errors import StoryfoldError

_PATIENCE_SECONDS = 120.0  # a database that is made anew on a busy machine takes its time
_GRACE_SECONDS = 10.0
_LESS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",  # that is done beside its imports
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
}
"""What nobody asks of a server that is gone in a minute."""


class NoServerError(StoryfoldError):
    """There is no Prefect server to run at."""


class Server:
    """A Prefect server on this machine; it ends when this process does, however that ends."""

    def __init__(self) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the server
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()  # so that whoever calls before it is ready only waits
            self.port: int = listening.getsockname()[1]
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", __name__, str(listening.fileno())],
                env={**_LESS, **os.environ},
                stdin=subprocess.PIPE,
                stdout=self._log,
                stderr=self._log,
                pass_fds=[listening.fileno()],
                start_new_session=True,  # an interrupt is for us: it ends when we have told it all
            )
        self._is_ready = False

    @property
    def url(self) -> str:
        """Address of its API."""
        return f"http://127.0.0.1:{self.port}/api"

    def has_ended(self) -> bool:
        """Tell whether its process is gone: stopped before it answered, it takes longer."""
        return self._process.poll() is not None

    def wait(self, seconds: float = _PATIENCE_SECONDS) -> None:
        """Wait until it answers.

        Raises
        ------
        NoServerError
            It has ended, or does not answer in time.
        """
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            caller.request("GET", "/api/health")
            answer = caller.getresponse().status
            self._is_ready = answer == http.HTTPStatus.OK
            fault = f"it answered with status {answer}"
        except TimeoutError:
            fault = f"no answer in {seconds:.0f} s"
        except (OSError, http.client.HTTPException):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE_SECONDS)
            fault = f"it ended with code {self._process.returncode}"
        finally:
            caller.close()
        if not self._is_ready:
            raise NoServerError(
                f"no temporary Prefect server: {fault}{self._last_words()}; expected it to answer: "
                "see what `prefect server start` says, or name a running one in PREFECT_API_URL"
            )

    def stop(self) -> None:
        """Let it write down what it was told, and end; if it was told nothing, it ends later."""
        if self._process.stdin is None or self._process.stdin.closed:
            return
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            if self._is_ready:
                self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _last_words(self) -> str:
        self._log.seek(0)
        told = self._log.read().decode("utf-8", "replace").strip().splitlines()
        faults = [line for line in told if re.match(r"[\w.]+(Error|Exception): ", line)]
        return f" ({(faults or told)[-1]})" if told else ""


_started: list[Server] = []


def start_early() -> None:
    """Start a server before anybody knows whether it is needed, unless it plainly is not.

    Settings know for certain, but they come with the rest of Prefect, seconds later.
    """
    if "--help" in sys.argv:
        return
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    if "PREFECT_API_URL" not in os.environ and not (home / "profiles.toml").exists():
        started()


def started() -> Server:
    """Give the server of this process; it is stopped when the process ends."""
    if not _started:
        _started.append(Server())
        atexit.register(_started[0].stop)  # after Prefect's threads have told it the rest
    return _started[0]


def _serve(listening: socket.socket) -> None:
    """Serve until the process that started this one closes its end of our input."""
    gc.disable()  # what is imported stays
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value():
        return  # another server is named after all
    from prefect.server.database import provide_database_interface

    provide_database_interface()  # both need what it imports
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # with what is imported; elsewhere it is unsafe
    making = multiprocessing.Process(target=_make_database)
    making.start()
    import uvicorn
    from prefect.server.api.server import create_app

    app = create_app(ephemeral=True, final=True)
    making.join()
    if making.exitcode:
        sys.exit(making.exitcode)
    gc.freeze()
    gc.enable()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))

    def end() -> None:
        os.read(sys.stdin.fileno(), 1)  # not through the buffer, whose lock the end would want
        server.should_exit = True

    threading.Thread(target=end, daemon=True).start()
    server.run(sockets=[listening])
    gc.freeze()


def _make_database() -> None:
    """Make the database, or bring it up to date: a hundred steps, half of a server's start."""
    import aiosqlite
    from prefect.server.database import provide_database_interface

    async def at_once(_: aiosqlite.Connection, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)

    # 30,000 statements would each go to another thread and back; nothing else is waiting here.
    aiosqlite.Connection._execute = at_once  # type: ignore[assignment,method-assign]  # noqa: SLF001
    asyncio.run(provide_database_interface().create_db())


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
