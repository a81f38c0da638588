"""Roles and federated users: minted by us, capped where AWS caps them, and read-only where that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from s3browse.errors import CodeNeeded, CodeRefused, ReadOnlyHere, SessionError
from s3browse.s3.location import Location
from s3browse.session.choose import choose_source
from s3browse.session.credentials import Credentials, ReadOnly, Session
from s3browse.session.roles import AssumeRole, FederationToken
from s3browse.session.secrets import Secret
from s3browse.session.settings import Settings
from s3browse.session.sources import GetSessionToken
from tests.stage import Stage

REPORTS = Location("acme-reports")


@pytest.fixture
def role(stage: Stage) -> dict[str, Any]:
    return {"role_arn": stage.server.role_arn}


def minted(stage: Stage, **changes: Any) -> Session:
    connection = stage.connect(**changes)
    connection.broker.renew()
    session = connection.broker.snapshot().session
    assert session is not None
    return session


def base_from(session: Session) -> Credentials:
    return session.credentials


def put(stage: Stage) -> None:
    assert stage.connection is not None
    stage.connection.s3._client.put_object(Bucket="acme-reports", Key="new.txt", Body=b"x")


def test_a_role_is_assumed_and_told_without_another_call(stage: Stage, role: dict[str, Any]) -> None:
    session = minted(stage, **role)
    assert session.source == "AssumeRole"
    assert session.identity is not None
    assert session.identity.arn == "arn:aws:sts::123456789012:assumed-role/S3Access/s3browse"
    assert [request.query for request in stage.server.requests] == ["Action=AssumeRole"]


def test_a_role_reads_buckets(stage: Stage, role: dict[str, Any]) -> None:
    minted(stage, **role)
    assert stage.connection is not None
    assert "README.md" in stage.connection.s3.page(REPORTS).keys


def test_a_role_that_does_not_trust_the_caller_says_so(stage: Stage) -> None:
    with pytest.raises(SessionError, match="not authorized to perform: sts:AssumeRole"):
        minted(stage, role_arn="arn:aws:iam::123456789012:role/Other")


def test_a_chained_role_is_asked_for_one_hour_and_says_why(stage: Stage, role: dict[str, Any]) -> None:
    stage.server._sts._session_seconds = 100_000
    base = base_from(minted(stage))
    session = minted(stage, **role, base=base, duration=12 * 3600)
    assert (session.length, session.cut) == (3600, True)
    assert "from a session" in session.why_short


def test_a_length_that_the_role_refuses_is_asked_for_again_as_one_hour(stage: Stage, role: dict[str, Any]) -> None:
    stage.server._sts._session_seconds = 100_000
    session = minted(stage, **role, duration=36 * 3600)
    assert (session.length, session.why_short) == (3600, "more than the role allows")


def test_a_read_only_role_is_kept_from_writing_by_the_server(stage: Stage, role: dict[str, Any]) -> None:
    session = minted(stage, **role, read_only=True)
    assert session.read_only is ReadOnly.BY_SERVER
    assert stage.connection is not None
    assert stage.connection.s3.page(REPORTS).keys
    client = stage.connection.s3._client
    client.meta.events.unregister("provide-client-params.s3", unique_id="s3browse-read-only")
    with pytest.raises(ClientError, match="no session policy allows"):
        put(stage)


def test_a_read_only_session_of_the_same_user_is_kept_from_writing_by_us(stage: Stage) -> None:
    session = minted(stage, read_only=True)
    assert session.read_only is ReadOnly.BY_US
    before = len(stage.server.requests)
    with pytest.raises(ReadOnlyHere, match="PutObject would write"):
        put(stage)
    assert len(stage.server.requests) == before


def test_a_federated_user_gets_a_session(stage: Stage) -> None:
    session = minted(stage, federated_name="bob")
    assert session.source == "GetFederationToken"
    assert session.identity is not None
    assert session.identity.arn.endswith(":federated-user/bob")
    put(stage)


def test_a_read_only_federated_user_may_not_write(stage: Stage) -> None:
    assert minted(stage, federated_name="bob", read_only=True).read_only is ReadOnly.BY_SERVER


def test_a_session_mints_no_federated_user(stage: Stage) -> None:
    base = base_from(minted(stage))
    with pytest.raises(SessionError, match="Cannot call GetFederationToken with session credentials"):
        minted(stage, federated_name="bob", base=base)


def test_a_renewed_role_goes_on_under_another_key(stage: Stage, role: dict[str, Any]) -> None:
    first = minted(stage, **role)
    assert stage.connection is not None
    stage.pass_time(121)
    stage.connection.broker.renew()
    assert stage.live_key != first.credentials.access_key
    assert stage.connection.s3.page(REPORTS).keys


@pytest.fixture
def profiles(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A profile ``work`` whose role is assumed, with an MFA code, by the keys of the profile ``keys``."""
    config = tmp_path / "config"
    config.write_text(
        f"[profile work]\nrole_arn = {stage.server.role_arn}\nsource_profile = keys\nduration_seconds = 900\n"
        "role_session_name = me\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\n"
        f"[profile keys]\naws_access_key_id = {stage.server.access_key}\n"
        f"aws_secret_access_key = {stage.server.secret_key}\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    return stage


def test_a_profiles_role_is_assumed_by_us_with_all_that_the_profile_says(profiles: Stage) -> None:
    connection = profiles.connect(profile="work", base=None, duration=None)
    source = connection.broker.source
    assert isinstance(source, AssumeRole)
    assert (source.duration, source.session_name) == (900, "me")
    assert source.mfa_serial == "arn:aws:iam::123456789012:mfa/alice"


@pytest.mark.parametrize(("code", "kind"), [(None, CodeNeeded), ("000000", CodeRefused)])
def test_a_profiles_role_wants_its_code(profiles: Stage, code: str | None, kind: type[SessionError]) -> None:
    connection = profiles.connect(profile="work", base=None)
    with pytest.raises(kind):
        connection.broker.renew(code)


def test_a_profiles_role_asks_for_a_code_each_time(profiles: Stage) -> None:
    connection = profiles.connect(profile="work", base=None)
    for generation in (1, 2):
        connection.broker.renew("123456")
        snapshot = connection.broker.snapshot()
        assert (snapshot.generation, snapshot.session and snapshot.session.mfa) == (generation, True)


def test_keys_in_the_environment_go_over_a_profile_that_was_not_named(
    profiles: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", profiles.server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", profiles.server.secret_key)
    source = choose_source(Settings(region="us-east-1"), profiles.clocks.server_clock())
    assert isinstance(source, GetSessionToken)


def test_a_federated_name_makes_a_federated_source(stage: Stage) -> None:
    base = Credentials(stage.server.access_key, Secret(stage.server.secret_key))
    source = choose_source(Settings(base=base, federated_name="bob"), stage.clocks.server_clock())
    assert isinstance(source, FederationToken)
