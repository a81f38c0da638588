"""The gate: a WSGI application that authenticates every request before anybody answers it."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from s3browse.demo.clock import DemoClock, iso
from s3browse.demo.http import Answer, Call, Environ, StartResponse
from s3browse.demo.keyring import Key, Keyring
from s3browse.demo.refusals import Refusal, access_denied, expired_token, invalid_token, unknown_key
from s3browse.demo.s3 import S3
from s3browse.demo.sigv4 import Signature, read_signature, verify
from s3browse.demo.sts import Sts, read_form

_SKEW_SECONDS = 900
"""How far a request's clock may be from the server's, by S3's RequestTimeTooSkewed."""
_REMEMBERED = 100_000
"""How many requests are remembered."""


@dataclass(frozen=True)
class Request:
    """One request that the server has seen, and how it was answered."""

    method: str
    path: str
    """As it was sent, percent-encoded."""
    query: str
    """As it was sent; for a call of STS, its ``Action=…`` alone."""
    access_key: str | None
    """The key that it claims to be signed with."""
    status: int
    code: str
    """The error's code, also where an answer to HEAD does not tell it; else empty."""


class Gate:
    """Lets a request through to S3 or STS, or answers why not.

    Args:
        keyring: Who may sign.
        clock: The server's time.
        s3: Answers S3's calls.
        sts: Answers STS's calls.
    """

    def __init__(self, keyring: Keyring, clock: DemoClock, s3: S3, sts: Sts) -> None:
        self._keyring = keyring
        self._clock = clock
        self._s3 = s3
        self._sts = sts
        self._numbers = itertools.count(1)
        self.requests: deque[Request] = deque(maxlen=_REMEMBERED)
        self.latency = 0.0
        """Seconds slept before each of S3's answers."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request, as WSGI asks."""
        call = Call.of(environ)
        request_id = f"DEMO{next(self._numbers):012X}"
        answer = self._answer(call, request_id)
        self._remember(call, answer)
        headers = self._headers(call, answer, request_id)
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(headers.items()))
        return () if call.method == "HEAD" else answer.blocks()

    def _answer(self, call: Call, request_id: str) -> Answer:
        is_sts = call.method == "POST" and call.path == "/"
        try:
            return self._sts.answer(call, request_id=request_id) if is_sts else self._answer_s3(call)
        except Refusal as refusal:
            if is_sts:
                return refusal.as_sts(request_id=request_id)
            return refusal.as_s3(resource=call.path, request_id=request_id)
        except Exception as error:
            failure = Refusal(500, "InternalError", f"{type(error).__name__}: {error}")
            return failure.as_s3(resource=call.path, request_id=request_id)

    def _answer_s3(self, call: Call) -> Answer:
        if self.latency > 0:
            time.sleep(self.latency)
        signature = read_signature(call)
        if signature is None:
            raise access_denied()
        key = self._authenticate(signature)
        self._check_time(signature)
        self._s3.check_region(call, signature)
        verify(call, signature, key.secret)
        if key.policy is not None and not key.policy.allows(action := _action(call)):
            who = f"User: {key.principal.arn} is not authorized to perform: {action}"
            raise access_denied(f"{who} because no session policy allows the {action} action")
        return self._s3.answer(call, signature, key.principal)

    def _authenticate(self, signature: Signature) -> Key:
        key = self._keyring.find(signature.access_key)
        if key is None or (key.is_session and signature.token is None):
            raise unknown_key(signature.access_key)
        if key.token != signature.token:
            raise invalid_token(signature.token or "")
        if self._keyring.is_over(key):
            raise expired_token(signature.token or "")
        return key

    def _check_time(self, signature: Signature) -> None:
        now = self._clock.now()
        if signature.life is not None and now >= signature.time + signature.life:
            expires = iso(signature.time + signature.life)
            raise access_denied("Request has expired", Expires=expires, ServerTime=iso(now))
        too_early = signature.time > now + _SKEW_SECONDS
        if too_early or (not signature.presigned and signature.time < now - _SKEW_SECONDS):
            raise Refusal(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                RequestTime=signature.amz_date,
                ServerTime=iso(now),
                MaxAllowedSkewMilliseconds=str(_SKEW_SECONDS * 1000),
            )

    def _headers(self, call: Call, answer: Answer, request_id: str) -> dict[str, str]:
        headers = {
            "Date": formatdate(self._clock.now(), usegmt=True),
            "Server": "AmazonS3",
            "x-amz-request-id": request_id,
        } | {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
        headers["Content-Length"] = str(_length(call, answer))
        if answer.status in {204, 304}:
            del headers["Content-Length"]
        return headers

    def _remember(self, call: Call, answer: Answer) -> None:
        try:
            signature = read_signature(call)
        except Refusal:
            signature = None
        is_sts = call.method == "POST" and call.path == "/"
        query = f"Action={read_form(call).get('Action', '')}" if is_sts else call.query
        access_key = signature.access_key if signature else None
        self.requests.append(Request(call.method, call.path, query, access_key, answer.status, answer.code))


def _action(call: Call) -> str:
    """The IAM action that a call needs, as far as session policies tell them apart: reading, listing, writing."""
    if call.method not in {"GET", "HEAD"}:
        return "s3:PutObject" if call.method != "DELETE" else "s3:DeleteObject"
    return "s3:GetObject" if call.key else "s3:ListBucket"


def _length(call: Call, answer: Answer) -> int:
    if call.method == "HEAD" and answer.status >= 400:
        return 0
    lowered = {name.lower(): value for name, value in answer.headers.items()}
    if "content-length" in lowered and (call.method == "HEAD" or not isinstance(answer.body, bytes)):
        return int(lowered["content-length"])
    return len(answer.body) if isinstance(answer.body, bytes) else 0
