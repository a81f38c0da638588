"""Real servers, one of each for the whole run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.ministack import ministack_running
from tests.servers.processes import RealServer
from tests.servers.seaweedfs import seaweedfs_running

_SERVERS = ("ministack", "seaweedfs")
_TIMEOUT = 300  # the first test of a server waits for its installation


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test of a server to the one worker that owns this server."""
    for item in items:
        for server in _SERVERS:
            if server in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(server))
                item.add_marker(pytest.mark.timeout(_TIMEOUT))


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server whose sessions may be as short as a second, and really end."""
    with ministack_running(tmp_path_factory.mktemp("ministack")) as server:
        yield server


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A real object store, with AssumeRole and without GetSessionToken."""
    with seaweedfs_running(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server
