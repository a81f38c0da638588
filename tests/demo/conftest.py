"""One server for a whole module of tests, and clients that really talk to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from s3browse.demo import DemoServer

Keys = dict[str, Any]
"""Credentials, as STS answers them."""


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(session_seconds=7200, keys=2500) as server:
        yield server


@pytest.fixture
def demo(server: DemoServer) -> Iterator[DemoServer]:
    yield server
    server.clock.advance(time.time() - server.clock.now())
    server.latency = 0.0


@pytest.fixture(scope="session")
def connect() -> Callable[..., Any]:
    session = boto3.Session(region_name="us-east-1")

    def connect(demo: DemoServer, service: str, keys: Keys | None = None, region: str = "us-east-1") -> Any:
        keys = keys or alice(demo)
        return session.client(
            service,
            region_name=region,
            endpoint_url=demo.endpoint_url,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
            config=Config(
                signature_version="s3v4" if service == "s3" else None,
                parameter_validation=False,
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
            ),
        )

    return connect


def alice(demo: DemoServer) -> Keys:
    return {"AccessKeyId": demo.access_key, "SecretAccessKey": demo.secret_key}


@pytest.fixture
def keys_of_root(demo: DemoServer) -> Keys:
    return {"AccessKeyId": demo.root_access_key, "SecretAccessKey": demo.root_secret_key}


@pytest.fixture
def sts(demo: DemoServer, connect: Callable[..., Any]) -> Any:
    return connect(demo, "sts")


@pytest.fixture
def session(sts: Any) -> Keys:
    return dict(sts.get_session_token(DurationSeconds=900)["Credentials"])


@pytest.fixture
def s3(demo: DemoServer, session: Keys, connect: Callable[..., Any]) -> Any:
    return connect(demo, "s3", session)


@pytest.fixture(scope="session")
def refusal() -> Callable[..., tuple[int, str, str]]:
    """Calls something that is refused, and returns the status, the code and the message."""

    def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[int, str, str]:
        with pytest.raises(ClientError) as caught:
            call(**arguments)
        error, meta = caught.value.response["Error"], caught.value.response["ResponseMetadata"]
        return meta["HTTPStatusCode"], error["Code"], error.get("Message", "")

    return refusal
