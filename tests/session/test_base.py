"""Base credentials: found where the SDK finds them, and every failure in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3browse.demo.server import DemoServer
from s3browse.errors import CodeNeeded, CodeRefused, NoCredentials, S3BrowseError, SessionError, SetupError
from s3browse.session.base import BaseChain
from s3browse.session.choose import choose_source
from s3browse.session.clock import ServerClock
from s3browse.session.credentials import Credentials
from s3browse.session.secrets import Secret
from s3browse.session.settings import Settings

KEY, SECRET, TOKEN = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjEXAMPLE"
PAIR = f"aws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
TRIPLE = f"{PAIR}aws_session_token = {TOKEN}\n"
NOON = "2031-05-06T12:00:00Z"
NOON_EPOCH = 1_935_835_200.0


class Home:
    """A person's AWS files and environment."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._credentials, self._config = folder / "credentials", folder / "config"
        self._monkeypatch = monkeypatch
        self.export(AWS_SHARED_CREDENTIALS_FILE=str(self._credentials), AWS_CONFIG_FILE=str(self._config))

    def credentials(self, words: str) -> None:
        """Write ~/.aws/credentials."""
        self._credentials.write_text(words)

    def config(self, words: str) -> None:
        """Write ~/.aws/config."""
        self._config.write_text(words)

    def export(self, **variables: str) -> None:
        """Set environment variables."""
        for name, value in variables.items():
            self._monkeypatch.setenv(name, value)

    def process(self, program: str) -> None:
        """Let the default profile's credentials come from a Python program."""
        path = self._config.with_name("process.py")
        path.write_text(program)
        self.config(f'[default]\ncredential_process = "{sys.executable}" "{path}"\n')


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path, monkeypatch)


def load(profile: str | None = None, code: str | None = None) -> Credentials:
    return BaseChain(Settings(profile=profile)).load(code)


def failure(profile: str | None = None, code: str | None = None) -> S3BrowseError:
    with pytest.raises(S3BrowseError) as caught:
        load(profile, code)
    return caught.value


# What is found


def test_long_term_keys_of_the_default_profile(home: Home) -> None:
    home.credentials(f"[default]\n{PAIR}")
    assert load() == Credentials(KEY, Secret(SECRET))


def test_a_named_profile(home: Home) -> None:
    home.config(f"[profile work]\n{PAIR}")
    assert load("work").access_key == KEY


def test_the_profile_that_the_environment_names(home: Home) -> None:
    home.credentials(f"[work]\n{PAIR}")
    home.export(AWS_PROFILE="work")
    assert load().access_key == KEY


def test_credentials_that_are_handed_over_ask_no_chain() -> None:
    given = Credentials(KEY, Secret(SECRET))
    assert BaseChain(Settings(base=given, profile="nonsense")).load() is given


def test_a_static_session_has_no_known_expiry(home: Home) -> None:
    home.credentials(f"[default]\n{TRIPLE}")
    assert load() == Credentials(KEY, Secret(SECRET), Secret(TOKEN))


@pytest.mark.parametrize(
    "note",
    [
        f"x_security_token_expires = {NOON}",
        "x_security_token_expires = 2031-05-06T14:00:00+02:00",
        f"expiration = {NOON}",
        f"aws_expiration = {NOON}",
        f"aws_session_expiration = {NOON}",
        f"expiration = {NOON_EPOCH:.0f}",
    ],
)
def test_the_expiry_that_a_tool_has_noted_counts(home: Home, note: str) -> None:
    home.credentials(f"[default]\n{TRIPLE}{note}\n")
    assert load().expires_at == NOON_EPOCH


@pytest.mark.parametrize("note", ["soon", "2031-05-06T12:00:00", "", "1e300", "99999999999999"])
def test_a_note_that_cannot_be_read_is_passed_over(home: Home, note: str) -> None:
    home.credentials(f"[default]\n{TRIPLE}expiration = {note}\n")
    assert load().expires_at is None


def test_long_term_keys_do_not_expire_whatever_is_noted(home: Home) -> None:
    home.credentials(f"[default]\n{PAIR}expiration = {NOON}\n")
    assert load().expires_at is None


def test_the_environment_goes_over_the_files(home: Home) -> None:
    home.credentials(f"[default]\n{PAIR}")
    home.export(AWS_ACCESS_KEY_ID="ASIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY=SECRET, AWS_SESSION_TOKEN=TOKEN)
    assert (load().access_key, load().temporary, load().expires_at) == ("ASIAIOSFODNN7EXAMPLE", True, None)


@pytest.mark.parametrize("variable", ["AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_EXPIRATION", "AWSUME_EXPIRATION"])
def test_the_expiry_that_the_environment_notes_counts(home: Home, variable: str) -> None:
    home.export(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, AWS_SESSION_TOKEN=TOKEN, **{variable: NOON})
    assert load().expires_at == NOON_EPOCH


def test_a_change_on_disk_counts_the_next_time(home: Home) -> None:
    chain = BaseChain(Settings())
    home.credentials(f"[default]\n{PAIR}")
    assert not chain.load().temporary
    home.credentials(f"[default]\n{TRIPLE}")
    assert chain.load().temporary


def test_the_settings_of_a_profile(home: Home) -> None:
    home.config("[profile work]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\n")
    assert BaseChain(Settings(profile="work")).profile()["region"] == "eu-west-1"
    assert BaseChain(Settings()).profile() == {}


# What is not


def test_where_there_is_nothing_it_tells_where_it_looked(home: Home) -> None:
    error = failure()
    assert isinstance(error, NoCredentials)
    assert "AWS_ACCESS_KEY_ID" in error.message
    assert "profile “default” (not set up)" in error.message
    assert "s3browse demo" in error.hint


def test_a_profile_without_credentials_is_named(home: Home) -> None:
    home.config("[profile work]\nregion = eu-west-1\n")
    assert "profile “work” in" in failure("work").message


def test_an_unknown_profile_tells_which_there_are(home: Home) -> None:
    home.credentials(f"[work]\n{PAIR}[home]\n{PAIR}")
    error = failure("wrok")
    assert isinstance(error, SetupError)
    assert (error.title, error.hint) == ("Unknown profile", "Profiles here: work, home.")
    assert "wrok" in error.message


def test_an_unknown_profile_where_there_is_none(home: Home) -> None:
    assert failure("work").hint == "There are no profiles on this machine."


def test_a_settings_file_that_cannot_be_read(home: Home) -> None:
    home.config("[default\nregion")
    assert failure().title == "Cannot read the AWS settings"


def test_half_of_a_pair(home: Home) -> None:
    home.credentials(f"[default]\naws_access_key_id = {KEY}\n")
    error = failure()
    assert (type(error), error.title) == (SetupError, "Incomplete credentials")
    assert "aws_secret_access_key" in error.message


def test_an_environment_whose_session_is_over(home: Home) -> None:
    home.export(
        AWS_ACCESS_KEY_ID=KEY,
        AWS_SECRET_ACCESS_KEY=SECRET,
        AWS_SESSION_TOKEN=TOKEN,
        AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z",
    )
    assert (type(failure()), failure().title) == (SessionError, "Base credentials expired")


def test_a_login_that_is_over_tells_the_command(home: Home) -> None:
    home.config(
        "[profile sso]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Reader\n"
        "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://example.awsapps.com/start\n"
    )
    error = failure("sso")
    assert (type(error), error.title) == (SessionError, "The login is over")
    assert error.hint == "Run: aws sso login --profile sso"


# credential_process


def test_a_process_gives_credentials_and_their_expiry(home: Home) -> None:
    given = {"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET, "SessionToken": TOKEN, "Expiration": NOON}
    home.process(f"print({json.dumps(given)!r})")
    assert load() == Credentials(KEY, Secret(SECRET), Secret(TOKEN), NOON_EPOCH)


def test_what_a_failing_process_says_is_shown_without_its_secrets(home: Home) -> None:
    home.process(f"import sys; sys.exit('login failed for aws_secret_access_key={SECRET}')")
    error = failure()
    assert (type(error), error.title) == (SessionError, "The credential process failed")
    assert "login failed for" in error.message
    assert SECRET not in str(error)


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("print('Please log in first')", id="no JSON"),
        pytest.param("print('{}')", id="no version"),
        pytest.param("""print('{"Version": 1, "AccessKeyId": "AKIA"}')""", id="no secret"),
        pytest.param("import sys; sys.stdout.buffer.write(bytes([255]))", id="no UTF-8"),
    ],
)
def test_a_process_that_gives_nonsense(home: Home, program: str) -> None:
    home.process(program)
    assert (type(failure()), failure().title) == (SessionError, "The credential process failed")


def test_a_process_that_cannot_be_run(home: Home) -> None:
    home.config("[default]\ncredential_process = /nonexistent/program --now\n")
    error = failure()
    assert (type(error), error.title) == (SessionError, "The credential process failed")
    assert "/nonexistent/program" in error.message


# A profile that assumes a role


@pytest.fixture
def sts(home: Home) -> Iterator[DemoServer]:
    """A server that wants MFA codes, and a profile for its role."""
    with DemoServer(mfa=True, keys=0, session_seconds=3600) as server:
        home.export(AWS_ENDPOINT_URL_STS=server.endpoint_url)
        home.credentials(
            f"[alice]\naws_access_key_id = {server.access_key}\naws_secret_access_key = {server.secret_key}\n"
        )
        home.config(
            f"[profile role]\nregion = us-east-1\nrole_arn = {server.role_arn}\nsource_profile = alice\n"
            f"mfa_serial = {server.mfa_serial}\nrole_session_name = test\n"
        )
        yield server


def test_a_role_with_mfa_asks_us_and_not_the_terminal(sts: DemoServer) -> None:
    error = failure("role")
    assert isinstance(error, CodeNeeded)
    assert error.serial == sts.mfa_serial
    assert not sts.requests


def test_a_role_is_assumed_with_the_right_code(sts: DemoServer) -> None:
    found = load("role", sts.mfa_code)
    assert found.access_key.startswith("ASIA")
    assert found.expires_at is not None
    assert found.expires_at == pytest.approx(sts.clock.now() + 3600, abs=5)


def test_a_wrong_code_for_a_role_is_refused_in_words(sts: DemoServer) -> None:
    assert isinstance(failure("role", "000000"), CodeRefused)


def test_a_role_that_may_not_be_assumed_is_an_error_in_words(home: Home, sts: DemoServer) -> None:
    home.config(f"[profile role]\nregion = us-east-1\nrole_arn = {sts.role_arn}Other\nsource_profile = alice\n")
    error = failure("role")
    assert "not authorized to perform: sts:AssumeRole" in error.message


def test_a_role_with_mfa_becomes_a_source_that_takes_a_code(sts: DemoServer) -> None:
    source = choose_source(Settings(profile="role", region="us-east-1"), ServerClock())
    assert (source.name, source.mfa_serial) == ("AssumeRole", sts.mfa_serial)
    with pytest.raises(CodeNeeded):
        source.mint()
    session = source.mint(sts.mfa_code)
    assert session.mfa
    assert session.credentials.temporary
