"""One server for all tests of a module; each finds it with its clock and its keys as they were."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from s3browse.demo.server import DemoServer


@pytest.fixture(scope="module")
def running_server() -> Iterator[DemoServer]:
    """A demo server with a few thousand keys and sessions of two minutes."""
    with DemoServer(session_seconds=120, keys=5_000) as running:
        yield running


@pytest.fixture
def server(running_server: DemoServer) -> Iterator[DemoServer]:
    """The module's server, put right after each test."""
    keys = running_server._keyring._keys
    before = dict(keys)
    yield running_server
    running_server.clock.advance(time.time() - running_server.clock.now())
    keys.update(before)
