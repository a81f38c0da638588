"""Translates botocore's exceptions into our errors, in one place, with every secret taken out."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ProfileNotFound,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.exceptions import ConnectionError as NoConnectionError
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
from s3browse.session.secrets import redact
from s3browse.session.verdict import EXPIRED_CODES, REVOKED_CODES, blames_clock
from s3browse.text import duration

BOTO_ERRORS = (BotoCoreError, ClientError, ResponseParserError, ValueError)
"""All that a call of boto3 raises, for ``translate``; they have no class in common."""

_NOT_FOUND = {
    "NoSuchBucket": "There is no bucket of this name.",
    "NoSuchKey": "There is no object of this name.",
    "404": "There is nothing of this name.",
}

_NOT_SUPPORTED = frozenset(
    {"NotImplemented", "MethodNotAllowed", "InvalidAction", "UnknownOperationException", "501", "405"}
)

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AllAccessDisabled", "Forbidden", "403", "401"})


def translate(error: Exception, *, of_sts: bool = False) -> S3BrowseError:
    """Put an exception of boto3 into words for the person.

    Args:
        error: What a botocore call raised.
        of_sts: Whether STS was called, for whom the same codes mean the base credentials.

    Returns:
        One of our errors. Its texts hold no secret; the exception itself may (S3 echoes expired tokens), so it
        is never shown.
    """
    if isinstance(error, S3BrowseError):
        return error
    if isinstance(error, ClientError):
        return _from_answer(error, of_sts=of_sts)
    if isinstance(error, NoCredentialsError):
        return NoCredentials(str(error))
    if isinstance(error, ProfileNotFound):
        return SetupError(str(error), title="Unknown profile")
    if isinstance(error, (HTTPClientError, NoConnectionError)):
        return _from_network(error)
    if isinstance(error, ResponseParserError):
        return ServiceError(
            "The answer cannot be read as XML.",
            title="Something else answers there",
            hint="Does the address lead to S3 or STS? Some S3 servers break answers with control characters in keys.",
        )
    if isinstance(error, (BotoCoreError, ValueError)):
        return SetupError(redact(str(error)), title="The SDK cannot do this")
    return S3BrowseError(redact(f"{type(error).__name__}: {error}"))


def _from_network(error: HTTPClientError | NoConnectionError) -> NetworkError:
    endpoint = str(error.kwargs.get("endpoint_url") or error.kwargs.get("proxy_url") or "the server")
    match error:
        case SSLError():
            return NetworkError(
                redact(str(error.kwargs.get("error", error))),
                title="The secure connection failed",
                hint="Is the address right? --ca-bundle names your own authority, --no-verify-ssl checks nothing.",
            )
        case EndpointConnectionError() | ConnectTimeoutError() | ProxyConnectionError():
            message = f"Nothing answers at {endpoint}"
        case ReadTimeoutError():
            message = f"No answer in time from {endpoint}"
        case ConnectionClosedError():
            message = f"The connection broke: {endpoint}"
        case _:
            message = str(error)
    return NetworkError(redact(message), hint="Check the address and the network, then try again.")


def _from_answer(error: ClientError, *, of_sts: bool) -> S3BrowseError:
    answer = error.response
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = str(answer.get("Error", {}).get("Code") or status)
    if code in ("None", "Unknown"):
        code = str(status)
    raw = str(answer.get("Error", {}).get("Message") or f"HTTP {status}, without a reason")
    if clock := _clock_error(answer, code, raw):
        return clock
    message = redact(raw)
    if code in EXPIRED_CODES:
        if not of_sts:
            return SessionExpired(message)
        return SessionError(message, title="Base credentials expired", hint="Renew them where they come from.")
    if "MultiFactorAuthentication failed" in message:
        return CodeRefused(message)
    if code in REVOKED_CODES:
        return SessionError(
            f"{message} ({code})",
            title="The server does not know these keys",
            hint="They may be mistyped, deleted or inactive, or of another server: "
            "--endpoint-url (S3) and --sts-endpoint-url (STS) must name services that know each other.",
        )
    if code == "SignatureDoesNotMatch":
        return SessionError(
            message,
            title="Wrong secret key",
            hint="The secret does not fit its key. Check the base credentials.",
        )
    if code in _DENIED and of_sts:
        return SessionError(
            message, title="STS gives no session", hint="A policy forbids it, or the role does not trust this identity."
        )
    if code in _DENIED:
        return AccessDenied(message, code=code)
    if code in _NOT_FOUND:
        return NotFound(_NOT_FOUND[code], code=code)
    if code in _NOT_SUPPORTED or status in (405, 501):
        return NotSupported(f"{error.operation_name}: {message}", code=code)
    return ServiceError(f"{message} ({code})", code=code)


def _clock_error(answer: Any, code: str, message: str) -> ClockWrong | None:
    """Tell a wrong clock from a wrong key: STS calls both SignatureDoesNotMatch."""
    if not blames_clock(code, message):
        return None
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    off = _seconds_off(headers.get("date"))
    amount = f"{duration(abs(off))} {'behind' if off > 0 else 'ahead'}" if off else "too far off"
    return ClockWrong(
        f"It is {amount}; the server takes at most 15 minutes.",
        hint="Set the clock (timedatectl set-ntp true), then retry.",
    )


def _seconds_off(date: str | None) -> float:
    """Seconds by which the server is ahead of this machine."""
    import time

    try:
        return parsedate_to_datetime(date).timestamp() - time.time() if date else 0.0
    except ValueError:
        return 0.0
