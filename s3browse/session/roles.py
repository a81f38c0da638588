"""Sessions of other principals: assumed roles and federated users."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from s3browse.errors import CodeNeeded, ServiceError
from s3browse.session.credentials import Credentials, Identity, ReadOnly, Session
from s3browse.session.secrets import Secret
from s3browse.session.sources import Sts, credentials_in

CHAINED_SECONDS = 3600
"""The longest session of a role that is assumed from a session (IAM user guide, "Role chaining")."""

READ_ONLY_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*", "s3:Head*"], "Resource": "*"}],
    },
    separators=(",", ":"),
)
"""An inline session policy: the session may do what both it and the principal's own policies allow."""

_ALL_OF_S3 = READ_ONLY_POLICY.replace('["s3:Get*","s3:List*","s3:Head*"]', '"s3:*"')
"""A federated session without a policy may do nothing (STS API reference, GetFederationToken)."""

_CHAINED = "a role assumed from a session gets 1h at most"
_ROLE_LIMIT = "more than the role allows"


@dataclass(frozen=True)
class AssumeRole:
    """Assumes a role with base credentials, long-term or temporary."""

    load_base: Callable[[], Credentials]
    sts: Sts
    role_arn: str
    duration: int
    """Seconds to ask for."""
    session_name: str = "s3browse"
    external_id: str | None = None
    mfa_serial: str | None = None
    read_only: bool = False
    name: str = "AssumeRole"

    def mint(self, code: str | None = None) -> Session:
        """Call AssumeRole. A length that the role or its chaining does not allow is asked for again as one hour."""
        if self.mfa_serial and not code:
            raise CodeNeeded(self.mfa_serial)
        base = self.load_base()
        seconds, why_short = self.duration, ""
        if base.temporary and seconds > CHAINED_SECONDS:
            seconds, why_short = CHAINED_SECONDS, _CHAINED
        try:
            answer = self._assume(base, seconds, code)
        except ServiceError as error:
            if error.code != "ValidationError" or seconds <= CHAINED_SECONDS:
                raise
            why_short = _ROLE_LIMIT
            answer = self._assume(base, CHAINED_SECONDS, code)
        return _session(self, answer, "AssumedRoleUser", base, mfa=bool(self.mfa_serial), why_short=why_short)

    def _assume(self, base: Credentials, seconds: int, code: str | None) -> Any:
        optional = {
            "ExternalId": self.external_id,
            "SerialNumber": self.mfa_serial,
            "TokenCode": Secret(code) if self.mfa_serial and code else None,
            "Policy": READ_ONLY_POLICY if self.read_only else None,
        }
        return self.sts.call(
            "assume_role",
            base,
            RoleArn=self.role_arn,
            RoleSessionName=self.session_name,
            DurationSeconds=seconds,
            **{name: value for name, value in optional.items() if value is not None},
        )

    def identify(self, credentials: Credentials) -> Identity | None:
        """Ask who the session belongs to."""
        return self.sts.identify(credentials)


@dataclass(frozen=True)
class FederationToken:
    """Asks STS for a session of a federated user, which may do what its policy allows; long-term keys only."""

    load_base: Callable[[], Credentials]
    sts: Sts
    federated_name: str
    duration: int
    """Seconds to ask for."""
    read_only: bool = False
    mfa_serial: str | None = None
    name: str = "GetFederationToken"

    def mint(self, code: str | None = None) -> Session:
        """Call GetFederationToken."""
        base = self.load_base()
        answer = self.sts.call(
            "get_federation_token",
            base,
            Name=self.federated_name,
            DurationSeconds=self.duration,
            Policy=READ_ONLY_POLICY if self.read_only else _ALL_OF_S3,
        )
        return _session(self, answer, "FederatedUser", base)

    def identify(self, credentials: Credentials) -> Identity | None:
        """Ask who the session belongs to."""
        return self.sts.identify(credentials)


def _session(
    source: AssumeRole | FederationToken,
    answer: Any,
    user: str,
    base: Credentials,
    *,
    mfa: bool = False,
    why_short: str = "",
) -> Session:
    return Session(
        credentials_in(answer),
        source.name,
        issued_at=source.sts.clock.now(),
        mfa=mfa,
        asked_seconds=source.duration,
        identity=_identity_in(answer.get(user) or {}),
        base_key=base.access_key,
        why_short=why_short,
        read_only=ReadOnly.BY_SERVER if source.read_only else ReadOnly.NO,
    )


def _identity_in(user: Any) -> Identity | None:
    arn = str(user.get("Arn", ""))
    parts = arn.split(":")
    return Identity(parts[4], arn) if len(parts) > 5 else None
