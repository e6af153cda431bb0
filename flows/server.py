"""The Prefect server that the flows talk to, and the settings they expect."""

import http
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prefect import get_client
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_LOGGING_EXTRA_LOGGERS,
    PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW,
    PREFECT_RESULTS_DEFAULT_SERIALIZER,
    PREFECT_SERVER_ANALYTICS_ENABLED,
    PREFECT_UI_URL,
    temporary_settings,
)

from flows import temporary

DEFAULTS = {
    PREFECT_RESULTS_DEFAULT_SERIALIZER: "json",
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY: 30,
    PREFECT_LOGGING_EXTRA_LOGGERS: "pipeline",
    PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW: "ignore",
    PREFECT_SERVER_ANALYTICS_ENABLED: False,
}
"""Also in pyproject.toml, which Prefect reads where it is the working folder's."""

_PATIENCE_SECONDS = 60.0  # a server that was started in the background takes its time
_LOCAL = "http://127.0.0.1:4200/api"


@contextmanager
def some_server() -> Iterator[None]:
    """Talk to the server at ``PREFECT_API_URL``; where that names none, to one of our own.

    Raises
    ------
    NoServerError
        Our own does not come.
    """
    if PREFECT_API_URL.value():
        with at_server():
            yield
        return
    own = temporary.started()
    unwatched = {
        PREFECT_API_URL: own.url,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        PREFECT_UI_URL: "",  # there is nothing to view, and soon nobody to ask
    }
    with temporary_settings(unwatched, set_defaults=DEFAULTS):
        own.wait()
        yield


@contextmanager
def at_server() -> Iterator[None]:
    """Talk to the server at ``PREFECT_API_URL``, or to this machine's; exit 1 if that fails."""
    with temporary_settings(set_defaults={**DEFAULTS, PREFECT_API_URL: _LOCAL}):
        if fault := _fault():
            print(f"storyfold: {fault}", file=sys.stderr)
            sys.exit(1)
        yield


def _fault() -> str | None:
    """Wait for the server; say what is wrong if it does not come, or does not let us in."""
    url, until = PREFECT_API_URL.value(), time.monotonic() + _PATIENCE_SECONDS
    try:
        with get_client(sync_client=True) as client:
            while (fault := client.api_healthcheck()) and time.monotonic() < until:
                time.sleep(1)
            if fault is None:
                client.api_version()  # it asks for the password, unlike the health check
    except httpx.HTTPStatusError as error:
        if error.response.status_code != http.HTTPStatus.UNAUTHORIZED:
            raise
        return (
            f"the Prefect server at {url} does not let us in; expected its user and password, "
            "like admin:secret, in PREFECT_API_AUTH_STRING"
        )
    if fault is None:
        return None
    kind = "refused or lost" if isinstance(fault, httpx.HTTPError) else str(fault)
    return (
        f"no Prefect server at {url}: {kind}; start one with `prefect server start --background`, "
        "or name another in PREFECT_API_URL"
    )
