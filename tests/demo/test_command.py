"""``python -m s3browse.demo``: tells where it is, serves, and ends with its parent."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "s3browse.demo", "--session-seconds", "60", "--keys", "10", "--mfa"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        yield process
        process.kill()


def test_it_serves_until_its_input_ends(process: Any, connect: Callable[..., Any]) -> None:
    told = json.loads(process.stdout.readline())
    assert set(told) == {"endpoint_url", "access_key", "secret_key", "mfa_serial", "mfa_code"}
    demo = SimpleNamespace(**told)
    sts = connect(demo, "sts")
    mfa = {"SerialNumber": told["mfa_serial"], "TokenCode": told["mfa_code"]}
    session = sts.get_session_token(**mfa)["Credentials"]
    assert connect(demo, "s3", session).list_buckets()["Buckets"]
    rest, errors = process.communicate(timeout=5)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_it_ignores_an_interrupt(process: Any) -> None:
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert process.returncode == 0


def test_it_tells_what_is_missing() -> None:
    code = "import sys; sys.modules['moto'] = None; from s3browse.demo.__main__ import main; sys.exit(main([]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "The demo needs moto: pip install 's3browse[demo]'\n"


def test_a_stopped_server_closes_its_connections() -> None:
    code = (
        "from s3browse.demo import DemoServer\n"
        "import http.client\n"
        "with DemoServer(keys=1) as demo:\n"
        "    connection = http.client.HTTPConnection(demo.endpoint_url.removeprefix('http://'))\n"
        "    connection.request('GET', '/')\n"
        "    assert connection.getresponse().read()\n"
        "assert connection.sock.recv(1) == b''\n"
        "DemoServer(keys=1).start()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=20)


def test_importing_the_package_loads_no_server() -> None:
    code = "import sys, s3browse.demo; sys.exit('moto' in sys.modules or 'werkzeug' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
