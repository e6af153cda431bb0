"""Prefect's own test harness, started once."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def harness() -> Iterator[None]:
    """Start a temporary server; without heartbeats, whose threads take a second to end."""
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "0"  # for the server's process
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    with (
        prefect_test_harness(server_startup_timeout=240),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield
