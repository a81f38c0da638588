"""Signing in the server's time: everything works on a machine whose clock is wrong, and nobody else is disturbed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import boto3
import botocore.auth
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from s3browse.demo.server import DemoServer, Request
from s3browse.errors import ClockWrong
from s3browse.s3.connection import Connection
from s3browse.s3.location import ROOT, Location
from s3browse.session.broker import State
from s3browse.session.clock import SKEW_TOLERATED, ServerClock
from s3browse.session.signing import sign_in_server_time
from tests.stage import Stage

README = {"Bucket": "acme-data-lake", "Key": "README.md"}
LOGS = {"Bucket": "acme-logs", "MaxKeys": 3}

off_by_twenty_minutes = pytest.mark.parametrize("off", [1200, -1200])


@pytest.fixture(scope="module")
def running_server() -> Iterator[DemoServer]:
    """A server whose sessions outlive it when its clock is moved."""
    with DemoServer(session_seconds=7200, keys=1_000) as running:
        yield running


def client_of(connection: Connection) -> Any:
    return connection.s3._client


def live(stage: Stage) -> Any:
    """A gated client with a session of two hours, from when the clocks were still alike."""
    connection = stage.connect(duration=7200)
    connection.broker.renew()
    return client_of(connection)


def plain(server: DemoServer | None = None) -> Any:
    """A client of somebody else in this process."""
    return boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=server.endpoint_url if server else "http://127.0.0.1:1",
        aws_access_key_id=server.access_key if server else "AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key=server.secret_key if server else "x" * 40,
        config=Config(signature_version="s3v4", retries={"total_max_attempts": 1}),
    )


def clock_off_by(seconds: float) -> ServerClock:
    """Server time as learnt from a server whose clock is so many seconds ahead."""
    clock = ServerClock()
    clock.observe(formatdate(time.time() + seconds, usegmt=True), clock.boot(), clock.boot())
    return clock


def signed_off_by(client: Any) -> float:
    """Seconds by which a signature made now is ahead of this machine's clock."""
    url = client.generate_presigned_url("get_object", Params=README)
    stamp = parse_qs(urlsplit(url).query)["X-Amz-Date"][0]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp() - time.time()


def since(server: DemoServer, before: int) -> list[tuple[str, int]]:
    told: list[Request] = server.requests[before:]
    return [(request.method, request.status) for request in told]


# The demo server, twenty minutes off


@off_by_twenty_minutes
def test_a_session_is_minted_and_used(stage: Stage, off: float) -> None:
    stage.server.clock.advance(off)
    before = len(stage.server.requests)
    connection = stage.connect()
    connection.broker.renew()
    assert connection.s3.page(ROOT)
    assert connection.s3.page(Location("acme-logs"))
    assert client_of(connection).head_object(**README)["ContentLength"]
    assert client_of(connection).get_object(**README)["Body"].read()
    connection.broker.identify()
    assert [status for _, status in since(stage.server, before)] == [403] + [200] * 6


@off_by_twenty_minutes
def test_the_countdown_is_in_server_time(stage: Stage, off: float) -> None:
    stage.server.clock.advance(off)
    connection = stage.connect()
    connection.broker.renew()
    snapshot = connection.broker.snapshot()
    assert snapshot.state is State.LIVE
    assert snapshot.remaining == pytest.approx(120, abs=3)
    assert snapshot.session is not None
    assert snapshot.session.lifetime == pytest.approx(120, abs=3)
    assert snapshot.skew == pytest.approx(off, abs=2)


@off_by_twenty_minutes
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("list_buckets", {}),
        ("list_objects_v2", LOGS),
        ("get_object", README),
        ("head_object", README),
        ("head_bucket", {"Bucket": "acme-logs"}),
        ("put_object", {"Bucket": "acme-empty", "Key": "new", "Body": b"some bytes" * 9999}),
    ],
)
def test_a_clock_that_is_set_costs_one_refused_request(
    stage: Stage, off: float, operation: str, parameters: dict[str, Any]
) -> None:
    client = live(stage)
    stage.server.clock.advance(off)
    before = len(stage.server.requests)
    for _ in range(3):
        getattr(client, operation)(**parameters)
    assert [status for _, status in since(stage.server, before)] == [403, 200, 200, 200]


@off_by_twenty_minutes
def test_a_clock_that_is_put_right_costs_one_refused_request(stage: Stage, off: float) -> None:
    stage.server.clock.advance(off)
    connection = stage.connect(duration=7200)
    connection.broker.renew()
    stage.server.clock.advance(-off)
    before = len(stage.server.requests)
    for _ in range(2):
        client_of(connection).list_objects_v2(**LOGS)
    assert since(stage.server, before) == [("GET", 403), ("GET", 200), ("GET", 200)]
    assert connection.broker.snapshot().skew == pytest.approx(0, abs=2)


@off_by_twenty_minutes
def test_a_presigned_url_holds(stage: Stage, off: float) -> None:
    stage.server.clock.advance(off)
    connection = stage.connect()
    connection.broker.renew()
    url = client_of(connection).generate_presigned_url("get_object", Params=README, ExpiresIn=60)
    before = len(stage.server.requests)
    with urlopen(url) as answer:
        assert answer.read() == client_of(connection).get_object(**README)["Body"].read()
    assert since(stage.server, before) == [("GET", 200)] * 2


@pytest.mark.parametrize("head", [False, True])
def test_a_permission_that_is_missing_stays_so(stage: Stage, head: bool) -> None:
    client = live(stage)
    stage.server.clock.advance(1200)
    before = len(stage.server.requests)
    with pytest.raises(ClientError, match=r"\(403\)" if head else "AccessDenied"):
        client.head_object(Bucket="acme-locked", Key="salaries.csv") if head else client.list_objects_v2(
            Bucket="acme-locked"
        )
    expected = [("HEAD", 403), ("HEAD", 403)] if head else [("GET", 403), ("GET", 403)]
    assert since(stage.server, before)[:2] == expected


@pytest.mark.parametrize(("off", "words"), [(1200, "behind"), (-1200, "ahead")])
@pytest.mark.parametrize("at", ["sts", "s3"])
def test_a_second_refusal_tells_by_how_much_the_clock_is_off(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, off: float, words: str, at: str
) -> None:
    connection = stage.connect(duration=7200)
    connection.broker.renew()
    monkeypatch.setattr(ServerClock, "skew", lambda _: 0.0)  # so that it goes on signing in the machine's time
    stage.server.clock.advance(off)
    before = len(stage.server.requests)
    with pytest.raises(ClockWrong) as caught:
        connection.broker.renew() if at == "sts" else connection.s3.page(ROOT)
    assert [status for _, status in since(stage.server, before)] == [403, 403]
    assert caught.value.message.removeprefix("It is ").split(words)[0].strip() in ("19m59s", "20m", "20m1s", "20m2s")
    assert "timedatectl" in caught.value.hint
    assert connection.broker.snapshot().state is State.LIVE


# Whom it leaves alone


@pytest.mark.parametrize("off", [0, 290, -290])
def test_a_clock_that_is_a_little_off_changes_nothing(off: float) -> None:
    client = plain()
    sign_in_server_time(client, clock_off_by(off))
    assert signed_off_by(client) == pytest.approx(0, abs=2)


@pytest.mark.parametrize("off", [310, -310, 86_400])
def test_a_clock_that_is_further_off_is_not_signed_with(off: float) -> None:
    client = plain()
    sign_in_server_time(client, clock_off_by(off))
    assert abs(off) > SKEW_TOLERATED
    assert signed_off_by(client) == pytest.approx(off, abs=2)


def test_before_a_server_has_spoken_the_machines_time_is_signed() -> None:
    client = plain()
    sign_in_server_time(client, ServerClock())
    assert signed_off_by(client) == pytest.approx(0, abs=2)


def test_other_clients_sign_with_the_machines_time(stage: Stage) -> None:
    stage.server.clock.advance(1200)
    stage.connect().broker.renew()
    with pytest.raises(ClientError, match="RequestTimeTooSkewed"):
        plain(stage.server).list_buckets()
    assert signed_off_by(plain()) == pytest.approx(0, abs=2)


def test_a_signature_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = plain()
    sign_in_server_time(ours, clock_off_by(1200))

    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(botocore.auth.SigV4Auth, "signature", fail)
        with pytest.raises(RuntimeError):
            signed_off_by(ours)
    assert signed_off_by(plain()) == pytest.approx(0, abs=2)
    assert signed_off_by(ours) == pytest.approx(1200, abs=2)


def test_the_hook_is_put_in_once() -> None:
    sign_in_server_time(plain(), ServerClock())
    auth: Any = botocore.auth
    hook: Callable[..., datetime] = auth.get_current_datetime
    sign_in_server_time(plain(), ServerClock())
    assert auth.get_current_datetime is hook
    assert hook().tzinfo is None
    assert hook(remove_tzinfo=False).tzinfo is UTC


def test_connections_with_different_clocks_sign_side_by_side() -> None:
    clients = {off: plain() for off in (1200, -1200, 0)}
    for off in (1200, -1200):
        sign_in_server_time(clients[off], clock_off_by(off))
    with ThreadPoolExecutor(12) as threads:
        jobs = [(off, threads.submit(signed_off_by, clients[off])) for off in list(clients) * 60]
    for off, job in jobs:
        assert job.result() == pytest.approx(off, abs=3)
