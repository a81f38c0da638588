"""Credentials, identities and sessions as values."""

from __future__ import annotations

import pytest

from s3browse.session.credentials import Credentials, Identity, Session
from s3browse.session.secrets import Secret

LONG_TERM = Credentials("AKIAIOSFODNN7EXAMPLE", Secret("secret-secret"))


def session(lifetime: float | None, asked: int | None = None) -> Session:
    expires_at = None if lifetime is None else 1000.0 + lifetime
    credentials = Credentials("ASIAIOSFODNN7EXAMPLE", Secret("secret-secret"), Secret("token-token"), expires_at)
    return Session(credentials, "GetSessionToken", issued_at=1000.0, asked_seconds=asked)


def test_keys_with_a_token_are_temporary() -> None:
    assert session(60).credentials.temporary
    assert not LONG_TERM.temporary


def test_a_key_is_shown_masked() -> None:
    assert LONG_TERM.masked_key == "AKIA…MPLE"


@pytest.mark.parametrize(
    ("arn", "name", "root"),
    [
        ("arn:aws:iam::123456789012:user/alice", "alice", False),
        ("arn:aws:iam::123456789012:user/team/bob", "bob", False),
        ("arn:aws:sts::123456789012:assumed-role/S3Access/session-1", "S3Access/session-1", False),
        ("arn:aws:iam::123456789012:root", "root", True),
        ("arn:aws:iam::123456789012:user/root", "root", False),
    ],
)
def test_an_identity_is_known_by_the_end_of_its_arn(arn: str, name: str, root: bool) -> None:
    identity = Identity("123456789012", arn)
    assert (identity.name, identity.is_root) == (name, root)


@pytest.mark.parametrize(
    ("lifetime", "asked", "length", "cut"),
    [
        (900.0, 900, 900, False),
        (899.2, 900, 900, False),
        (3600.0, 129_600, 3600, True),
        (870.0, 900, 870, False),
        (840.5, None, 840, False),
        (None, 900, None, False),
    ],
)
def test_a_session_tells_its_length_and_whether_it_was_cut(
    lifetime: float | None, asked: int | None, length: int | None, cut: bool
) -> None:
    made = session(lifetime, asked)
    assert (made.lifetime, made.length, made.cut) == (lifetime, length, cut)


def test_an_identified_session_is_otherwise_the_same() -> None:
    made, alice = session(900), Identity("123456789012", "arn:aws:iam::123456789012:user/alice")
    assert made.identified(alice).identity == alice
    assert made.identified(alice).identified(None) == made
