"""The gate in front of every request: whatever way a session ends, the very same request goes on with the next one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from s3browse.demo.refusals import access_denied
from s3browse.demo.server import DemoServer, Request
from s3browse.errors import Cancelled, SessionClosed, SessionError, SessionExpired
from s3browse.session.broker import Broker, Event, State, no_waiting, stoppable
from s3browse.session.gateway import GateCredentials
from tests.stage import Stage

SECONDS = 10
"""How long a test waits for a thread before it fails."""

EVENTS = {"Bucket": "acme-data-lake", "Prefix": "events/"}
README = {"Bucket": "acme-data-lake", "Key": "README.md"}
LOGS = {"Bucket": "acme-logs", "MaxKeys": 3}


class Gate:
    """A program's gated client with a live session, and the server behind it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.server = stage.server
        self._before = len(self.server.requests)
        connection = stage.connect()
        self.broker: Broker = connection.broker
        self.client: Any = connection.s3._client
        self.broker.renew()

    def renew_when_needed(self) -> None:
        """Renew as soon as something waits, on the thread that waits."""
        self.broker.subscribe(lambda event: self.broker.renew() if event is Event.WAITING else None)

    @property
    def state(self) -> State:
        """The session's state."""
        return self.broker.snapshot().state

    @property
    def generation(self) -> int:
        """How many sessions there have been."""
        return self.broker.snapshot().generation

    @property
    def minted(self) -> int:
        """How often STS was asked for a session."""
        return sum(request.query == "Action=GetSessionToken" for request in self.server.requests[self._before :])

    def requests_to_s3(self, since: int = 0) -> list[Request]:
        """What S3 was asked, without STS."""
        return [request for request in self.server.requests[since:] if not request.query.startswith("Action=")]


@pytest.fixture
def gate(stage: Stage) -> Iterator[Gate]:
    made = Gate(stage)
    yield made
    made.broker.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)


def end_by_clock(gate: Gate) -> None:
    """The session's time is up, and the program knows it."""
    gate.stage.pass_time(121)


def end_on_server(gate: Gate) -> None:
    """The session's time is up on the server; the program does not know."""
    gate.stage.pass_time_on_server(121)


def end_unforeseen(gate: Gate) -> None:
    """The server ends the session long before its Expiration."""
    gate.server.end_session(gate.stage.live_key)


def revoke(gate: Gate) -> None:
    """The server forgets the key."""
    gate.server.revoke(gate.stage.live_key)


def spoil_token(gate: Gate) -> None:
    """The server finds the session's token malformed."""
    keys = gate.server._keyring._keys
    keys[gate.stage.live_key] = replace(keys[gate.stage.live_key], token="another")


every_end = pytest.mark.parametrize("end", [end_by_clock, end_on_server, end_unforeseen, revoke])
every_request = pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("list_buckets", {}),
        ("list_objects_v2", LOGS),
        ("get_object", README),
        ("head_object", README),
        ("head_bucket", {"Bucket": "acme-logs"}),
        ("put_object", {"Bucket": "acme-empty", "Key": "new", "Body": b"some bytes"}),
    ],
)


# One request


@every_end
@every_request
def test_a_request_goes_on_under_the_next_session(
    gate: Gate, end: Callable[[Gate], None], operation: str, parameters: dict[str, Any]
) -> None:
    gate.renew_when_needed()
    end(gate)
    answer = getattr(gate.client, operation)(**parameters)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert (gate.generation, gate.minted) == (2, 2)
    assert gate.state is State.LIVE
    assert gate.server.requests[-1].access_key == gate.stage.live_key


@every_end
def test_it_is_the_very_same_request(gate: Gate, end: Callable[[Gate], None]) -> None:
    gate.renew_when_needed()
    gate.client.list_objects_v2(**EVENTS, MaxKeys=10, StartAfter="events/part-000100")
    expected = gate.server.requests[-1]
    end(gate)
    gate.client.list_objects_v2(**EVENTS, MaxKeys=10, StartAfter="events/part-000100")
    sent = gate.server.requests[-1]
    assert (sent.method, sent.path, sent.query, sent.status) == ("GET", expected.path, expected.query, 200)


def test_a_body_is_sent_again_whole(gate: Gate) -> None:
    gate.renew_when_needed()
    body = bytes(range(256)) * 4000
    revoke(gate)
    gate.client.put_object(Bucket="acme-empty", Key="new", Body=body)
    assert gate.client.get_object(Bucket="acme-empty", Key="new")["Body"].read() == body


@pytest.mark.parametrize(("end", "sent"), [(end_by_clock, 0), (end_on_server, 1), (revoke, 1)])
def test_nothing_is_sent_while_it_waits(
    gate: Gate, threads: ThreadPoolExecutor, end: Callable[[Gate], None], sent: int
) -> None:
    end(gate)
    before = len(gate.server.requests)
    waiting = threads.submit(gate.client.list_objects_v2, **LOGS)
    wait_until(lambda: gate.broker.snapshot().waiting == 1)
    time.sleep(0.15)  # longer than the gate looks around
    assert len(gate.server.requests) - before == sent
    assert gate.state is State.EXPIRED
    assert not waiting.done()
    gate.broker.renew()
    assert waiting.result(SECONDS)["KeyCount"] == 3
    assert len(gate.requests_to_s3(before)) == sent + 1


def test_a_live_session_costs_no_extra_request(gate: Gate) -> None:
    before = len(gate.server.requests)
    for _ in range(20):
        gate.client.list_objects_v2(**LOGS)
    gate.client.head_object(**README)
    assert len(gate.server.requests) - before == 21


def test_who_must_not_wait_hears_that_the_session_is_over(gate: Gate) -> None:
    revoke(gate)
    with no_waiting(), pytest.raises(SessionExpired):
        gate.client.list_objects_v2(**LOGS)
    assert gate.state is State.EXPIRED


def test_a_request_that_waits_can_be_stopped(gate: Gate) -> None:
    end_by_clock(gate)
    with stoppable(lambda: True), pytest.raises(Cancelled):
        gate.client.list_objects_v2(**LOGS)


def test_closing_frees_a_request_that_waits(gate: Gate, threads: ThreadPoolExecutor) -> None:
    revoke(gate)
    waiting = threads.submit(gate.client.list_objects_v2, **LOGS)
    wait_until(lambda: gate.broker.snapshot().waiting == 1)
    gate.broker.close()
    assert isinstance(waiting.exception(SECONDS), SessionClosed)


# HEAD, whose errors have no body


@pytest.mark.parametrize(("end", "status"), [(end_unforeseen, 400), (revoke, 403)])
def test_a_refused_head_is_resolved_by_a_probe(gate: Gate, end: Callable[[Gate], None], status: int) -> None:
    gate.renew_when_needed()
    end(gate)
    before = len(gate.server.requests)
    assert gate.client.head_object(**README)["ContentLength"]
    head, probe, *_, last = gate.requests_to_s3(before)
    assert (head.method, head.status) == ("HEAD", status)
    assert (probe.method, probe.query) == ("GET", "list-type=2&max-keys=1&encoding-type=url")
    assert (last.method, last.path, last.status) == ("HEAD", "/acme-data-lake/README.md", 200)


def test_a_genuine_403_to_head_stays_one(gate: Gate) -> None:
    with pytest.raises(ClientError) as caught:
        gate.client.head_object(Bucket="acme-locked", Key="salaries.csv")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert (gate.state, gate.generation) == (State.LIVE, 1)


def test_of_many_genuine_403s_one_is_probed(gate: Gate) -> None:
    before = len(gate.server.requests)
    for _ in range(5):
        with pytest.raises(ClientError):
            gate.client.head_object(Bucket="acme-locked", Key="salaries.csv")
    assert sum(request.method == "GET" for request in gate.requests_to_s3(before)) == 1


def test_a_404_to_head_needs_no_probe(gate: Gate) -> None:
    before = len(gate.server.requests)
    with pytest.raises(ClientError):
        gate.client.head_object(Bucket="acme-logs", Key="nowhere")
    assert [request.method for request in gate.requests_to_s3(before)] == ["HEAD"]


def test_past_expiry_a_head_needs_no_probe(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.renew_when_needed()
    monkeypatch.setattr(gate.broker, "may_be_past_expiry", lambda: True)
    revoke(gate)
    before = len(gate.server.requests)
    monkeypatch.setattr(gate.broker, "reject", _and_undo(monkeypatch, gate.broker.reject))
    gate.client.head_object(**README)
    assert all(request.method == "HEAD" for request in gate.requests_to_s3(before))


def _and_undo(monkeypatch: pytest.MonkeyPatch, call: Callable[..., bool]) -> Callable[..., bool]:
    def undoing(*arguments: object) -> bool:
        monkeypatch.undo()
        return call(*arguments)

    return undoing


def test_a_renewal_during_the_probe_does_not_make_the_refusal_genuine(gate: Gate) -> None:
    renewed = threading.Event()

    def renew_once(**_: object) -> None:
        if not renewed.is_set():
            renewed.set()
            gate.broker.renew()

    gate.client.meta.events.register_first("provide-client-params.s3.ListObjectsV2", renew_once)
    revoke(gate)
    assert gate.client.head_object(**README)["ContentLength"]
    assert gate.generation == 2


# Refusals that are not about the session, and those that only look so


def test_a_permission_that_is_missing_is_no_expiry(gate: Gate) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        gate.client.list_objects_v2(Bucket="acme-locked")
    assert (gate.state, gate.generation) == (State.LIVE, 1)


def test_a_token_that_one_bucket_refuses_after_others_took_it_is_no_expiry(gate: Gate) -> None:
    gate.renew_when_needed()
    gate.client.list_objects_v2(**LOGS)
    spoil_token(gate)
    with pytest.raises(ClientError, match="InvalidToken"):
        gate.client.list_objects_v2(**LOGS)
    assert (gate.state, gate.generation) == (State.LIVE, 1)


def test_a_token_that_nobody_ever_took_is_renewed(gate: Gate) -> None:
    gate.renew_when_needed()
    spoil_token(gate)
    gate.client.list_objects_v2(**LOGS)
    assert gate.generation == 2


def test_a_server_that_refuses_every_session_is_not_asked_for_ever(gate: Gate) -> None:
    gate.renew_when_needed()
    gate.broker.subscribe(lambda event: revoke(gate) if event is Event.RENEWED else None)
    revoke(gate)
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        gate.client.list_objects_v2(**LOGS)
    assert gate.generation == 2


def test_base_credentials_that_are_rejected_fail_the_renewal_and_not_the_request(
    gate: Gate, threads: ThreadPoolExecutor
) -> None:
    gate.server.revoke(gate.server.access_key)
    end_by_clock(gate)
    waiting = threads.submit(gate.client.list_objects_v2, **LOGS)
    wait_until(lambda: gate.broker.snapshot().waiting == 1)
    with pytest.raises(SessionError) as caught:
        gate.broker.renew()
    assert caught.value.title == "The server does not know these keys"
    assert (gate.state, gate.broker.snapshot().waiting) == (State.EXPIRED, 1)
    gate.broker.close()
    assert isinstance(waiting.exception(SECONDS), SessionClosed)


# A server that has no word for expiry, as SeaweedFS


@pytest.fixture
def wordless(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """A server that answers 403 AccessDenied, without a message, to a session that is over."""
    monkeypatch.setattr("s3browse.demo.gate.expired_token", lambda token: access_denied(""))
    return gate


def test_access_denied_after_expiration_counts_as_expired(wordless: Gate) -> None:
    wordless.renew_when_needed()
    _end_between_signing_and_answer(wordless)
    wordless.client.list_objects_v2(**LOGS)
    assert wordless.generation == 2


def test_access_denied_before_expiration_is_a_permission(wordless: Gate) -> None:
    end_unforeseen(wordless)
    with pytest.raises(ClientError, match="AccessDenied"):
        wordless.client.list_objects_v2(**LOGS)
    assert wordless.generation == 1


def test_access_denied_to_a_session_that_was_renewed_meanwhile_is_asked_again(wordless: Gate) -> None:
    _end_between_signing_and_answer(wordless, then=wordless.broker.renew)
    wordless.client.list_objects_v2(**LOGS)
    assert wordless.generation == 2


def test_a_permission_that_is_missing_stays_so_when_asked_again(gate: Gate) -> None:
    _end_between_signing_and_answer(gate, then=gate.broker.renew)
    before = len(gate.server.requests)
    with pytest.raises(ClientError, match="AccessDenied"):
        gate.client.list_objects_v2(Bucket="acme-locked")
    assert len(gate.requests_to_s3(before)) == 2
    assert gate.generation == 2


def _end_between_signing_and_answer(gate: Gate, then: Callable[[], None] = lambda: None) -> None:
    """Let time run out once, when the next request is on its way."""
    ended = threading.Event()

    def end(**_: object) -> None:
        if not ended.is_set():
            ended.set()
            end_by_clock(gate)
            then()

    gate.client.meta.events.register_first("before-send.s3", end)


# Many requests


@pytest.mark.parametrize("ends", [[end_by_clock], [end_on_server, revoke, end_unforeseen, end_by_clock]])
def test_a_paginator_gives_each_key_once_across_sessions(gate: Gate, ends: list[Callable[[Gate], None]]) -> None:
    gate.renew_when_needed()
    left = list(ends)
    keys: list[str] = []
    for page in gate.client.get_paginator("list_objects_v2").paginate(**EVENTS):
        keys += [found["Key"] for found in page["Contents"]]
        if left:
            left.pop()(gate)
    assert len(keys) == len(set(keys)) == 5000
    assert keys == sorted(keys)
    assert gate.generation == gate.minted == 1 + len(ends)


def _work(client: Any, rounds: int) -> None:
    for number in range(rounds):
        if number % 3:
            client.list_objects_v2(**LOGS)
        else:
            client.head_object(**README)


def test_many_threads_live_through_many_sessions(gate: Gate, threads: ThreadPoolExecutor) -> None:
    needed = threading.Event()
    gate.broker.subscribe(lambda event: needed.set() if event is Event.WAITING else None)
    working: list[Future[None]] = [threads.submit(_work, gate.client, 12) for _ in range(16)]
    ends = [end_on_server, revoke, end_unforeseen, end_by_clock, revoke]
    while not all(each.done() for each in working):
        session = gate.broker.snapshot().session
        if session and ends and gate.broker.is_proven(session.credentials.access_key):
            ends.pop()(gate)
        if needed.wait(0.05):
            needed.clear()
            if not gate.state.usable:
                gate.broker.renew()
    for each in working:
        each.result(SECONDS)
    assert gate.generation >= 4
    assert gate.generation == gate.minted


# Other regions


@pytest.mark.parametrize("end", [None, end_by_clock, end_unforeseen, revoke])
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("list_objects_v2", {"Bucket": "acme-eu-archive"}),
        ("head_object", {"Bucket": "acme-eu-archive", "Key": "INDEX.txt"}),
        ("head_bucket", {"Bucket": "acme-eu-archive"}),
    ],
)
def test_a_bucket_elsewhere_works(
    gate: Gate, end: Callable[[Gate], None] | None, operation: str, parameters: dict[str, Any]
) -> None:
    gate.renew_when_needed()
    if end:
        end(gate)
    answer = getattr(gate.client, operation)(**parameters)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert gate.generation == (2 if end else 1)


# What has no request


def test_a_presigned_address_is_made_from_a_live_session(gate: Gate) -> None:
    address = gate.client.generate_presigned_url("get_object", Params=README)
    assert f"X-Amz-Credential={gate.stage.live_key}" in address


def test_of_a_session_that_is_over_no_address_is_made(gate: Gate) -> None:
    end_by_clock(gate)
    with no_waiting(), pytest.raises(SessionExpired):
        gate.client.generate_presigned_url("get_object", Params=README)


def test_the_credentials_object_keeps_and_shows_nothing(gate: Gate) -> None:
    credentials = GateCredentials(gate.broker)
    session = gate.broker.snapshot().session
    assert session is not None
    held = session.credentials
    assert (credentials.access_key, credentials.secret_key, credentials.token) == (
        held.access_key,
        held.secret_key,
        held.token,
    )
    assert held.secret_key not in f"{credentials!r} {vars(credentials)}"


# The server's clock


def test_the_servers_clock_is_learnt_from_answers(gate: Gate, server: DemoServer) -> None:
    server.clock.advance(60)
    gate.client.list_objects_v2(**LOGS)
    assert gate.broker.clock.skew() == pytest.approx(60, abs=2)
    remaining = gate.broker.snapshot().remaining
    assert remaining == pytest.approx(60, abs=2)
