"""Secrets: never in a representation, a log line or a traceback."""

from __future__ import annotations

import io
import logging
import re
import sys
import threading
from collections.abc import Iterator

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from s3browse.demo.server import DemoServer
from s3browse.s3.location import Location
from s3browse.session.broker import Event
from s3browse.session.credentials import Credentials
from s3browse.session.secrets import RedactingFormatter, Secret, mask, redact
from tests.stage import Stage

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE+/TOKEN=="
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmVk-by_idp"
SIGV4 = (
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261123/us-east-1/s3/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=c0ffee00c0ffee00"
)


def test_a_secret_shows_nothing_of_itself() -> None:
    secret = Secret(SECRET)
    assert (repr(secret), f"{secret!r}", f"{[secret]}") == ("***", "***", "[***]")


def test_a_secret_is_still_the_string() -> None:
    assert Secret(SECRET) == SECRET
    assert f"{Secret(SECRET)}" == SECRET


def test_the_representation_of_credentials_shows_nothing() -> None:
    shown = repr(Credentials("AKIAIOSFODNN7EXAMPLE", Secret(SECRET), Secret(TOKEN)))
    assert not {"AKIAIOSFODNN7EXAMPLE", SECRET, TOKEN} & set(re.split(r"[^\w+/=]", shown))
    assert "AKIA" not in shown


@pytest.mark.parametrize(("key", "shown"), [("ASIAIOSFODNN7EXA97D1", "ASIA…97D1"), ("short", "…"), ("", "…")])
def test_a_key_id_is_shown_by_its_ends(key: str, shown: str) -> None:
    assert mask(key) == shown


def test_redact_takes_out_a_known_secret_of_any_shape() -> None:
    secret = Secret("correct horse battery staple")
    assert redact(f"the words were: {secret}!") == "the words were: ***!"


def test_redact_takes_out_the_longer_of_two_secrets_whole() -> None:
    short, long = Secret("abcdefgh"), Secret("abcdefghijkl")
    assert redact(f"{long} {short}") == "*** ***"


def test_redact_leaves_what_only_resembles_a_very_short_secret() -> None:
    pin = Secret("1234")
    assert redact("port 12345") == "port 12345"
    assert pin


@pytest.mark.parametrize(
    "line",
    [
        f"aws_secret_access_key = {SECRET}",
        f"AWS_SECRET_ACCESS_KEY={SECRET}",
        f'{{"SecretAccessKey": "{SECRET}"}}',
        f'{{"SecretAccessKey" : "{SECRET}"}}',
        f"<SecretAccessKey>{SECRET}</SecretAccessKey>",
        f"aws_session_token={TOKEN}",
        f"<SessionToken>{TOKEN}</SessionToken>",
        f"<Token-0>{TOKEN}</Token-0>",
        f"{{'Token-0': '{TOKEN}'}}",
        f"{{'X-Amz-Security-Token': b'{TOKEN}'}}",
        f"x-amz-security-token:{TOKEN}",
        "https://b.s3.amazonaws.com/k?X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLE%2B%2FTOKEN%3D%3D&X-Amz-Date=1",
        "https://b.s3.amazonaws.com/k?X-Amz-Signature=c0ffee00c0ffee00&x=1",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x, Signature=c0ffee00c0ffee00",
        "Signature:\nc0ffee00c0ffee00",
        "TokenCode=123456",
        "{'TokenCode': '123456'}",
        "the key AKIAIOSFODNN7EXAMPLE was used",
    ],
)
def test_redact_knows_the_shapes_of_secrets(line: str) -> None:
    hidden = (SECRET, TOKEN, "EXAMPLE%2B%2FTOKEN", "c0ffee00c0ffee00", "123456", "AKIAIOSFODNN7EXAMPLE")
    assert not [secret for secret in hidden if secret in redact(line)]


@pytest.mark.parametrize(
    "line",
    [
        f"x-amz-sso_bearer_token: {JWT}",
        f"{{'x-amz-sso_bearer_token': '{JWT}'}}",
        f"{{'x-amz-sso_bearer_token': b'{JWT}'}}",
        f"WebIdentityToken={JWT}&Version=2011-06-15",
        f"{{'WebIdentityToken': '{JWT}'}}",
        f'{{"accessToken": "{JWT}", "expiresIn": 28800}}',
        f'{{"refreshToken":"{JWT}"}}',
        f'{{"clientSecret": "{JWT}"}}',
        f"x-aws-ec2-metadata-token: {JWT}",
        f"{{'x-aws-ec2-metadata-token': '{JWT}'}}",
        f"x-amz-s3session-token:{JWT}",
        f"Authorization: Bearer {JWT}",
        f"{{'Authorization': 'Bearer {JWT}'}}",
        f"{{'Authorization': b'Bearer {JWT}'}}",
    ],
)
def test_redact_knows_the_tokens_of_other_services(line: str) -> None:
    assert JWT not in redact(line)


@pytest.mark.parametrize("quotes", ["Authorization: {}", "{{'Authorization': '{}'}}", "{{'Authorization': b'{}'}}"])
def test_redact_takes_out_the_whole_of_a_signed_header(quotes: str) -> None:
    shown = redact(quotes.format(SIGV4))
    assert not [part for part in ("AKIA", "Credential", "SignedHeaders", "c0ffee") if part in shown]
    assert "***" in shown


def test_redact_leaves_the_line_below_a_signed_header() -> None:
    assert redact(f"Authorization: {SIGV4}\r\nhost: acme").endswith("***\r\nhost: acme")


@pytest.mark.parametrize(
    "line",
    [
        "bucket acme-logs, 3 objects",
        "s3:GetObject on arn:aws:s3:::b/token.txt",
        "Signed headers: host",
        "Signature expired: 20261123T070544Z is now earlier than 20261123T071044Z",
        "The authorization header is malformed; the region 'eu-west-1' is wrong",
        "The security token included in the request is invalid.",
        "<NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J</NextContinuationToken>",
        "{'NextContinuationToken': '1ueGcxLPRx1Tr'}",
        "<ContinuationToken>1ueGcxLPRx1Tr</ContinuationToken>",
        "{'ContinuationToken': '1ueGcxLPRx1Tr'}",
        "GET /acme-logs?list-type=2&continuation-token=1ueGcxLPRx1Tr&max-keys=1000",
    ],
)
def test_redact_leaves_other_text(line: str) -> None:
    assert redact(line) == line


@pytest.fixture
def threads_switch_often() -> Iterator[None]:
    """Bring to light what goes wrong only when another thread comes in between."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("threads_switch_often")
def test_redact_stands_secrets_coming_and_going_on_other_threads() -> None:
    stop = threading.Event()

    def make_secrets() -> None:
        while not stop.is_set():
            [Secret(f"secret number {number}") for number in range(200)]

    maker = threading.Thread(target=make_secrets)
    maker.start()
    try:
        for _ in range(100):
            redact("some text")
    finally:
        stop.set()
        maker.join(20)


# Logs


class Log:
    """What a logger has written through our formatter."""

    def __init__(self) -> None:
        self.handler = logging.StreamHandler(io.StringIO())
        self.handler.setFormatter(RedactingFormatter("%(message)s"))

    @property
    def text(self) -> str:
        return str(self.handler.stream.getvalue())


@pytest.fixture
def log() -> Iterator[Log]:
    """Everything that the SDK and we log, down to DEBUG."""
    made = Log()
    loggers = [logging.getLogger(name) for name in ("botocore", "boto3", "urllib3", "s3browse")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(made.handler)
        logger.setLevel(logging.DEBUG)
    yield made
    for logger, level in zip(loggers, before, strict=True):
        logger.removeHandler(made.handler)
        logger.setLevel(level)


def test_a_log_line_hides_its_arguments(log: Log) -> None:
    secret = Secret(SECRET)
    logging.getLogger("s3browse").info("got %s and %r", secret, {"key": SECRET})
    assert log.text == "got *** and {'key': '***'}\n"


def test_a_log_line_hides_what_is_in_a_traceback(log: Log) -> None:
    secret = Secret(SECRET)
    try:
        raise ValueError(f"cannot use {secret}")
    except ValueError:
        logging.getLogger("s3browse").exception("it failed")
    assert "ValueError: cannot use ***" in log.text
    assert SECRET not in log.text


def test_the_sdk_logs_a_whole_session_without_a_secret(log: Log) -> None:
    with DemoServer(mfa=True, keys=10) as server:
        stage = Stage(server)
        connection = stage.connect()
        connection.broker.renew(code=server.mfa_code)
        first = connection.broker.snapshot().session
        connection.s3.page(Location("acme-logs"))
        connection.broker.subscribe(
            lambda event: connection.broker.renew(server.mfa_code) if event is Event.WAITING else None
        )
        server.end_session(stage.live_key)
        connection.s3.page(Location("acme-logs"))
        second = connection.broker.snapshot().session
    assert first is not None
    assert second is not None
    assert "GetSessionToken" in log.text
    assert "ExpiredToken" in log.text
    secrets = [
        str(secret) for each in (first, second) for secret in (each.credentials.secret_key, each.credentials.token)
    ]
    assert not [secret for secret in [server.secret_key, *secrets] if secret in log.text]
    assert not re.search(r"(?<!\d)123456(?!\d)", log.text)


CLOSED = "http://127.0.0.1:1"
ONCE = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})


def test_the_sdk_logs_a_web_identity_without_its_token(log: Log) -> None:
    sts = boto3.client("sts", region_name="us-east-1", endpoint_url=CLOSED, config=ONCE)
    with pytest.raises(EndpointConnectionError):
        sts.assume_role_with_web_identity(
            RoleArn="arn:aws:iam::123456789012:role/S3Access", RoleSessionName="s3browse", WebIdentityToken=JWT
        )
    assert "AssumeRoleWithWebIdentity" in log.text
    assert JWT not in log.text


def test_the_sdk_logs_an_identity_center_without_its_token(log: Log) -> None:
    sso = boto3.client("sso", region_name="us-east-1", endpoint_url=CLOSED, config=ONCE)
    with pytest.raises(EndpointConnectionError):
        sso.get_role_credentials(roleName="S3Access", accountId="123456789012", accessToken=JWT)
    assert "GetRoleCredentials" in log.text
    assert JWT not in log.text


@pytest.mark.parametrize("name", ["deviceCode", "authorizationCode", "code_verifier", "client_assertion"])
def test_redact_hides_what_a_login_hands_about(name: str) -> None:
    assert "abcdefgh" not in redact(f'{{"{name}": "abcdefgh"}}') + redact(f"{name}=abcdefgh")
