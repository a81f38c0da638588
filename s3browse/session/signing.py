"""Signs requests in the server's time where this machine's clock is too far off for a signature to hold.

botocore stamps every signature with this machine's time, and servers refuse what is more than 15 minutes off.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.auth

from s3browse.session.clock import SKEW_TOLERATED, ServerClock
from s3browse.session.verdict import blames_clock

_signing_clock: ContextVar[ServerClock | None] = ContextVar("signing_clock", default=None)

_auth: Any = botocore.auth

_machine_time: Callable[..., datetime] = _auth.get_current_datetime


def sign_in_server_time(client: Any, clock: ServerClock) -> None:
    """Let a client learn the time from its server's answers, and sign with it where this machine's is far off.

    A request that is refused for its time is sent again, once. Presigned URLs are signed in the server's time too.

    Args:
        client: A boto3 client.
        clock: Learns from every answer.
    """
    _install()
    _sign_by(clock, client._request_signer)
    _AnswerClock(clock).register(client)


def goes_again(context: Any, attempts: int) -> bool:
    """Whether the request is sent again already because this attempt was refused for its time."""
    return bool(context.get("s3browse_refused_for_time") == attempts)


@cache
def _install() -> None:
    """Stand between botocore's signers and the time, once; who is not inside our signature gets the machine's."""
    _auth.get_current_datetime = _time_to_sign


def _time_to_sign(remove_tzinfo: bool = True) -> datetime:
    clock = _signing_clock.get()
    if clock is None or abs(clock.skew()) <= SKEW_TOLERATED:
        return _machine_time(remove_tzinfo)
    moment = datetime.fromtimestamp(clock.now(), UTC)
    return moment.replace(tzinfo=None) if remove_tzinfo else moment


def _sign_by(clock: ServerClock, signer: Any) -> None:
    """Put the clock into effect while a signature of this signer is made, and no longer.

    The ``before-sign`` event would be too early: credentials are waited for after it, and other requests may be
    signed on the same thread meanwhile. Nor does any event tell of the end.
    """
    get_auth = signer.get_auth_instance

    def get_auth_with_clock(*arguments: Any, **named: Any) -> Any:
        auth = get_auth(*arguments, **named)
        add_auth = auth.add_auth

        def add_auth_with_clock(request: Any) -> None:
            token = _signing_clock.set(clock)
            try:
                add_auth(request)
            finally:
                _signing_clock.reset(token)

        auth.add_auth = add_auth_with_clock
        return auth

    signer.get_auth_instance = get_auth_with_clock


class _AnswerClock:
    """Learns the time from answers; sends a request again when it failed for its time only."""

    def __init__(self, clock: ServerClock) -> None:
        self._clock = clock

    def register(self, client: Any) -> None:
        events, service = client.meta.events, client.meta.service_model.service_id.hyphenize()
        events.register_last(f"request-created.{service}", self._note_times, unique_id="s3browse-times")
        events.register_first(f"needs-retry.{service}", self._needs_retry, unique_id="s3browse-clock")

    def _note_times(self, request: Any, **_: Any) -> None:
        request.context["s3browse_sent"] = self._clock.boot()
        request.context["s3browse_signed"] = request.headers.get("X-Amz-Date")

    def _needs_retry(self, response: Any, request_dict: Any, operation: Any, attempts: int, **_: Any) -> int | None:
        context = request_dict["context"]
        if response is None:
            return None
        http, parsed = response
        date, sent = http.headers.get("date"), context.get("s3browse_sent")
        if date and sent is not None:
            self._clock.observe(date, sent, self._clock.boot())
        head = operation.http.get("method") == "HEAD"
        refused = _is_about_time(parsed.get("Error", {}), http.status_code, head=head)
        if not refused or "s3browse_refused_for_time" in context or not self._was_off(context.get("s3browse_signed")):
            return None
        context["s3browse_refused_for_time"] = attempts
        return 0  # seconds to wait before botocore sends it again, signed anew

    def _was_off(self, signed: str | None) -> bool:
        """Whether a signature's time was not the server's; else there is nothing to do better."""
        if not signed:
            return False
        moment = datetime.strptime(signed, botocore.auth.SIGV4_TIMESTAMP).replace(tzinfo=UTC)
        return abs(self._clock.now() - moment.timestamp()) > SKEW_TOLERATED


def _is_about_time(error: Any, status: int, *, head: bool) -> bool:
    """Whether a refusal is, or without a body may be, for the request's time."""
    return (head and status == 403) or blames_clock(str(error.get("Code", "")), str(error.get("Message", "")))
