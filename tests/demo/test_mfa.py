"""Sessions that need a code of an MFA device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from s3browse.demo import DemoServer

ROLE = "arn:aws:iam::123456789012:role/S3Access"
SERIAL = "arn:aws:iam::123456789012:mfa/alice"
RIGHT = {"SerialNumber": SERIAL, "TokenCode": "123456"}
WRONG = {"SerialNumber": SERIAL, "TokenCode": "654321"}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(mfa=True, keys=1) as server:
        yield server


def test_the_device_is_told(demo: DemoServer) -> None:
    assert demo.mfa_serial == SERIAL
    assert DemoServer().mfa_serial is None


def test_the_right_code_grants_again_and_again(sts: Any) -> None:
    assert sts.get_session_token(**RIGHT)["Credentials"]
    assert sts.get_session_token(**RIGHT)["Credentials"]
    assert sts.assume_role(RoleArn=ROLE, RoleSessionName="x", **RIGHT)["Credentials"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "must provide both MFA serial number"),
        ({"SerialNumber": SERIAL}, "must provide both MFA serial number"),
        (WRONG, "with invalid MFA one time pass code"),
        (RIGHT | {"SerialNumber": f"{SERIAL}2"}, "verify your MFA serial number"),
    ],
    ids=["missing", "half", "wrong", "other device"],
)
def test_any_other_code_is_denied(sts: Any, refusal: Any, given: dict[str, str], words: str) -> None:
    for call in (sts.get_session_token, lambda **more: sts.assume_role(RoleArn=ROLE, RoleSessionName="x", **more)):
        status, code, message = refusal(call, **given)
        assert (status, code) == (403, "AccessDenied")
        assert message.startswith("MultiFactorAuthentication failed")
        assert words in message


def test_the_root_needs_no_code(demo: DemoServer, keys_of_root: Any, connect: Callable[..., Any]) -> None:
    assert connect(demo, "sts", keys_of_root).get_session_token()["Credentials"]
