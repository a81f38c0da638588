"""Refusals: every error of our own, in AWS's codes and sentences, and how each service writes it.

S3's codes and statuses are those of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
STS's those of https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html.
"""

from __future__ import annotations

from dataclasses import replace
from xml.sax.saxutils import escape

from s3browse.demo.http import Answer, xml_answer


class Refusal(Exception):
    """A request that is not answered as it wished.

    Args:
        status: The HTTP status.
        code: The error's code, as AWS names it.
        message: The sentence for a person.
        headers: Headers that the answer carries besides the usual ones.
        details: More elements of S3's error document; ``Token_0`` is written ``Token-0``.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: dict[str, str] | None = None,
        **details: str,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.details = details

    def as_s3(self, *, resource: str, request_id: str) -> Answer:
        """Writes the refusal as S3's error document."""
        elements = {"Code": self.code, "Message": self.message, **self.details}
        elements |= {"Resource": resource, "RequestId": request_id, "HostId": "demo"}
        inner = "".join(
            f"<{tag}>{escape(text)}</{tag}>"
            for tag, text in ((name.replace("_", "-"), value) for name, value in elements.items())
        )
        return self._finish(xml_answer(f"<Error>{inner}</Error>", status=self.status))

    def as_sts(self, *, request_id: str) -> Answer:
        """Writes the refusal as STS's error document."""
        text = (
            '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<Error><Type>Sender</Type><Code>{self.code}</Code>"
            f"<Message>{escape(self.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return self._finish(xml_answer(text, status=self.status))

    def _finish(self, answer: Answer) -> Answer:
        return replace(answer, code=self.code, headers=answer.headers | self.headers)


def access_denied(message: str = "Access Denied", **details: str) -> Refusal:
    """Refuses what no policy allows."""
    return Refusal(403, "AccessDenied", message, headers=None, **details)


def unknown_key(access_key: str) -> Refusal:
    """Refuses an access key that S3 does not know."""
    message = "The AWS Access Key Id you provided does not exist in our records."
    return Refusal(403, "InvalidAccessKeyId", message, AWSAccessKeyId=access_key)


def invalid_token(token: str) -> Refusal:
    """Refuses a session token that is not the key's; S3 echoes it whole."""
    message = "The provided token is malformed or otherwise invalid."
    return Refusal(400, "InvalidToken", message, Token_0=token)


def expired_token(token: str) -> Refusal:
    """Refuses a session that is over; S3 echoes the whole token."""
    return Refusal(400, "ExpiredToken", "The provided token has expired.", Token_0=token)


def wrong_region(*, named: str, expected: str, presigned: bool) -> Refusal:
    """Refuses a signature for another region than the bucket's, and tells the right one."""
    code = "AuthorizationQueryParametersError" if presigned else "AuthorizationHeaderMalformed"
    subject = "Error parsing the X-Amz-Credential parameter" if presigned else _MALFORMED_HEADER
    return Refusal(
        400,
        code,
        f"{subject}; the region '{named}' is wrong; expecting '{expected}'",
        headers={"x-amz-bucket-region": expected},
        Region=expected,
    )


_MALFORMED_HEADER = "The authorization header is malformed"
