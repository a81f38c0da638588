"""STS: who is calling, and who may be granted what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from s3browse.demo import DemoServer

ALICE_ARN = "arn:aws:iam::123456789012:user/alice"
ROLE = "arn:aws:iam::123456789012:role/S3Access"


def test_a_long_term_key_is_alice(sts: Any) -> None:
    identity = sts.get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == ("123456789012", ALICE_ARN)


def test_a_session_is_still_alice(demo: DemoServer, session: Any, connect: Callable[..., Any]) -> None:
    assert connect(demo, "sts", session).get_caller_identity()["Arn"] == ALICE_ARN


def test_a_role_is_assumed_under_a_name(demo: DemoServer, sts: Any, connect: Callable[..., Any]) -> None:
    granted = sts.assume_role(RoleArn=ROLE, RoleSessionName="night", DurationSeconds=60)
    arn = "arn:aws:sts::123456789012:assumed-role/S3Access/night"
    assert granted["AssumedRoleUser"]["Arn"] == arn
    assert connect(demo, "sts", granted["Credentials"]).get_caller_identity()["Arn"] == arn


def test_another_role_is_denied(sts: Any, refusal: Any) -> None:
    status, code, message = refusal(sts.assume_role, RoleArn=f"{ROLE}2", RoleSessionName="x")
    assert (status, code) == (403, "AccessDenied")
    assert f"User: {ALICE_ARN} is not authorized to perform: sts:AssumeRole" in message


def test_the_root_is_cut_to_an_hour(demo: DemoServer, keys_of_root: Any, connect: Callable[..., Any]) -> None:
    sts = connect(demo, "sts", keys_of_root)
    assert sts.get_caller_identity()["Arn"].endswith(":root")
    granted = sts.get_session_token(DurationSeconds=7200)["Credentials"]["Expiration"]
    assert 3590 < granted.timestamp() - demo.clock.now() <= 3600


def test_a_session_may_not_mint(demo: DemoServer, session: Any, connect: Callable[..., Any], refusal: Any) -> None:
    sts = connect(demo, "sts", session)
    assert refusal(sts.get_session_token) == (
        403,
        "AccessDenied",
        "Cannot call GetSessionToken with session credentials",
    )


def test_an_ended_session_is_refused(demo: DemoServer, session: Any, connect: Callable[..., Any], refusal: Any) -> None:
    demo.end_session(session["AccessKeyId"])
    assert refusal(connect(demo, "sts", session).get_caller_identity)[:2] == (403, "ExpiredToken")


@pytest.mark.parametrize(
    ("keys", "code", "words"),
    [
        ({"AccessKeyId": "AKIAAAAAAAAAAAAAAAAA"}, "InvalidClientTokenId", "security token"),
        ({"SecretAccessKey": "x" * 40}, "SignatureDoesNotMatch", "Check your AWS Secret Access Key"),
    ],
)
def test_wrong_keys_are_refused(
    demo: DemoServer, connect: Callable[..., Any], refusal: Any, keys: Any, code: str, words: str
) -> None:
    right = {"AccessKeyId": demo.access_key, "SecretAccessKey": demo.secret_key}
    status, told, message = refusal(connect(demo, "sts", right | keys).get_caller_identity)
    assert (status, told) == (403, code)
    assert words in message


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1000, ("Signature expired: ", " is now earlier than ", " - 15 min.)")),
        (-1000, ("Signature not yet current: ",)),
    ],
)
def test_a_wrong_clock_is_told(demo: DemoServer, sts: Any, refusal: Any, seconds: int, words: tuple[str, ...]) -> None:
    demo.clock.advance(seconds)
    status, code, message = refusal(sts.get_caller_identity)
    assert (status, code) == (403, "SignatureDoesNotMatch")
    assert all(word in message for word in words)


def test_unknown_actions_are_invalid(sts: Any, refusal: Any) -> None:
    assert refusal(sts.get_access_key_info, AccessKeyId="AKIAAAAAAAAAAAAAAAAA")[:2] == (400, "InvalidAction")


def test_a_code_is_checked_even_where_none_is_needed(sts: Any, refusal: Any) -> None:
    wrong = {"SerialNumber": "arn:aws:iam::123456789012:mfa/alice", "TokenCode": "000000"}
    assert refusal(sts.get_session_token, **wrong)[:2] == (403, "AccessDenied")
