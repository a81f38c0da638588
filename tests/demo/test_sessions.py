"""Sessions: how they are granted, and how they end."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from s3browse.demo import DemoServer


def test_every_session_has_keys_of_its_own(sts: Any) -> None:
    granted = [sts.get_session_token(DurationSeconds=60)["Credentials"] for _ in range(20)]
    for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"):
        assert len({each[name] for each in granted}) == 20
    assert all(each["AccessKeyId"].startswith("ASIA") and len(each["AccessKeyId"]) == 20 for each in granted)


@pytest.mark.parametrize(("asked", "granted"), [(1, 1), (60, 60), (7200, 7200), (43_200, 7200)])
def test_a_session_lasts_as_asked_or_as_the_server_allows(demo: DemoServer, sts: Any, asked: int, granted: int) -> None:
    expiration = sts.get_session_token(DurationSeconds=asked)["Credentials"]["Expiration"]
    assert expiration.microsecond == 0
    assert granted - 2 <= expiration.timestamp() - demo.clock.now() <= granted


def test_a_session_ends_by_the_clock(demo: DemoServer, s3: Any, refusal: Any) -> None:
    demo.clock.advance(890)
    s3.list_buckets()
    demo.clock.advance(11)
    assert refusal(s3.list_buckets)[:2] == (400, "ExpiredToken")


def test_a_session_can_be_ended_at_once(demo: DemoServer, s3: Any, session: Any, refusal: Any) -> None:
    s3.list_buckets()
    demo.end_session(session["AccessKeyId"])
    assert refusal(s3.list_buckets) == (400, "ExpiredToken", "The provided token has expired.")


def test_a_revoked_key_is_unknown(demo: DemoServer, s3: Any, session: Any, refusal: Any) -> None:
    demo.revoke(session["AccessKeyId"])
    assert refusal(s3.list_buckets)[:2] == (403, "InvalidAccessKeyId")


def test_one_session_ends_alone(demo: DemoServer, sts: Any, session: Any, connect: Callable[..., Any]) -> None:
    other = sts.get_session_token()["Credentials"]
    demo.end_session(session["AccessKeyId"])
    assert connect(demo, "s3", other).list_buckets()["Buckets"]


def test_an_ended_session_echoes_its_token(demo: DemoServer, s3: Any, session: Any) -> None:
    demo.end_session(session["AccessKeyId"])
    with pytest.raises(ClientError) as caught:
        s3.list_objects_v2(Bucket="acme-logs")
    assert caught.value.response["Error"]["Token-0"] == session["SessionToken"]


def test_a_request_in_flight_outlives_its_session(demo: DemoServer, s3: Any, session: Any) -> None:
    body = s3.get_object(Bucket="acme-data-lake", Key="exports/orders-2026-08.csv")["Body"]
    demo.end_session(session["AccessKeyId"])
    assert len(body.read()) == 6 * 1024 * 1024


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"SessionToken": None}, (403, "InvalidAccessKeyId")),
        ({"SessionToken": "nonsense"}, (400, "InvalidToken")),
        ({"AccessKeyId": "ASIAAAAAAAAAAAAAAAAA"}, (403, "InvalidAccessKeyId")),
        ({"SecretAccessKey": "x" * 40}, (403, "SignatureDoesNotMatch")),
    ],
)
def test_half_of_a_session_is_none(
    demo: DemoServer, session: Any, connect: Callable[..., Any], refusal: Any, change: Any, answer: Any
) -> None:
    s3 = connect(demo, "s3", session | change)
    assert refusal(s3.list_buckets)[:2] == answer


def test_requests_are_remembered(demo: DemoServer, s3: Any, session: Any, refusal: Any) -> None:
    before = len(demo.requests)
    refusal(s3.head_object, Bucket="acme-logs", Key="no")
    refusal(s3.get_object, Bucket="acme-logs", Key="no")
    head, get = demo.requests[before:]
    assert (head.method, head.path, head.status) == ("HEAD", "/acme-logs/no", 404)
    assert (get.access_key, get.code) == (session["AccessKeyId"], "NoSuchKey")


def test_a_seed_makes_the_same_keys_again() -> None:
    first, again, other = DemoServer(seed=7), DemoServer(seed=7), DemoServer(seed=8)
    assert (first.access_key, first.secret_key) == (again.access_key, again.secret_key)
    assert first.access_key != other.access_key


def test_the_date_header_follows_the_clock(demo: DemoServer, s3: Any) -> None:
    demo.clock.advance(600)
    date = s3.list_buckets()["ResponseMetadata"]["HTTPHeaders"]["date"]
    told = dt.datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=dt.UTC).timestamp()
    assert told == pytest.approx(demo.clock.now(), abs=5)


def test_answers_of_s3_can_be_slowed(demo: DemoServer, s3: Any) -> None:
    demo.latency = 0.05
    start = time.perf_counter()
    s3.list_buckets()
    assert time.perf_counter() - start >= 0.05
