"""The program's own session, gate and screen against servers that others wrote."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from textual.pilot import Pilot

from s3browse.errors import NotSupported, SessionExpired
from s3browse.s3.connection import Connection, connect
from s3browse.s3.listing import Stage
from s3browse.s3.location import ROOT, Location
from s3browse.session.broker import State, no_waiting
from s3browse.session.credentials import Credentials
from s3browse.session.secrets import Secret
from s3browse.session.settings import Settings
from s3browse.ui.app import S3BrowseApp
from s3browse.ui.screens.renew import RenewScreen
from tests.servers.processes import RealServer

SESSION_SECONDS = 2


def _settings(server: RealServer, base: Credentials | None = None) -> Settings:
    return Settings(
        region="us-east-1",
        endpoint_url=server.endpoint_url,
        sts_endpoint_url=server.endpoint_url,
        duration=SESSION_SECONDS,
        base=base or Credentials(server.access_key, Secret(server.secret_key)),
    )


def _boto(service: str, server: RealServer) -> Any:
    make: Any = boto3.client
    return make(
        service,
        region_name="us-east-1",
        endpoint_url=server.endpoint_url,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
    )


def _fill(server: RealServer, bucket: str, keys: int) -> None:
    client = _boto("s3", server)
    client.create_bucket(Bucket=bucket)
    for number in range(keys):
        client.put_object(Bucket=bucket, Key=f"logs/{number:04}.txt", Body=b"x")
    client.close()


def _wait_until(happened: Callable[[], bool], seconds: float = 8.0) -> None:
    """Wait for a real server's clock: nobody can move that one."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _wait_for_end(connection: Connection) -> None:
    _wait_until(lambda: connection.broker.snapshot().state is State.EXPIRED)


def _role_session(server: RealServer) -> Credentials:
    sts = _boto("sts", server)
    given = sts.assume_role(RoleArn=server.role_arn, RoleSessionName="test", DurationSeconds=900)["Credentials"]
    sts.close()
    return Credentials(given["AccessKeyId"], Secret(given["SecretAccessKey"]), Secret(given["SessionToken"]))


def test_ministack_listing_goes_on_under_the_next_session_from_its_token(ministack: RealServer) -> None:
    _fill(ministack, "goes-on", 12)
    connection = connect(_settings(ministack))
    connection.broker.renew()
    client = connection.s3._client
    first = client.list_objects_v2(Bucket="goes-on", MaxKeys=5)
    _wait_for_end(connection)

    answers: list[Any] = []
    token = first["NextContinuationToken"]
    asking = threading.Thread(
        target=lambda: answers.append(client.list_objects_v2(Bucket="goes-on", ContinuationToken=token)), daemon=True
    )
    asking.start()
    _wait_until(lambda: connection.broker.snapshot().waiting == 1)
    connection.broker.renew()
    asking.join(5)

    keys = [found["Key"] for answer in (first, answers[0]) for found in answer["Contents"]]
    assert keys == [f"logs/{number:04}.txt" for number in range(12)]


def test_ministack_ends_a_session_before_the_clock_knows(ministack: RealServer) -> None:
    _fill(ministack, "unknown-end", 1)
    connection = connect(_settings(ministack))
    connection.broker.renew()
    session = connection.broker.snapshot().session
    assert session is not None
    blind = connect(
        _settings(
            ministack,
            base=Credentials(session.credentials.access_key, session.credentials.secret_key, session.credentials.token),
        )
    )
    blind.broker.renew()
    assert blind.broker.snapshot().state is State.UNKNOWN
    assert blind.s3.page(Location("unknown-end", "logs/")).keys == ["logs/0000.txt"]
    _wait_for_end(connection)

    with no_waiting(), pytest.raises(SessionExpired):
        _page_until_refused(blind)
    assert blind.broker.snapshot().ended_because == "ExpiredToken"


def _page_until_refused(connection: Connection) -> None:
    for _ in range(200):
        connection.s3.page(Location("unknown-end"))
        time.sleep(0.02)


def test_ministack_tells_who_the_session_is(ministack: RealServer) -> None:
    connection = connect(_settings(ministack))
    connection.broker.renew()
    connection.broker.identify()
    session = connection.broker.snapshot().session
    assert session is not None
    assert session.identity is not None
    assert session.identity.arn.endswith(":user/alice")


async def test_ministack_story_on_the_screen(ministack: RealServer) -> None:
    _fill(ministack, "on-screen", 30)
    app = S3BrowseApp(lambda: connect(_settings(ministack)), start=Location("on-screen", "logs/"))
    async with app.run_test(size=(100, 30)) as pilot:
        await _until(pilot, lambda: app.browser.listing.stage is Stage.COMPLETE)
        await pilot.press(*"jjjjj")
        await _until(pilot, lambda: isinstance(app.screen, RenewScreen))
        rows = len(app.browser.listing)
        await pilot.press("enter")
        await _until(pilot, lambda: app.screen is app.browser)
        assert (rows, app.browser.listing.cursor) == (30, 5)
        await pilot.press("ctrl+r")
        await _until(pilot, lambda: app.browser.listing.stage is Stage.COMPLETE)
        assert app.browser.listing.key_at_cursor() == "logs/0005.txt"


async def _until(pilot: Pilot[None], happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await pilot.pause(0.02)


def test_seaweedfs_role_session_is_passed_through(seaweedfs: RealServer) -> None:
    _fill(seaweedfs, "through", 3)
    connection = connect(_settings(seaweedfs, base=_role_session(seaweedfs)))
    connection.broker.renew()
    assert connection.broker.snapshot().state is State.UNKNOWN
    assert connection.broker.source.name == "ambient"
    assert "through" in connection.s3.page(ROOT).keys
    assert len(connection.s3.page(Location("through", "logs/")).keys) == 3


def test_seaweedfs_has_no_get_session_token_and_the_error_says_so(seaweedfs: RealServer) -> None:
    connection = connect(_settings(seaweedfs))
    with pytest.raises(NotSupported, match="GetSessionToken"):
        connection.broker.renew()


@pytest.mark.parametrize("head", [False, True])
def test_seaweedfs_session_that_it_no_longer_knows_waits_at_the_gate(seaweedfs: RealServer, head: bool) -> None:
    _fill(seaweedfs, f"forgotten-{head}".lower(), 1)
    dead = Credentials("ASIANOBODY0000000000", Secret("wrong-secret-of-nobody"), Secret("no-such-token"))
    connection = connect(_settings(seaweedfs, base=dead))
    connection.broker.renew()
    client = connection.s3._client
    call = client.head_bucket if head else client.list_objects_v2
    with no_waiting(), pytest.raises(SessionExpired):
        call(Bucket=f"forgotten-{head}".lower())
    assert connection.broker.snapshot().ended_because == "InvalidAccessKeyId"
