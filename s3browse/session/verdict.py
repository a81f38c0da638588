"""What an error answer means for the session that signed the request."""

from __future__ import annotations

from enum import Enum

EXPIRED_CODES = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"})
"""Codes that say: this session is over (S3 API reference, "Error responses"; RequestExpired: EC2-style servers)."""

REVOKED_CODES = frozenset(
    {"InvalidToken", "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"}
    | {"InvalidSecurity", "AuthFailure"}
)
"""Codes that say: the server does not know these credentials (any more)."""

CLOCK_CODES = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})
"""Codes that say: the clocks are more than 15 minutes apart (S3 API reference)."""


def blames_clock(code: str, message: str) -> bool:
    """Whether an error answer says that the request's time was off; STS names it like a wrong secret."""
    if code == "SignatureDoesNotMatch":
        return "Signature expired" in message or "not yet current" in message
    return code in CLOCK_CODES


_REFUSALS = frozenset({400, 401, 403})

_NOT_ABOUT_CREDENTIALS = frozenset(
    {"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException"}
    | {"SignatureDoesNotMatch", "NoSuchBucket", "NoSuchKey", "InvalidArgument", "InvalidRequest"}
)
"""Refusals that stay what they are even after the session's end."""


class Verdict(Enum):
    """What to do with the session after an error answer."""

    NONE = "not about the session"
    EXPIRED = "the session is over"
    REVOKED = "the server no longer accepts the session"
    CLOCK = "the clocks are too far apart"
    UNCLEAR = "an answer without a body: ask in a way that gets one"


def judge(code: str, status: int, *, head: bool, superseded: bool, past_expiry: bool, proven: bool) -> Verdict:
    """Decide what an error answer means for the session.

    No list of codes finds every expiry: some servers say AccessDenied or InvalidAccessKeyId, and HEAD answers
    have no body at all. So any refusal counts as expiry once server time has reached the session's Expiration.

    Args:
        code: The error code, or the status as text where there was no body.
        status: The HTTP status.
        head: Whether the request was a HEAD, whose errors have no body (S3 API reference, HeadObject).
        superseded: Whether the key that signed it has been replaced since.
        past_expiry: Whether it may be past the session's Expiration on the server's clock.
        proven: Whether this session has worked before. InvalidToken for one that works elsewhere is a bucket in an
            opt-in region refusing a token of the global STS endpoint, and asking for a new session would go on forever.
    """
    if code in EXPIRED_CODES:
        return Verdict.EXPIRED
    if code in CLOCK_CODES:
        return Verdict.CLOCK
    if code in REVOKED_CODES and not (code == "InvalidToken" and proven and not past_expiry and not superseded):
        return Verdict.REVOKED if not past_expiry else Verdict.EXPIRED
    if status in _REFUSALS and code not in _NOT_ABOUT_CREDENTIALS:
        if past_expiry or superseded:  # the next session's answer tells what the refusal was about
            return Verdict.EXPIRED
        if head:
            return Verdict.UNCLEAR
    return Verdict.NONE
