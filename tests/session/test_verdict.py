"""What an error answer means for the session."""

from __future__ import annotations

import pytest

from s3browse.session.verdict import Verdict, judge

HEAD, OLD, PAST, PROVEN = "head", "superseded", "past_expiry", "proven"


@pytest.mark.parametrize(
    ("code", "status", "circumstances", "verdict"),
    [
        # the server says that it is over
        ("ExpiredToken", 400, "", Verdict.EXPIRED),
        ("ExpiredToken", 403, PROVEN, Verdict.EXPIRED),
        ("ExpiredTokenException", 400, "", Verdict.EXPIRED),
        ("TokenRefreshRequired", 400, "", Verdict.EXPIRED),
        ("RequestExpired", 400, "", Verdict.EXPIRED),
        # the server does not know the key any more
        ("InvalidAccessKeyId", 403, PROVEN, Verdict.REVOKED),
        ("InvalidAccessKeyId", 403, PAST, Verdict.EXPIRED),
        ("InvalidClientTokenId", 403, "", Verdict.REVOKED),
        ("AuthFailure", 401, "", Verdict.REVOKED),
        # a malformed token: new to everyone, or refused by one bucket only
        ("InvalidToken", 400, "", Verdict.REVOKED),
        ("InvalidToken", 400, PROVEN, Verdict.NONE),
        ("InvalidToken", 400, f"{PROVEN} {PAST}", Verdict.EXPIRED),
        ("InvalidToken", 400, OLD, Verdict.REVOKED),
        # clocks
        ("RequestTimeTooSkewed", 403, "", Verdict.CLOCK),
        ("RequestTimeTooSkewed", 403, PAST, Verdict.CLOCK),
        ("RequestInTheFuture", 403, "", Verdict.CLOCK),
        # a permission, or a server that has no word for expiry
        ("AccessDenied", 403, "", Verdict.NONE),
        ("AccessDenied", 403, PROVEN, Verdict.NONE),
        ("AccessDenied", 403, PAST, Verdict.EXPIRED),
        ("AccessDenied", 403, OLD, Verdict.EXPIRED),
        ("", 401, PAST, Verdict.EXPIRED),
        # HEAD has no body
        ("403", 403, HEAD, Verdict.UNCLEAR),
        ("400", 400, f"{HEAD} {PROVEN}", Verdict.UNCLEAR),
        ("403", 403, f"{HEAD} {PAST}", Verdict.EXPIRED),
        ("400", 400, f"{HEAD} {OLD}", Verdict.EXPIRED),
        ("404", 404, f"{HEAD} {PAST}", Verdict.NONE),
        # never about the session
        ("NoSuchKey", 404, PAST, Verdict.NONE),
        ("SlowDown", 503, PAST, Verdict.NONE),
        ("InternalError", 500, "", Verdict.NONE),
        ("PermanentRedirect", 301, PAST, Verdict.NONE),
        ("AuthorizationHeaderMalformed", 400, PAST, Verdict.NONE),
        ("AuthorizationHeaderMalformed", 400, OLD, Verdict.NONE),
        ("SignatureDoesNotMatch", 403, PAST, Verdict.NONE),
    ],
)
def test_verdict(code: str, status: int, circumstances: str, verdict: Verdict) -> None:
    given = {name: name in circumstances.split() for name in (HEAD, OLD, PAST, PROVEN)}
    assert judge(code, status, **given) is verdict
