"""What the other tests rely on: these servers enforce sessions, each in its own way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.servers.processes import RealServer

_SECONDS = 2


@contextmanager
def _client(service: str, server: RealServer, session: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Yield a client on the server's base key, or on a session."""
    session = session or {"AccessKeyId": server.access_key, "SecretAccessKey": server.secret_key}
    connect: Any = boto3.client  # its stubs know services by literal names only
    client = connect(
        service,
        region_name="us-east-1",
        endpoint_url=server.endpoint_url,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session.get("SessionToken"),
        config=Config(parameter_validation=False),  # or botocore refuses a session under 900 s
    )
    try:
        yield client
    finally:
        client.close()


def _with_object(server: RealServer, bucket: str) -> None:
    with _client("s3", server) as s3:
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="key", Body=b"body")


def _refusal_after(call: Callable[[], object], timeout: float) -> tuple[int, str]:
    """Repeat a call until it is refused; return the status and the code of the refusal."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            call()
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]
        time.sleep(0.05)
    raise AssertionError(f"still served after {timeout:.0f} s")


def test_ministack_ends_a_session(ministack: RealServer) -> None:
    _with_object(ministack, "ends")
    with _client("sts", ministack) as sts:
        session = sts.get_session_token(DurationSeconds=_SECONDS)["Credentials"]
    with _client("s3", ministack, session) as s3:
        assert [each["Key"] for each in s3.list_objects_v2(Bucket="ends")["Contents"]] == ["key"]
        expired = _refusal_after(lambda: s3.list_objects_v2(Bucket="ends"), _SECONDS + 2)
        assert expired == (400, "ExpiredToken")
        assert _refusal_after(lambda: s3.get_object(Bucket="ends", Key="key"), 1) == expired
        assert _refusal_after(lambda: s3.put_object(Bucket="ends", Key="new"), 1) == expired
        assert _refusal_after(lambda: s3.head_object(Bucket="ends", Key="key"), 1) == (400, "400")


def test_ministack_gives_a_role(ministack: RealServer) -> None:
    _with_object(ministack, "role")
    with _client("sts", ministack) as sts:
        answer = sts.assume_role(RoleArn=ministack.role_arn, RoleSessionName="test", DurationSeconds=_SECONDS)
    assert answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/S3Access/test")
    with _client("s3", ministack, answer["Credentials"]) as s3:
        assert s3.get_object(Bucket="role", Key="key")["Body"].read() == b"body"


def test_ministack_refuses_a_key_it_does_not_know(ministack: RealServer) -> None:
    nobody = {"AccessKeyId": "AKIANOBODY0000000000", "SecretAccessKey": "wrong"}
    with _client("s3", ministack, nobody) as s3:
        assert _refusal_after(s3.list_buckets, 1) == (403, "InvalidAccessKeyId")


def test_seaweedfs_gives_a_role(seaweedfs: RealServer) -> None:
    _with_object(seaweedfs, "role")
    with _client("sts", seaweedfs) as sts:
        answer = sts.assume_role(RoleArn=seaweedfs.role_arn, RoleSessionName="test", DurationSeconds=900)
    with _client("s3", seaweedfs, answer["Credentials"]) as s3:
        assert [each["Key"] for each in s3.list_objects_v2(Bucket="role")["Contents"]] == ["key"]
        assert s3.get_object(Bucket="role", Key="key")["Body"].read() == b"body"


def test_seaweedfs_has_no_session_tokens(seaweedfs: RealServer) -> None:
    with _client("sts", seaweedfs) as sts:
        assert _refusal_after(sts.get_session_token, 1) == (501, "NotImplemented")


def test_seaweedfs_refuses_a_session_it_did_not_give(seaweedfs: RealServer) -> None:
    session = {"AccessKeyId": "ASIANOBODY0000000000", "SecretAccessKey": "wrong", "SessionToken": "none"}
    with _client("s3", seaweedfs, session) as s3:
        assert _refusal_after(s3.list_buckets, 1) == (403, "InvalidAccessKeyId")
        assert _refusal_after(lambda: s3.head_bucket(Bucket="role"), 1) == (403, "403")
