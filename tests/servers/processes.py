"""Server processes for the tests: started on free ports, waited for, and always ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest

_LOG_TAIL = 30
_PAUSE = 0.05


@dataclass(frozen=True)
class RealServer:
    """A running S3 + STS server, and the long-term key of a user who may mint sessions there."""

    endpoint_url: str
    access_key: str
    secret_key: str = field(repr=False)
    role_arn: str


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it where every server has to be there."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (CI is set: the real servers may not be left out)", pytrace=False)
    pytest.skip(reason)


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listened on a moment ago, all of them different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    ready: Callable[[], bool],
    env: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Iterator[None]:
    """Run a server in ``folder`` from when it is ready until the block ends.

    Args:
        command: The program and its arguments.
        folder: Its working directory; what it prints goes to ``server.log`` there.
        ready: Says whether it answers; asked again and again.
        env: Variables on top of the environment.
        timeout: Seconds to get ready.
    """
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, ready, log, timeout)
        yield
    finally:
        _end(process)


def _wait_until_ready(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not ready():
        if process.poll() is not None:
            pytest.fail(f"the server ended with status {process.returncode}\n{_tail(log)}", pytrace=False)
        if time.monotonic() > deadline:
            pytest.fail(f"the server was not ready after {timeout:.0f} s\n{_tail(log)}", pytrace=False)
        time.sleep(_PAUSE)


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-_LOG_TAIL:]
    return "\n".join([f"the end of {log}:", *lines])


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
