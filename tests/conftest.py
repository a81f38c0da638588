"""A clean environment for every test, and for every process that a test starts."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

from platformdirs import user_cache_dir

# pytest-textual-snapshot writes the whole environment into its report, so that anything secret goes as well.
_UNWANTED = re.compile(
    r"AWS_.*|S3BROWSE_.*|TEXTUAL_(?!SNAPSHOT_).*|NO_COLOR|(ALL|FTP|HTTP|HTTPS|NO)_PROXY|.*(TOKEN|SECRET|PASSWORD|CREDENTIAL).*",
    re.IGNORECASE,
)


def _home_for_tests() -> Path:
    """Return a folder of this process alone; xdist's workers get theirs below their controller's."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        os.environ["TESTS_HOME"] = tempfile.mkdtemp(prefix="s3browse-tests-")
        atexit.register(shutil.rmtree, os.environ["TESTS_HOME"], ignore_errors=True)
    return Path(os.environ["TESTS_HOME"], worker or "main")


def _scrub_environment() -> None:
    # What is slow to make (a server's virtual environment) is kept from run to run, in the person's own cache.
    # A worker inherits what its controller has set, and there the person's cache is no longer to be seen.
    os.environ.setdefault("TESTS_CACHE", user_cache_dir("s3browse-tests"))
    for name in [name for name in os.environ if _UNWANTED.fullmatch(name)]:
        del os.environ[name]
    home = _home_for_tests()
    os.environ.update(
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        TEXTUAL_ANIMATIONS="none",  # for child processes: in this one Textual may have been imported already
        TZ="UTC",
        XDG_CACHE_HOME=str(home / "cache"),
        XDG_CONFIG_HOME=str(home / "config"),
        XDG_DATA_HOME=str(home / "data"),
        XDG_STATE_HOME=str(home / "state"),
    )
    time.tzset()


_scrub_environment()

from collections.abc import Iterator  # noqa: E402

import botocore.session  # noqa: E402
import pytest  # noqa: E402

from s3browse.demo.server import DemoServer  # noqa: E402
from tests.stage import Stage  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def read_the_sdks_models_once() -> Iterator[None]:
    """Every botocore session reads its megabytes of JSON anew; here they share what one has read."""
    loader = botocore.session.create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda search_path_string=None: loader)
        yield


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """A demo server with a few thousand keys and sessions of two minutes."""
    with DemoServer(session_seconds=120, keys=5_000) as running:
        yield running


@pytest.fixture
def stage(server: DemoServer) -> Stage:
    """A server, movable clocks and a program on them."""
    return Stage(server)
