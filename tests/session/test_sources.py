"""The ways to a session, against a server that really grants them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from s3browse.demo.server import DemoServer
from s3browse.errors import CodeNeeded, CodeRefused, SessionError, SetupError
from s3browse.session.choose import choose_source
from s3browse.session.credentials import Credentials, Session
from s3browse.session.secrets import Secret
from s3browse.session.settings import DEFAULT_DURATION, Settings
from s3browse.session.sources import GetSessionToken
from tests.stage import Clocks, settings_for


class Desk:
    """A server, a machine's clocks, and sources between them."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.clocks = Clocks()
        self.clock = self.clocks.server_clock()

    def source(self, **changes: object) -> object:
        """Choose a source as the program does, with some settings changed."""
        return choose_source(replace(settings_for(self.server), **changes), self.clock)  # type: ignore[arg-type]

    def mint(self, code: str | None = None, **changes: object) -> Session:
        """Choose a source and mint one session."""
        source = self.source(**changes)
        return source.mint(code)  # type: ignore[attr-defined,no-any-return]

    @property
    def root(self) -> Credentials:
        """The keys of the account's root user."""
        return Credentials(self.server.root_access_key, Secret(self.server.root_secret_key))


@pytest.fixture(scope="module")
def long_server() -> Iterator[DemoServer]:
    """A server that grants long sessions; tests do not change it."""
    with DemoServer(session_seconds=129_600, keys=0) as running:
        yield running


@pytest.fixture
def desk(long_server: DemoServer) -> Desk:
    return Desk(long_server)


@pytest.fixture
def mfa_desk() -> Iterator[Desk]:
    with DemoServer(mfa=True, keys=0) as running:
        yield Desk(running)


def test_long_term_keys_mint_a_session(desk: Desk) -> None:
    session = desk.mint(duration=900)
    assert (session.source, session.asked_seconds, session.length, session.mfa) == ("GetSessionToken", 900, 900, False)
    assert session.credentials.access_key.startswith("ASIA")
    assert session.credentials.temporary


def test_the_expiration_that_sts_returns_is_the_truth(desk: Desk) -> None:
    session = desk.mint(duration=200_000)
    assert session.lifetime == pytest.approx(129_600, abs=2)
    assert session.cut


def test_roots_session_is_cut_to_an_hour(desk: Desk) -> None:
    session = desk.mint(duration=7200, base=desk.root)
    assert session.lifetime == pytest.approx(3600, abs=2)
    assert session.cut


def test_a_machine_whose_clock_is_off_counts_from_the_servers(desk: Desk) -> None:
    desk.clocks.moved = 500.0
    session = desk.mint(duration=900)
    assert session.lifetime == pytest.approx(900, abs=2)
    assert desk.clock.skew() == pytest.approx(-500, abs=2)


@pytest.mark.parametrize(("base", "name", "root"), [("alice", "alice", False), ("root", "root", True)])
def test_the_identity_behind_a_session(desk: Desk, base: str, name: str, root: bool) -> None:
    source = desk.source(base=desk.root) if base == "root" else desk.source()
    identity = source.identify(source.mint().credentials)  # type: ignore[attr-defined]
    assert (identity.account, identity.name, identity.is_root) == ("123456789012", name, root)


def test_base_credentials_that_the_server_does_not_know(desk: Desk) -> None:
    with pytest.raises(SessionError) as caught:
        desk.mint(base=Credentials("AKIAIOSFODNN7EXAMPLE", Secret("x" * 40)))
    assert caught.value.title == "The server does not know these keys"


def test_a_region_that_cannot_be_one(desk: Desk) -> None:
    with pytest.raises(SetupError):
        desk.mint(region="us east 1")


# MFA


def test_with_mfa_a_code_is_asked_for_before_the_server_is(mfa_desk: Desk) -> None:
    with pytest.raises(CodeNeeded) as caught:
        mfa_desk.mint()
    assert caught.value.serial == mfa_desk.server.mfa_serial
    assert not mfa_desk.server.requests


def test_the_right_code_mints_a_session(mfa_desk: Desk) -> None:
    assert mfa_desk.mint(mfa_desk.server.mfa_code).mfa


def test_a_wrong_code_is_refused_and_the_right_one_is_taken_after_it(mfa_desk: Desk) -> None:
    source = mfa_desk.source()
    with pytest.raises(CodeRefused) as caught:
        source.mint("000000")  # type: ignore[attr-defined]
    assert "000000" not in str(caught.value)
    assert source.mint(mfa_desk.server.mfa_code)  # type: ignore[attr-defined]


def test_a_server_that_wants_a_code_says_so_where_no_device_is_named(mfa_desk: Desk) -> None:
    with pytest.raises(CodeRefused):
        mfa_desk.mint(mfa_serial=None)


# Base credentials that are temporary already


def test_a_temporary_base_is_used_as_it_is(desk: Desk) -> None:
    given = desk.mint().credentials
    before = len(desk.server.requests)
    session = desk.mint(base=given)
    assert (session.source, session.credentials) == ("ambient", given)
    assert len(desk.server.requests) == before


def test_its_identity_is_asked_for_like_any(desk: Desk) -> None:
    given = desk.mint().credentials
    source = desk.source(base=given)
    assert source.identify(given).name == "alice"  # type: ignore[attr-defined]


def test_a_temporary_base_that_is_over_tells_to_renew_it(desk: Desk) -> None:
    given = desk.mint(duration=900).credentials
    desk.clocks.moved += 901
    with pytest.raises(SessionError) as caught:
        desk.mint(base=given)
    assert caught.value.title == "Nothing newer to use"


def test_a_session_mints_no_session(desk: Desk) -> None:
    source = desk.source()
    assert isinstance(source, GetSessionToken)
    with pytest.raises(SessionError, match="session credentials"):
        source.sts.call("get_session_token", desk.mint().credentials, DurationSeconds=900)


def test_a_base_that_becomes_temporary_is_passed_on(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    keys = f"[default]\naws_access_key_id={desk.server.access_key}\naws_secret_access_key={desk.server.secret_key}\n"
    file.write_text(keys)
    source = desk.source(base=None)
    file.write_text(f"{keys}aws_session_token=token-token\n")
    session = source.mint()  # type: ignore[attr-defined]
    assert session.source == "ambient"


# What a profile says


@pytest.fixture
def profile(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", desk.server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", desk.server.secret_key)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return tmp_path / "config"


@pytest.mark.parametrize(
    ("settings", "duration"),
    [
        (Settings(), DEFAULT_DURATION),
        (Settings(duration=1200), 1200),
    ],
)
def test_the_length_asked_for(desk: Desk, profile: Path, settings: Settings, duration: int) -> None:
    source = choose_source(settings, desk.clock)
    assert isinstance(source, GetSessionToken)
    assert source.duration == duration


def test_the_profile_names_length_and_device(desk: Desk, profile: Path) -> None:
    profile.write_text("[default]\nduration_seconds = 1800\nmfa_serial = GAHT12345678\n")
    source = choose_source(Settings(), desk.clock)
    assert isinstance(source, GetSessionToken)
    assert (source.duration, source.mfa_serial) == (1800, "GAHT12345678")


def test_a_length_in_the_profile_that_is_none(desk: Desk, profile: Path) -> None:
    profile.write_text("[default]\nduration_seconds = an hour\n")
    with pytest.raises(SetupError, match="an hour"):
        choose_source(Settings(), desk.clock)
