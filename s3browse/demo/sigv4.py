"""Signature Version 4: reads the signature of a request, in its header or its query, and verifies it.

The rules are those of "Authenticating Requests (AWS Signature Version 4)" in the S3 API reference,
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from s3browse.demo.clock import parse_amz_date
from s3browse.demo.http import Call
from s3browse.demo.refusals import Refusal

ALGORITHM = "AWS4-HMAC-SHA256"
_CHECKED_BODY = 1024 * 1024
"""Bodies of at most so many bytes are compared with their hash."""
_LONGEST_LIFE = 604_800
"""A presigned URL lives at most seven days, in seconds."""
_HEADER = re.compile(rf"{ALGORITHM}\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)$")


@dataclass(frozen=True)
class Signature:
    """What a request says about its signature."""

    access_key: str
    day: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    value: str
    amz_date: str
    token: str | None
    life: int | None = None
    """Seconds that a presigned URL lives; None for a signature in the header."""

    @property
    def presigned(self) -> bool:
        """Whether the signature stands in the query string."""
        return self.life is not None

    @property
    def time(self) -> float:
        """When the request was signed, in epoch seconds."""
        return parse_amz_date(self.amz_date)

    @property
    def scope(self) -> str:
        """The credential scope: day, region, service."""
        return f"{self.day}/{self.region}/{self.service}/aws4_request"


def read_signature(call: Call) -> Signature | None:
    """Finds the request's signature; None for a request that has none.

    Raises:
        Refusal: There is one, but not in the form that the rules ask for.
    """
    if (header := call.header("authorization")) is not None:
        return _from_header(call, header)
    if "X-Amz-Signature" in call.parameters:
        return _from_query(call.parameters)
    if "Signature" in call.parameters:
        raise _unsupported()
    return None


def _from_header(call: Call, header: str) -> Signature:
    if not header.startswith(ALGORITHM):
        raise _unsupported()
    if (match := _HEADER.match(header)) is None:
        raise _malformed_header()
    credential, headers, value = match.groups()
    date = call.header("x-amz-date") or ""
    token = call.header("x-amz-security-token")
    return _build(credential, headers, value, date, token, None, _malformed_header())


def _from_query(query: dict[str, str]) -> Signature:
    malformed = Refusal(
        400,
        "AuthorizationQueryParametersError",
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
        "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    )
    life = query.get("X-Amz-Expires", "")
    if query.get("X-Amz-Algorithm") != ALGORITHM or not life.isdecimal() or int(life) > _LONGEST_LIFE:
        raise malformed
    credential, headers, value, date = (
        query.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature", "Date")
    )
    token = query.get("X-Amz-Security-Token")
    return _build(credential, headers, value, date, token, int(life), malformed)


def _build(
    credential: str, headers: str, value: str, date: str, token: str | None, life: int | None, error: Refusal
) -> Signature:
    parts = credential.split("/")
    if len(parts) != 5 or parts[4] != "aws4_request" or not re.fullmatch(r"\d{8}T\d{6}Z", date):
        raise error
    access_key, day, region, service, _ = parts
    names = tuple(headers.split(";"))
    return Signature(access_key, day, region, service, names, value, date, token, life)


def verify(call: Call, signature: Signature, secret: str) -> None:
    """Checks that the request was signed with the secret, and that its small body is the one signed.

    Raises:
        Refusal: SignatureDoesNotMatch, or XAmzContentSHA256Mismatch for another body.
    """
    canonical = canonical_request(call, signature)
    digest = hashlib.sha256(canonical.encode("latin-1")).hexdigest()
    to_sign = f"{ALGORITHM}\n{signature.amz_date}\n{signature.scope}\n{digest}"
    expected = hmac.new(_signing_key(secret, signature), to_sign.encode(), hashlib.sha256).hexdigest()
    matches = hmac.compare_digest(expected.encode(), signature.value.encode())
    if not matches or signature.day != signature.amz_date[:8]:
        raise Refusal(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
            AWSAccessKeyId=signature.access_key,
            StringToSign=to_sign,
            SignatureProvided=signature.value,
        )
    _check_body(call)


def canonical_request(call: Call, signature: Signature) -> str:
    """Writes the request in the one form that both sides sign."""
    headers = "".join(f"{name}:{_trimmed(call.header(name))}\n" for name in signature.signed_headers)
    return "\n".join(
        (
            call.method,
            quote(unquote_to_bytes(call.path), safe="/-_.~"),
            _canonical_query(call.query),
            headers,
            ";".join(signature.signed_headers),
            _payload(call, signature),
        )
    )


def _canonical_query(query: str) -> str:
    pairs = (part.partition("=")[::2] for part in query.split("&") if part)
    encoded = ((_encoded(name), _encoded(value)) for name, value in pairs if name != "X-Amz-Signature")
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-_.~")


def _trimmed(value: str | None) -> str:
    return " ".join((value or "").split())


def _payload(call: Call, signature: Signature) -> str:
    if signature.service != "s3":
        return hashlib.sha256(call.body).hexdigest()
    sent = call.header("x-amz-content-sha256")
    if sent is None and not signature.presigned:
        message = "Missing required header for this request: x-amz-content-sha256"
        raise Refusal(400, "InvalidRequest", message)
    return sent or "UNSIGNED-PAYLOAD"


def _check_body(call: Call) -> None:
    sent = call.header("x-amz-content-sha256") or ""
    if not re.fullmatch(r"[0-9a-f]{64}", sent) or len(call.body) > _CHECKED_BODY:
        return
    computed = hashlib.sha256(call.body).hexdigest()
    if computed != sent:
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise Refusal(
            400,
            "XAmzContentSHA256Mismatch",
            message,
            ClientComputedContentSHA256=sent,
            S3ComputedContentSHA256=computed,
        )


def _signing_key(secret: str, signature: Signature) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in signature.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _unsupported() -> Refusal:
    message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    return Refusal(400, "InvalidRequest", message)


def _malformed_header() -> Refusal:
    message = "The authorization header is malformed; a part of it is missing or in the wrong form."
    return Refusal(400, "AuthorizationHeaderMalformed", message)
