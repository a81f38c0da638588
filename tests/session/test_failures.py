"""Every way to fail, as it really happens, and what a person is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    NoCredentialsError,
    ProfileNotFound,
    ProxyConnectionError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from s3browse.errors import (
    AccessDenied,
    ClockWrong,
    CodeRefused,
    NetworkError,
    NoCredentials,
    NotFound,
    NotSupported,
    S3BrowseError,
    ServiceError,
    SessionError,
    SessionExpired,
    SetupError,
)
from s3browse.s3.location import ROOT, Location
from s3browse.session.credentials import Credentials
from s3browse.session.failures import translate
from s3browse.session.secrets import Secret
from tests.stage import Stage

SECRET, TOKEN = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjEXAMPLETOKEN"


@pytest.fixture(autouse=True)
def one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def renewal_failure(stage: Stage, **changes: object) -> S3BrowseError:
    with pytest.raises(S3BrowseError) as caught:
        stage.connect(**changes).broker.renew()
    return caught.value


def page_failure(stage: Stage, location: Location = ROOT, **changes: object) -> S3BrowseError:
    connection = stage.connect(**changes)
    connection.broker.renew()
    with pytest.raises(S3BrowseError) as caught:
        connection.s3.page(location)
    assert connection.broker.snapshot().state.usable, "the session was blamed"
    return caught.value


# As it happens


@pytest.mark.parametrize("where", ["endpoint_url", "sts_endpoint_url"])
def test_nobody_answers(stage: Stage, closed_port: str, where: str) -> None:
    fail = page_failure if where == "endpoint_url" else renewal_failure
    error = fail(stage, **{where: closed_port})
    assert (type(error), error.title) == (NetworkError, "Cannot reach the server")
    assert error.message.startswith(f"Nothing answers at {closed_port}")
    assert "try again" in error.hint


@pytest.mark.parametrize("where", ["endpoint_url", "sts_endpoint_url"])
def test_tls_where_there_is_none(stage: Stage, where: str) -> None:
    fail = page_failure if where == "endpoint_url" else renewal_failure
    error = fail(stage, **{where: stage.server.endpoint_url.replace("http:", "https:")})
    assert (type(error), error.title) == (NetworkError, "The secure connection failed")
    assert "--no-verify-ssl" in error.hint
    assert "SSL" in error.message


def test_a_wrong_secret(stage: Stage) -> None:
    error = renewal_failure(stage, base=Credentials(stage.server.access_key, Secret(SECRET)))
    assert (type(error), error.title) == (SessionError, "Wrong secret key")
    assert SECRET not in str(error)


def test_keys_that_the_server_does_not_know(stage: Stage) -> None:
    stage.server.revoke(stage.server.access_key)
    error = renewal_failure(stage)
    assert (type(error), error.title) == (SessionError, "The server does not know these keys")
    assert "InvalidClientTokenId" in error.message


def test_base_credentials_that_end_while_one_works(stage: Stage) -> None:
    connection = stage.connect()
    connection.broker.renew()
    session = connection.broker.snapshot().session
    assert session is not None
    stage.server.end_session(session.credentials.access_key)
    with pytest.raises(SessionError) as caught:
        connection.broker.source.identify(session.credentials)
    assert caught.value.title == "Base credentials expired"


def test_what_is_not_allowed(stage: Stage) -> None:
    error = page_failure(stage, Location("acme-locked"))
    assert (type(error), error.title) == (AccessDenied, "Access denied")
    assert "s3:ListBucket" in error.message
    assert "The session is fine" in error.hint


def test_a_bucket_that_does_not_exist(stage: Stage) -> None:
    error = page_failure(stage, Location("acme-nowhere"))
    assert (type(error), error.message) == (NotFound, "There is no bucket of this name.")


def test_a_call_that_the_server_lacks(stage: Stage) -> None:
    connection = stage.connect()
    source = connection.broker.source
    with pytest.raises(NotSupported) as caught:
        source.sts.call("get_access_key_info", stage.settings.base, AccessKeyId="AKIA")  # type: ignore[attr-defined]
    assert caught.value.title == "Not supported by this server"
    assert caught.value.message.startswith("GetAccessKeyInfo: ")


class _Website(BaseHTTPRequestHandler):
    """A web server that knows nothing of S3."""

    def do_GET(self) -> None:
        body = b"<html><body>Welcome<br></body></html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.fixture
def website() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Website) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


@pytest.mark.parametrize("where", ["endpoint_url", "sts_endpoint_url"])
def test_an_address_where_there_is_something_else(stage: Stage, website: str, where: str) -> None:
    fail = page_failure if where == "endpoint_url" else renewal_failure
    error = fail(stage, **{where: website})
    # For S3, botocore itself makes a 500 of an answer that is no XML.
    titles = {"endpoint_url": "The server refused", "sts_endpoint_url": "Something else answers there"}
    assert (type(error), error.title) == (ServiceError, titles[where])
    assert "Welcome" not in str(error)


@pytest.mark.parametrize(
    "changes", [{"endpoint_url": "http://"}, {"region": "us east 1"}, {"endpoint_url": "http://two words"}]
)
def test_settings_that_the_sdk_cannot_use(stage: Stage, changes: dict[str, object]) -> None:
    with pytest.raises(SetupError):
        stage.connect(**changes)


# As botocore tells it


def answer(code: str, status: int = 400, message: str = "Words of the server.", **error: str) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message, **error}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[arg-type,typeddict-unknown-key]
        "ListObjectsV2",
    )


@pytest.mark.parametrize(
    ("error", "kind", "title", "message"),
    [
        (NoCredentialsError(), NoCredentials, "No credentials found", "Unable to locate credentials"),
        (ProfileNotFound(profile="work"), SetupError, "Unknown profile", "work"),
        (ReadTimeoutError(endpoint_url="http://a"), NetworkError, "Cannot reach the server", "No answer in time from"),
        (ConnectionClosedError(endpoint_url="http://a"), NetworkError, "Cannot reach the server", "connection broke"),
        (
            ProxyConnectionError(proxy_url="http://p"),
            NetworkError,
            "Cannot reach the server",
            "Nothing answers at http",
        ),
        (ValueError("Invalid endpoint: x"), SetupError, "The SDK cannot do this", "Invalid endpoint: x"),
        (ResponseParserError("<html>"), ServiceError, "Something else answers there", "cannot be read as XML"),
        (KeyError("x"), S3BrowseError, "Something went wrong", "KeyError: 'x'"),
        (answer("ExpiredToken"), SessionExpired, "Session expired", "Words of the server."),
        (answer("InvalidAccessKeyId", 403), SessionError, "The server does not know", "(InvalidAccessKeyId)"),
        (answer("SignatureDoesNotMatch", 403), SessionError, "Wrong secret key", "Words of the server."),
        (
            answer("AccessDenied", 403, "MultiFactorAuthentication failed with invalid MFA one time pass code."),
            CodeRefused,
            "MFA code not accepted",
            "MultiFactorAuthentication failed",
        ),
        (answer("AccessDenied", 403), AccessDenied, "Access denied", "Words of the server."),
        (answer("403", 403, "Forbidden"), AccessDenied, "Access denied", "Forbidden"),
        (answer("NoSuchKey", 404), NotFound, "Not found", "There is no object of this name."),
        (answer("404", 404, "Not Found"), NotFound, "Not found", "There is nothing of this name."),
        (answer("NotImplemented", 501), NotSupported, "Not supported", "ListObjectsV2: Words of the server."),
        (answer("Whatever", 405), NotSupported, "Not supported", "ListObjectsV2: Words of the server."),
        (answer("RequestTimeTooSkewed", 403), ClockWrong, "This machine's clock is wrong", "too far off"),
        (answer("SlowDown", 503), ServiceError, "The server refused", "Words of the server. (SlowDown)"),
        (answer("None", 400, ""), ServiceError, "The server refused", "HTTP 400, without a reason (400)"),
        (answer("Unknown", 403, ""), AccessDenied, "Access denied", "HTTP 403, without a reason"),
    ],
)
def test_each_kind_has_its_title_and_message(
    error: Exception, kind: type[S3BrowseError], title: str, message: str
) -> None:
    told = translate(error)
    assert type(told) is kind
    assert told.title.startswith(title)
    assert message in told.message


def test_an_error_of_ours_stays_itself() -> None:
    error = NetworkError("gone")
    assert translate(error) is error


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidAccessKeyId", "AccessDenied", "NotImplemented", "Whatever"])
def test_no_error_holds_a_secret(code: str) -> None:
    message = f"The token <Token-0>{TOKEN}</Token-0> and aws_secret_access_key={SECRET} are bad."
    told = translate(answer(code, message=message, **{"Token-0": TOKEN}))
    for words in (str(told), told.message, repr(told), repr(told.args)):
        assert TOKEN not in words
        assert SECRET not in words


@pytest.mark.parametrize("error", [ValueError(f"secret_access_key={SECRET}"), KeyError(f"SessionToken={TOKEN}")])
def test_no_error_of_the_sdk_holds_a_secret(error: Exception) -> None:
    assert not {part for part in (SECRET, TOKEN) if part in str(translate(error))}
