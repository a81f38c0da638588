"""Signature Version 4: what was signed is served, and nothing else."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from s3browse.demo import DemoServer

Headers = dict[str, str]


@dataclass
class Reply:
    status: int
    body: bytes
    headers: Headers

    @property
    def code(self) -> str:
        return self.body.decode().partition("<Code>")[2].partition("</Code>")[0]


CONTEXTS: dict[str, dict[str, Any]] = {
    "none": {"client_config": Config(s3={"payload_signing_enabled": False}), "has_streaming_input": True},
    "trailer": {"checksum": {"request_algorithm": {"in": "trailer"}}},
}
"""What makes botocore leave the body unsigned."""


class Wire:
    """One connection that stays open, and sends what it is told."""

    def __init__(self, demo: DemoServer) -> None:
        self.demo = demo
        self.connection = http.client.HTTPConnection(urlsplit(demo.endpoint_url).netloc)

    def send(self, method: str, path: str, headers: Headers | None = None, body: bytes | None = None) -> Reply:
        target = urlsplit(path)._replace(scheme="", netloc="").geturl()
        self.connection.request(method, target, body=body, headers=headers or {})
        answer = self.connection.getresponse()
        return Reply(answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()})

    def signed(
        self, method: str, path: str, headers: Headers | None = None, body: bytes = b"", context: Any = None
    ) -> Headers:
        request = AWSRequest(method, self.demo.endpoint_url + path, headers or {}, data=body)
        request.context.update(context or {})
        credentials = Credentials(self.demo.access_key, self.demo.secret_key)
        S3SigV4Auth(credentials, "s3", "us-east-1").add_auth(request)
        return dict(request.headers.items())


@pytest.fixture
def wire(demo: DemoServer) -> Iterator[Wire]:
    wire = Wire(demo)
    yield wire
    wire.connection.close()


README = "/acme-reports/README.md"


def test_a_signed_request_is_served(wire: Wire) -> None:
    reply = wire.send("GET", README, wire.signed("GET", README))
    assert (reply.status, reply.body[:9]) == (200, b"# Reports")


def test_an_unsigned_request_is_denied(wire: Wire) -> None:
    assert (wire.send("GET", README).status, wire.send("GET", README).code) == (403, "AccessDenied")


def test_the_same_connection_serves_again_after_a_refusal(wire: Wire) -> None:
    wire.send("PUT", "/acme-empty/x", body=b"not signed" * 1000)
    before = wire.connection.sock
    assert wire.send("GET", README, wire.signed("GET", README)).status == 200
    assert wire.connection.sock is before


@pytest.mark.parametrize(
    ("signed", "sent"),
    [
        (README, "/acme-reports/2026/Q1/notes.md"),
        ("/acme-reports?list-type=2&prefix=a", "/acme-reports?list-type=2&prefix=b"),
        ("/acme-reports?list-type=2", "/acme-reports?list-type=2&max-keys=1"),
    ],
)
def test_another_path_or_query_does_not_match(wire: Wire, signed: str, sent: str) -> None:
    reply = wire.send("GET", sent, wire.signed("GET", signed))
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")


def test_another_method_does_not_match(wire: Wire) -> None:
    assert wire.send("DELETE", README, wire.signed("GET", README)).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize("name", ["x-amz-meta-owner", "content-type"])
def test_a_changed_header_does_not_match(wire: Wire, name: str) -> None:
    headers = wire.signed("PUT", "/acme-empty/x", {name: "text/plain"})
    assert wire.send("PUT", "/acme-empty/x", headers | {name: "other"}).code == "SignatureDoesNotMatch"


def test_another_body_does_not_match_its_hash(wire: Wire) -> None:
    headers = wire.signed("PUT", "/acme-empty/x", body=b"one")
    reply = wire.send("PUT", "/acme-empty/x", headers, b"two")
    assert (reply.status, reply.code) == (400, "XAmzContentSHA256Mismatch")


CHUNKED = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"


@pytest.mark.parametrize(
    ("kind", "word", "more", "body"),
    [
        ("none", "UNSIGNED-PAYLOAD", {}, b"hello"),
        (
            "trailer",
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            {"content-encoding": "aws-chunked", "x-amz-decoded-content-length": "5"},
            CHUNKED,
        ),
    ],
)
def test_a_body_need_not_be_signed(wire: Wire, kind: str, word: str, more: Headers, body: bytes) -> None:
    headers = wire.signed("PUT", "/acme-empty/x", more, context=CONTEXTS[kind])
    assert headers["X-Amz-Content-SHA256"] == word
    assert wire.send("PUT", "/acme-empty/x", headers, body).status == 200
    assert wire.send("GET", "/acme-empty/x", wire.signed("GET", "/acme-empty/x")).body == b"hello"
    assert wire.send("DELETE", "/acme-empty/x", wire.signed("DELETE", "/acme-empty/x")).status == 204


def test_an_upload_that_breaks_off_is_not_stored(wire: Wire) -> None:
    headers = wire.signed("PUT", "/acme-empty/half", context=CONTEXTS["none"])
    wire.connection.putrequest("PUT", "/acme-empty/half")
    for name, value in (headers | {"Content-Length": "1000"}).items():
        wire.connection.putheader(name, value)
    wire.connection.endheaders(b"only this")
    wire.connection.sock.shutdown(socket.SHUT_WR)
    assert wire.connection.sock.recv(1) == b""
    wire.connection.close()
    assert wire.send("GET", "/acme-empty/half", wire.signed("GET", "/acme-empty/half")).status == 404


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("AWS AKIA:abc", "InvalidRequest"),
        ("AWS4-HMAC-SHA256 nonsense", "AuthorizationHeaderMalformed"),
        ("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", "AuthorizationHeaderMalformed"),
    ],
)
def test_a_malformed_signature_is_told(wire: Wire, header: str, code: str) -> None:
    reply = wire.send("GET", README, {"Authorization": header})
    assert (reply.status, reply.code) == (400, code)


@pytest.mark.parametrize("seconds", [1000, -1000])
def test_a_wrong_clock_is_told(wire: Wire, seconds: int) -> None:
    wire.demo.clock.advance(seconds)
    reply = wire.send("GET", README, wire.signed("GET", README))
    assert (reply.status, reply.code) == (403, "RequestTimeTooSkewed")
    for element in (b"<RequestTime>", b"<ServerTime>", b"<MaxAllowedSkewMilliseconds>900000<"):
        assert element in reply.body


@pytest.mark.parametrize("seconds", [800, -800])
def test_a_clock_that_is_a_little_wrong_is_served(wire: Wire, seconds: int) -> None:
    wire.demo.clock.advance(seconds)
    assert wire.send("GET", README, wire.signed("GET", README)).status == 200


@pytest.mark.parametrize(
    ("path", "status"), [(README, 200), ("/acme-reports/no", 404), ("/acme-locked/x", 403), ("/no-such-bucket", 404)]
)
def test_an_answer_to_head_has_no_body(wire: Wire, path: str, status: int) -> None:
    head = wire.send("HEAD", path, wire.signed("HEAD", path))
    assert (head.status, head.body) == (status, b"")
    assert (head.headers["content-length"] == "0") is (status >= 400)
    assert wire.send("GET", README, wire.signed("GET", README)).status == 200


def test_every_answer_is_dated_and_numbered(wire: Wire) -> None:
    replies = [wire.send("GET", README), wire.send("GET", README, wire.signed("GET", README))]
    for reply in replies:
        assert reply.headers["server"] == "AmazonS3"
        assert reply.headers["date"].endswith("GMT")
    assert replies[0].headers["x-amz-request-id"] != replies[1].headers["x-amz-request-id"]


@pytest.fixture
def presigned(s3: Any) -> str:
    params = {"Bucket": "acme-reports", "Key": "README.md"}
    return str(s3.generate_presigned_url("get_object", Params=params, ExpiresIn=300))


def test_a_presigned_url_is_served(wire: Wire, presigned: str) -> None:
    assert wire.send("GET", presigned).body.startswith(b"# Reports")


def test_a_presigned_url_keeps_its_own_parameters(wire: Wire, s3: Any) -> None:
    params = {"Bucket": "acme-reports", "Key": "README.md", "ResponseContentDisposition": 'attachment; filename="ä b"'}
    url = s3.generate_presigned_url("get_object", Params=params)
    assert wire.send("GET", url).headers["content-disposition"].startswith("attachment; filename=")


def test_a_presigned_upload_is_stored(wire: Wire, s3: Any) -> None:
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "acme-empty", "Key": "pre signed+é"})
    wire.send("PUT", url, {"Content-Type": "application/x-www-form-urlencoded"}, b"a=b&c")
    assert s3.get_object(Bucket="acme-empty", Key="pre signed+é")["Body"].read() == b"a=b&c"
    s3.delete_object(Bucket="acme-empty", Key="pre signed+é")


def test_a_changed_presigned_url_does_not_match(wire: Wire, presigned: str) -> None:
    assert wire.send("GET", presigned.replace("Expires=300", "Expires=900")).code == "SignatureDoesNotMatch"


def test_a_presigned_url_expires(wire: Wire, presigned: str) -> None:
    wire.demo.clock.advance(301)
    reply = wire.send("GET", presigned)
    assert (reply.status, reply.code) == (403, "AccessDenied")
    assert b"Request has expired" in reply.body


def test_a_presigned_url_dies_with_its_session(wire: Wire, presigned: str, session: Any) -> None:
    wire.demo.end_session(session["AccessKeyId"])
    assert wire.send("GET", presigned).code == "ExpiredToken"
