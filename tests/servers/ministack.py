"""MiniStack: S3, STS and IAM that check signatures, policies and the end of a session."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import boto3

from tests.servers.processes import RealServer, free_ports, running, unavailable

VERSION = "1.5.33"
_ROOT_ARN = "arn:aws:iam::000000000000:root"


@contextmanager
def ministack_running(folder: Path) -> Iterator[RealServer]:
    """Run MiniStack with a user ``alice`` and a role ``S3Access`` that she may take."""
    python = _installed(Path(os.environ["TESTS_CACHE"]))
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    env = {
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "SERVICES": "s3,sts,iam",
        "TMPDIR": str(folder),
    }
    with running([str(python), "-m", "ministack"], folder, lambda: _healthy(url), env):
        yield _with_user_and_role(url)


def _healthy(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{url}/_ministack/health", timeout=2) as answer:
        return bool(answer.status == 200)
    return False


def _installed(cache: Path) -> Path:
    """Return the Python of a virtual environment of MiniStack's own: it pins another botocore than ours."""
    folder = cache / f"ministack-{VERSION}-py{sys.version_info.major}.{sys.version_info.minor}"
    python, complete = folder / "bin" / "python", folder / "complete"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "ministack.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test runs beside this one want to build it too
        if not (complete.exists() and python.exists()):
            _build(folder, python)
            complete.touch()
    return python


def _build(folder: Path, python: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "-q", "--timeout", "30", f"ministack=={VERSION}"],
    ):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            unavailable(f"MiniStack cannot be installed: {(done.stderr or done.stdout).strip()[-500:]}")


def _with_user_and_role(url: str) -> RealServer:
    iam = boto3.client(
        "iam",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    policy = _document(Action=["s3:*", "sts:*"], Resource="*")
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy)
    trust = _document(Action="sts:AssumeRole", Principal={"AWS": _ROOT_ARN})
    role = iam.create_role(RoleName="S3Access", MaxSessionDuration=43200, AssumeRolePolicyDocument=trust)
    policy = _document(Action="s3:*", Resource="*")
    iam.put_role_policy(RoleName="S3Access", PolicyName="all", PolicyDocument=policy)
    iam.close()
    return RealServer(url, key["AccessKeyId"], key["SecretAccessKey"], role["Role"]["Arn"])


def _document(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
